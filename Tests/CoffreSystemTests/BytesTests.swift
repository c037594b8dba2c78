import CoffreSystem
import Testing

@Suite("Bytes")
struct BytesTests {
  @Test
  func `appending copies all bytes`() {
    var array: [UInt8] = [1]
    append([2, 3].span, to: &array)
    append([UInt8]().span, to: &array)
    #expect(array == [1, 2, 3])
  }

  @Test
  func `copying writes at the offset only`() {
    var array: [UInt8] = [0, 0, 0, 0]
    var span = array.mutableSpan
    copy([7, 8].span, into: &span, at: 1)
    copy([UInt8]().span, into: &span, at: 4)
    #expect(array == [0, 7, 8, 0])
  }

  @Test
  func `copying beyond the end traps`() async {
    await #expect(processExitsWith: .failure) {
      var array: [UInt8] = [0, 0]
      var span = array.mutableSpan
      copy([1, 2].span, into: &span, at: 1)
    }
  }

  @Test
  func `moving to the front may overlap`() {
    var array: [UInt8] = [0, 1, 2, 3, 4]
    moveToFront(of: &array, from: 1, count: 4)
    #expect(array == [1, 2, 3, 4, 4])
    moveToFront(of: &array, from: 5, count: 0)
    #expect(array == [1, 2, 3, 4, 4])
  }

  @Test(arguments: [0, 1, 2, 63, 64, 65, 4096])
  func `zeros are told from anything else`(_ count: Int) {
    var bytes = [UInt8](repeating: 0, count: count)
    #expect(isZero(bytes))
    for position in [0, count / 2, count - 1] where position >= 0 && position < count {
      bytes[position] = 1
      #expect(!isZero(bytes))
      bytes[position] = 0
    }
  }

  @Test
  func `equality looks at length and every byte`() {
    #expect(same([UInt8](), [UInt8]()))
    #expect(same([1, 2], [1, 2]))
    #expect(!same([1, 2], [1, 3]))
    #expect(!same([1, 2], [1, 2, 3]))
  }

  @Test
  func `a byte is found from a position on`() {
    let bytes: [UInt8] = [5, 6, 5]
    #expect(firstIndex(of: 5, in: bytes.span) == 0)
    #expect(firstIndex(of: 5, in: bytes.span, from: 1) == 2)
    #expect(firstIndex(of: 6, in: bytes.span, from: 2) == nil)
    #expect(firstIndex(of: 5, in: bytes.span, from: 3) == nil)
  }

  @Test
  func `a buffer has the wanted length`() {
    #expect(makeBuffer(0).isEmpty)
    #expect(makeBuffer(1 << 20).count == 1 << 20)
  }
}

// The test macros cannot take spans as arguments.

private func isZero(_ bytes: [UInt8]) -> Bool { isAllZero(bytes.span) }

private func same(_ left: [UInt8], _ right: [UInt8]) -> Bool { areEqual(left.span, right.span) }
