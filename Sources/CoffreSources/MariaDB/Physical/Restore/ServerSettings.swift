import CoffreCore
import CoffreSystem

/// What of `backup-my.cnf`, which mariadb-backup writes, a server must be told to open the files. Nothing else of it is
/// used: a setting may name programs.
struct ServerSettings: Sendable, Hashable {
  /// As `innodb_page_size`.
  private let values: [String: String]

  private static let known: Set<String> = [
    "innodb_page_size", "innodb_data_file_path", "innodb_undo_tablespaces", "innodb_checksum_algorithm",
  ]

  init(_ stream: StreamScanner) {
    self.init(displayed(stream.told[Array("backup-my.cnf".utf8)] ?? []))
  }

  init(_ text: String) {
    var values: [String: String] = [:]
    for line in text.split(separator: "\n") {
      let halves = line.split(separator: "=", maxSplits: 1).map { String($0) }
      guard halves.count == 2, Self.known.contains(halves[0]) else { continue }
      values[halves[0]] = halves[1]
    }
    self.values = values
  }

  /// Whether files lie outside of the server's folder.
  var leadsElsewhere: Bool { values["innodb_data_file_path"]?.utf8.contains(UInt8(ascii: "/")) ?? false }

  /// As options of the server.
  var arguments: [String] {
    values.sorted { $0.key < $1.key }.map { "--\($0.key.replacing("_", with: "-"))=\($0.value)" }
  }
}
