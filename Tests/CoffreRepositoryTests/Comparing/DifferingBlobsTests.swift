import CoffreCore
import Testing

@testable import CoffreRepository

@Suite("Blobs that two files do not have in common")
struct DifferingBlobsTests {
  private typealias Run = DifferingBlobs.Run

  private func blobs(_ letters: String) -> [BlobID] { letters.utf8.map { Digest(words: UInt64($0), 0, 0, 0) } }

  private func run(_ letters: String, after before: String = "", isLast: Bool = false) -> Run {
    Run(before: blobs(before).last, blobs: blobs(letters), isLast: isLast)
  }

  @Test func `equal files have no runs`() {
    let same = DifferingBlobs(blobs("abc"), blobs("abc"))
    #expect(same.before.isEmpty && same.after.isEmpty)
    #expect(DifferingBlobs([], []) == same)
  }

  @Test func `runs know what stands before them, and whether the file ends with them`() {
    let found = DifferingBlobs(blobs("abxycz"), blobs("abcd"))
    #expect(found.before == [run("xy", after: "b"), run("z", after: "c", isLast: true)])
    #expect(found.after == [run("d", after: "c", isLast: true)])
  }

  @Test func `a file without anything in common is one run`() {
    let found = DifferingBlobs(blobs("ab"), blobs("cde"))
    #expect(found.before == [run("ab", isLast: true)] && found.after == [run("cde", isLast: true)])
    #expect(DifferingBlobs(blobs("ab"), []).before == [run("ab", isLast: true)])
  }

  @Test func `what only moved differs nowhere`() {
    let found = DifferingBlobs(blobs("abc"), blobs("cab"))
    #expect(found.before.isEmpty && found.after.isEmpty)
  }

  @Test func `a blob is common as often as both files have it`() {
    let found = DifferingBlobs(blobs("aaa"), blobs("xa"))
    #expect(found.before == [run("aa", after: "a", isLast: true)])
    #expect(found.after == [run("x")])
  }

  @Test func `all of both files can be asked for`() {
    let found = DifferingBlobs.all(of: blobs("ab"), blobs("ab"))
    #expect(found.before == [run("ab", isLast: true)] && found.after == found.before)
  }
}
