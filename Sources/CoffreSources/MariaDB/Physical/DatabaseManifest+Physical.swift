import CoffreCore
import CoffreSystem

extension DatabaseManifest {
  /// What a physical backup says of itself.
  ///
  /// - Parameters:
  ///   - name: of the server in snapshots.
  ///   - moment: at which the program had ended.
  init(
    physical server: PhysicalServer, tools: VendorTools, name: String, identity: String?, stream: StreamScanner,
    contents: ImageContents, at moment: Timestamp
  ) {
    let databases = contents.databases.map { database in
      Database(
        name: database.name, path: PhysicalBackup.fileName, objects: ["table": Int64(database.tables.count)],
        imaged: database.tables)
    }
    self.init(
      kind: .mariadbPhysical,
      server: Server(version: server.facts.versionText, name: name, identity: identity),
      tools: [Tool(name: "mariadb-backup", version: tools.version.text)],
      instants: [Instant(database: nil, takenAt: moment, position: PhysicalPosition(stream).text)],
      databases: databases, isComplete: true)
  }
}

/// Where the logs of a server were at the end of a physical backup, as the program tells in files of the stream.
struct PhysicalPosition: Sendable, Hashable {
  /// Of the binary log: its file, the place in it and the transactions; `nil` where none is written.
  let binaryLog: LogPosition?
  /// Of InnoDB's log.
  let lastNumber: String?

  init(_ stream: StreamScanner) {
    let log = Self.text(of: ["mariadb_backup_binlog_info", "xtrabackup_binlog_info"], in: stream)
    let words = log.split(omittingEmptySubsequences: false) { $0 == "\t" || $0 == "\n" }.map(String.init)
    binaryLog =
      words.count >= 2 && !words[0].isEmpty
      ? LogPosition(file: words[0], offset: words[1], transactions: words.count > 2 ? words[2] : "") : nil
    let points = Self.text(of: ["mariadb_backup_checkpoints", "xtrabackup_checkpoints"], in: stream)
    lastNumber = points.split(separator: "\n").first { $0.hasPrefix("last_lsn") }
      .flatMap { $0.split(separator: "=").last }
      .map { String($0.drop { $0 == " " }) }
  }

  /// As manifests have it: `bin.000001:1264 gtid 0-1-4 lsn 61236`.
  var text: String? {
    let parts = [binaryLog?.text, lastNumber.map { #"lsn \#($0)"# }].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: " ")
  }

  private static func text(of names: [String], in stream: StreamScanner) -> String {
    names.lazy.compactMap { stream.told[Array($0.utf8)] }.first.map { displayed($0) } ?? ""
  }
}
