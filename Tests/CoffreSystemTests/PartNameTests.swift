import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreSystem

/// Whose half-written file this is.
@Suite("Names of files being restored")
struct PartNameTests {
  private static let now = Timestamp(seconds: 4_000_000_000, nanoseconds: 0)

  /// The name of this process's file with one field changed.
  private func name(_ field: Int, _ value: String) -> PathBytes {
    let own = String(decoding: PartName().name(of: 7), as: UTF8.self).dropFirst(8).dropLast(5)
    var fields = own.split(separator: "-").map(String.init)
    fields[field] = value
    return Array(".coffre-\(fields.joined(separator: "-")).part".utf8)
  }

  @Test func `those of living processes stay`() {
    let own = PartName().name(of: 7)
    #expect(PartName.isPart(own) && !PartName.isLeftover(own, changed: Self.now))
    #expect(own != PartName().name(of: 7), "two restores of one process do not meet")
  }

  @Test func `those of dead processes are left over`() {
    #expect(PartName.isLeftover(name(2, "999999999"), changed: Self.now))
    #expect(PartName.isLeftover(name(3, "1"), changed: Self.now), "another process has the number now")
  }

  @Test func `of another boot only what is older than this one`() {
    let other = name(1, "elsewhere")
    #expect(!PartName.isLeftover(other, changed: Self.now))
    #expect(PartName.isLeftover(other, changed: Timestamp(seconds: 1000, nanoseconds: 0)))
  }

  @Test func `of another machine nothing`() {
    #expect(!PartName.isLeftover(name(0, "elsewhere"), changed: Timestamp(seconds: 1000, nanoseconds: 0)))
  }

  @Test(arguments: [".coffre-a.part", "coffre-a-b-1-c-d-1.part", ".coffre-a-b-x-c-d-1.part", ".coffre-a-b-1-c-d-1", ""])
  func `other names are none`(_ name: String) { #expect(!PartName.isPart(Array(name.utf8))) }
}
