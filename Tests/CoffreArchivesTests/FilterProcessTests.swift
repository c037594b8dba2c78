import CoffreCore
import CoffreSystem
import CoffreTestKit
import Testing

@testable import CoffreArchives

/// Programs that bytes go through: however much they make of them, little of it waits.
@Suite("Programs as filters")
struct FilterProcessTests {
  private func filter(_ script: String) throws -> FilterProcess {
    try FilterProcess(["sh", "-c", script], format: "test", cancellation: Cancellation())
  }

  /// A million bytes for each line.
  private static let growing = "while read -r line; do head -c 1000000 /dev/zero; done"

  @Test func `a program that writes much more than it reads waits`() throws {
    let filter = try filter(Self.growing)
    try filter.startFeeding()
    var size = 0
    var lines = 0
    while lines < 64 {
      #expect(filter.waitingSize <= FilterProcess.limit + FilterProcess.pieceSize)
      if let piece = filter.pieceUnlessHungry() {
        size += piece.count
      } else {
        lines += 1
        #expect(filter.feed(Array("x\n".utf8)))
      }
    }
    #expect(!filter.feed([]))
    while let piece = try filter.wait() {
      size += piece.count
      #expect(filter.waitingSize <= FilterProcess.limit + FilterProcess.pieceSize)
    }
    #expect(size == 64_000_000)
  }

  @Test func `what is written all at once comes back`() throws {
    let filter = try filter("cat")
    let bytes = seededBytes(1, count: 20_000_000)
    var back: [UInt8] = []
    try filter.write(bytes.span) { append($0, to: &back) }
    filter.endInput()
    while let piece = try filter.wait() { back += piece }
    #expect(back == bytes)
  }

  @Test func `one that ends early, or fails, is told`() throws {
    let failing = try filter("echo why >&2; exit 3")
    try failing.startFeeding()
    var isFed = false
    #expect {
      while true {
        if isFed {
          guard try failing.wait() != nil else { return }
        } else if failing.pieceUnlessHungry() == nil {
          isFed = !failing.feed([UInt8](repeating: 0, count: 1 << 20))
        }
      }
    } throws: { error in
      "\((error as? ArchiveError)?.cause ?? "")" == "why"
    }
  }

  @Test func `what cannot be read is no end`() throws {
    let filter = try FilterProcess(
      ["sh", "-c", "head -c 1000 /dev/zero"], format: "test", cancellation: Cancellation()
    ) { (child, buffer) throws(SystemError) in
      if try child.read(into: &buffer) > 0 { throw SystemError.notFound([]) }
      return 0
    }
    #expect(throws: SystemError.self) { while try filter.wait() != nil {} }
  }

  /// It would never end by itself, nor take what it is given.
  @Test(arguments: ["yes", "sleep 100000"])
  func `one that is let go ends`(_ script: String) throws {
    let filter = try filter("exec \(script)")
    try filter.startFeeding()
    for _ in 0..<100 { _ = filter.feed([UInt8](repeating: 0, count: 1 << 16)) }
  }
}
