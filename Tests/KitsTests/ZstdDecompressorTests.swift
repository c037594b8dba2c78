import CoffreCore
import Testing
import ZstdKit

@Suite("Decompressing")
struct ZstdDecompressorTests {
  let decompressor = ZstdDecompressor()
  let content = lines(40)

  /// `content`, streamed at level 3: no content size, no checksum. Byte 5 tells the window.
  let streamed: [UInt8]
  /// The same with a checksum.
  let checked: [UInt8]
  /// Level 22, with content size and checksum.
  let sizedAndChecked: [UInt8]

  init() throws {
    let blocks =
      "f5030002c40c13a0291d2813edef6eaa3a9bb5ffcb5867df9e2b6ddbb6edffff932449f2300a62103acb903980297709294b96ba544119"
      + "3227272080a3d203887cf7639ff8ee633ff9cec73ef1ddc77cf2ddc77ef29d8f7df2775f3fe6f593aedf71fdd8d64fb47e97f563583f"
      + "b9fa81957234430b7d68460bfa68c66831d2710c"
    streamed = try #require([UInt8](hex: "28b52ffd0058" + blocks))
    checked = try #require([UInt8](hex: "28b52ffd0458" + blocks + "4d3a2d4b"))
    sizedAndChecked = try #require(
      [UInt8](
        hex:
          "28b52ffd646602d50200c2830b10a0ed30b56bfeff64b76d2914fa390503ffffffbf6ddbb6ddb66ddb1e53c8107741824a3d9469c5"
          + "542f4326c75a28a811f0eb7f0680a3d2031134043f43f0f9012761ffd5ebaeb9deaa7556acaf5a5da454bd8c0844354d3a2d4b"))
  }

  // MARK: What restic takes

  @Test func `takes a frame without content size`() throws {
    #expect(try decompress(streamed) == content)
    #expect(try decompress(streamed, expecting: content.count) == content)
  }

  @Test func `takes a frame with a checksum, and checks it`() throws {
    #expect(try decompress(checked) == content)
    #expect(try decompress(sizedAndChecked, expecting: content.count) == content)
    var damaged = checked
    damaged[damaged.count - 1] ^= 1
    #expect(isMalformed { try decompress(damaged) })
  }

  @Test(arguments: [UInt8(0x68), 0x88])
  func `takes windows of 8 and 128 MiB`(_ window: UInt8) throws {
    var frame = streamed
    frame[5] = window
    #expect(try decompress(frame) == content)
  }

  @Test(arguments: [UInt8(0x89), 0x90, 0xa0, 0xff])
  func `refuses windows above 128 MiB`(_ window: UInt8) {
    var frame = streamed
    frame[5] = window
    #expect(throws: ZstdError.windowTooLarge) { try decompress(frame) }
    #expect(throws: ZstdError.windowTooLarge) { try decompress(frame, expecting: content.count) }
  }

  @Test func `takes several frames one after the other`() throws {
    #expect(try decompress(streamed + sizedAndChecked + checked) == content + content + content)
    #expect(try decompress(streamed + streamed, expecting: 2 * content.count) == content + content)
  }

  @Test func `takes skippable frames before, between and after`() throws {
    let skippable: [UInt8] = [0x5f, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]
    let empty: [UInt8] = [0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0]
    #expect(try decompress(skippable + streamed + empty + streamed + skippable) == content + content)
    #expect(isMalformed { try decompress(skippable) })
    #expect(isMalformed { try decompress(skippable.dropLast() + streamed.prefix(0)) })
  }

  @Test func `takes a blob of 12 MiB`() throws {
    let message = [UInt8](repeating: 3, count: 12 << 20)
    var frame: [UInt8] = []
    ZstdCompressor(level: 3).compress(message.span, into: &frame)
    #expect(try decompress(frame, expecting: message.count) == message)
  }

  @Test func `takes stored and repeated blocks`() throws {
    // Two stored bytes, then five times the letter c as the last block; windows of 1 KiB.
    let frame: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0x10, 0, 0, 0x61, 0x62, 0x2b, 0, 0, 0x63]
    #expect(try decompress(frame) == Array("abccccc".utf8))
    #expect(try decompress(frame, expecting: 7) == Array("abccccc".utf8))
  }

  // MARK: What nobody takes

  @Test func `refuses what follows the frames`() {
    for garbage in [[0], [1, 2, 3], [0x28, 0xb5, 0x2f], Array("more".utf8)] as [[UInt8]] {
      #expect(isMalformed { try decompress(streamed + garbage) })
      #expect(isMalformed { try decompress(sizedAndChecked + garbage, expecting: content.count) })
    }
  }

  @Test func `refuses frames cut short at each length`() {
    for frame in [streamed, checked, sizedAndChecked] {
      for count in 0..<frame.count {
        #expect(isMalformed { try decompress(Array(frame[..<count])) }, "the first \(count) bytes")
        #expect(isMalformed { try decompress(Array(frame[..<count]), expecting: content.count) })
      }
    }
  }

  @Test func `never takes more than the limit, whichever bits are flipped`() {
    for frame in [streamed, checked, sizedAndChecked] {
      for bit in 0..<(8 * frame.count) {
        var damaged = frame
        damaged[bit / 8] ^= 1 << (bit % 8)
        let count = (try? decompress(damaged, limit: 1000).count) ?? 0
        #expect(count <= 1000)
        if frame != streamed { #expect((try? decompress(damaged)) ?? content == content) }
      }
    }
  }

  @Test func `more than the limit is an error`() throws {
    for frame in [streamed, checked, sizedAndChecked] {
      #expect(try decompress(frame, limit: content.count) == content)
      for limit in [0, 1, 500, content.count - 1] {
        #expect(throws: ZstdError.tooLarge(limit: limit)) { try decompress(frame, limit: limit) }
      }
    }
    let twice = streamed + streamed
    #expect(throws: ZstdError.tooLarge(limit: 1000)) { try decompress(twice, limit: 1000) }
  }

  @Test func `another length than the one known is an error`() {
    for frame in [streamed, checked, sizedAndChecked] {
      for count in [0, 1, content.count - 1, content.count + 1, 1 << 40] {
        #expect(throws: ZstdError.wrongLength(expected: count)) { try decompress(frame, expecting: count) }
      }
    }
  }

  @Test func `a forged size reserves no memory`() {
    // Declares an exbibyte and holds one block of five bytes.
    let frame: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0x2b, 0, 0, 0x63]
    var output: [UInt8] = []
    #expect(isMalformed { try decompressor.decompress(frame.span, into: &output, limit: .max) })
    #expect(output.capacity < 1 << 20)
    // Declares nothing, while the caller allows or expects very much.
    #expect(throws: ZstdError.wrongLength(expected: 1 << 40)) {
      try decompressor.decompress(streamed.span, into: &output, expecting: 1 << 40)
    }
    #expect(output.capacity < 1 << 20)
  }

  @Test func `replaces what the output held and keeps its capacity`() throws {
    var output = [UInt8](repeating: 1, count: 5000)
    output.reserveCapacity(10_000)
    try decompressor.decompress(sizedAndChecked.span, into: &output, limit: 10_000)
    #expect(output == content)
    #expect(output.capacity >= 10_000)
  }

  @Test func `one decompressor goes on after an error`() throws {
    #expect(isMalformed { try decompress([1, 2, 3, 4, 5, 6, 7, 8]) })
    #expect(try decompress(streamed) == content)
  }

  @Test(arguments: [
    (ZstdError.malformed("it ends too early"), "not valid zstd: it ends too early"),
    (.windowTooLarge, "needs a zstd window of more than 128 MiB"),
    (.tooLarge(limit: 5), "decompresses to more than 5 bytes"),
    (.wrongLength(expected: 7), "does not decompress to the recorded 7 bytes"),
  ])
  func `errors say what is wrong`(_ example: (error: ZstdError, text: String)) {
    #expect(example.error.problem.description == example.text)
  }

  // MARK: Calls

  private func decompress(_ bytes: [UInt8], limit: Int = 1 << 20) throws -> [UInt8] {
    var output: [UInt8] = []
    try decompressor.decompress(bytes.span, into: &output, limit: limit)
    return output
  }

  private func decompress(_ bytes: [UInt8], expecting count: Int) throws -> [UInt8] {
    var output: [UInt8] = []
    try decompressor.decompress(bytes.span, into: &output, expecting: count)
    return output
  }

  private func isMalformed(_ body: () throws -> some Any) -> Bool {
    do {
      _ = try body()
      return false
    } catch ZstdError.malformed {
      return true
    } catch {
      return false
    }
  }
}
