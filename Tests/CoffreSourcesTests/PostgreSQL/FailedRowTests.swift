import CoffreCore
import PostgresKit
import Testing

@testable import CoffreSources

/// What is advised about a row that the server could not send, by what it said: recorded from 15 and, where it says so, 18.
@Suite("Rows that PostgreSQL cannot send")
struct FailedRowTests {
  /// - Returns: whether the row counts as sound and too large; `nil` if the error is none of a row.
  private func isTooLarge(_ state: String, _ text: String, detail: String = "", size: Int64) -> Bool? {
    let error = PostgresError(.refused, text, state: state, detail: detail)
    guard FailedRow.mayHaveCaused(error) else { return nil }
    let advice = FailedRow(name: "id=7", sizeInBytes: size).advice(for: error).description
    #expect(advice.contains("--exclude-table-data"))
    #expect(advice.contains("large object") == advice.contains("FORMAT binary"))
    return advice.contains("large object")
  }

  @Test func `too large, in one value or in several`() {
    // A bytea of 600 MiB.
    #expect(isTooLarge("XX000", "invalid memory alloc request size 1258291203", size: 1_258_291_200) == true)
    // Two texts of 600 MiB.
    #expect(
      isTooLarge(
        "54000", "out of memory",
        detail: "Cannot enlarge string buffer containing 629145603 bytes by 629145600 more bytes.", size: 1_258_291_200)
        == true)
    // The same by 18.
    #expect(
      isTooLarge(
        "54000", "string buffer exceeds maximum allowed length (1073741823 bytes)",
        detail: "Cannot enlarge string buffer containing 629145603 bytes by 629145600 more bytes.", size: 1_258_291_200)
        == true)
  }

  @Test func `damaged, or of a value that its type does not know`() {
    #expect(isTooLarge("XX000", "invalid memory alloc request size 18446744073709551613", size: 300) == false)
    #expect(isTooLarge("XX000", "invalid memory alloc request size 18446744073709551613", size: .max) == false)
    #expect(
      isTooLarge("XX000", "missing chunk number 0 for toast value 16400 in pg_toast_16390", size: 1 << 30) == false)
    #expect(isTooLarge("XX001", "invalid page in block 3 of relation base/5/16384", size: 1 << 30) == false)
    #expect(isTooLarge("22P03", "invalid internal value for enum: 16390", size: 100) == false)
    #expect(isTooLarge("53200", "out of memory", size: 1 << 29) == false)
  }

  @Test func `none of a row`() {
    #expect(isTooLarge("42501", "permission denied for table big", size: 1 << 30) == nil)
    #expect(isTooLarge("57014", "canceling statement due to user request", size: 1 << 30) == nil)
  }
}
