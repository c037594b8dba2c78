import PostgresKit

@testable import CoffreSources

/// A server whose answers were recorded, as `psql -A -P null=∅ -P footer=off` prints them, by the questions' names.
///
/// It refuses a question that has other columns than the recorded answer: this one must be recorded again.
final class RecordedServer: PostgresQuerying {
  let serverVersion: Int
  private let answers: [String: RecordedTable]
  private(set) var commands: [String] = []
  private(set) var values: [[String?]] = []

  init(version: Int = 150_018, _ answers: [String: String]) {
    serverVersion = version
    self.answers = answers.mapValues { text in RecordedTable(text) }
  }

  /// The first value of each question that had any.
  var lists: [String] { values.compactMap { list in list.first ?? nil } }

  func rows(_ command: String, _ values: [String?]) throws(PostgresError) -> any PostgresTable {
    commands.append(command)
    self.values.append(values)
    for (name, answer) in answers where command.hasPrefix("/* coffre: \(name) */\n") {
      guard answer.isAnswer(to: command) else {
        throw PostgresError(.unexpected, "the answer to '\(name)' was recorded for other columns")
      }
      return answer
    }
    throw PostgresError(.refused, "no answer was recorded to \(command)", state: "42501")
  }
}

/// A heading and rows, their values between vertical bars.
struct RecordedTable: PostgresTable {
  private let columns: [String]
  private let rows: [[String?]]

  init(_ text: String) {
    let lines = text.split(separator: "\n").map { line in
      line.split(separator: "|", omittingEmptySubsequences: false).map { value in String(value) }
    }
    columns = lines.first ?? []
    rows = lines.dropFirst().map { line in line.map { value in value == "∅" ? nil : value } }
    precondition(rows.allSatisfy { row in row.count == lines.first?.count }, "a recorded row has other columns")
  }

  var count: Int { rows.count }
  subscript(row: Int, column: Int) -> String? { rows[row][column] }

  /// Whether `command` selects these columns in this order, and no more.
  func isAnswer(to command: String) -> Bool {
    var rest = command[...]
    for (index, column) in columns.enumerated() {
      let end = index == columns.count - 1 ? "\nFROM " : ",\n  "
      guard let found = rest.firstRange(of: " AS \(column)\(end)") else { return false }
      rest = rest[found.upperBound...]
    }
    return !columns.isEmpty
  }
}

extension PostgresRelation {
  /// An ordinary table.
  static func table(_ oid: UInt32, _ name: String = "t") -> PostgresRelation {
    PostgresRelation(
      oid: oid, schema: "public", name: name, kind: .table, persistence: .permanent, isPartition: false,
      isBeingDetached: false, parents: [], accessMethod: "heap", isPopulated: true, hidesRows: false,
      estimatedRows: nil, extensionName: nil, configuration: nil, mayUseSchema: true, mayRead: true)
  }
}

extension PostgresSequence {
  static func sequence(_ oid: UInt32, _ name: String = "s") -> PostgresSequence {
    PostgresSequence(
      oid: oid, schema: "public", name: name, persistence: .permanent, increment: 1, owner: nil,
      isLeftToExtension: false, mayUseSchema: true, mayRead: true)
  }
}
