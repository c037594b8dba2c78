import CoffreCore
import Testing

@testable import CoffreRepository

@Suite("Lock file")
struct LockFileTests {
  @Test func `is written as restic writes it`() throws {
    var lock = LockFile(
      time: Timestamp(seconds: 1_700_000_000, nanoseconds: 500_000_000, utcOffset: -12_600), isExclusive: false,
      hostname: "h", username: "u", processID: 123)
    let shared =
      #"{"time":"2023-11-14T18:43:20.5-03:30","exclusive":false,"hostname":"h","username":"u","pid":123}"#
    #expect(text(lock.encoded()) == shared)
    #expect(try LockFile(decoding: Array(shared.utf8)) == lock)
    lock.isExclusive = true
    lock.userID = 1000
    lock.groupID = 100
    let exclusive = shared.replacing("false", with: "true").replacing("}", with: #","uid":1000,"gid":100}"#)
    #expect(text(lock.encoded()) == exclusive)
    #expect(try LockFile(decoding: Array(exclusive.utf8)) == lock)
  }

  @Test(arguments: ["", "{", #"{"pid":"x"}"#, #"{"exclusive":1}"#, #"{"time":"yesterday"}"#])
  func `refuses what cannot be read`(_ json: String) {
    #expect(throws: MalformedLock.self) { _ = try LockFile(decoding: Array(json.utf8)) }
  }
}
