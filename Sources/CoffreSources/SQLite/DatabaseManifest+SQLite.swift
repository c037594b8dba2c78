import CoffreCore
import SQLiteKit

extension DatabaseManifest {
  /// The property that holds the SHA-256 of the image.
  static let imageSum = "sha256"
  /// The property that holds the image's size.
  static let imageSize = "bytes"

  /// What a backup of a SQLite database says of itself.
  init(
    _ place: SQLitePlace, at time: Timestamp, _ facts: SQLiteFacts, _ contents: TableContents, size: Int64,
    sum: Digest, journalMode: String, _ checks: SQLiteChecks
  ) {
    let image = displayed(place.imageName)
    var properties = [
      Self.imageSum: sum.description, Self.imageSize: "\(size)", "file": displayed(place.path),
      "pageSize": "\(facts.pageSize)", "pageCount": "\(size / max(facts.pageSize, 1))", "encoding": facts.encoding,
      "userVersion": "\(facts.userVersion)", "applicationId": "\(facts.applicationID)",
      "autoVacuum": "\(facts.autoVacuum)", "journalMode": journalMode,
    ]
    if !checks.text.isEmpty { properties["checked"] = checks.text }
    let tables = contents.tables.map { found in
      Table(
        name: TableName(name: found.table.name), path: image, rows: found.rows, bytes: found.bytes,
        columns: found.table.columns.map(\.name), key: found.table.key,
        parts: found.sum.map { [Part(rows: found.rows, bytes: found.bytes, sha256: $0)] } ?? [])
    }
    self.init(
      kind: .sqlite, server: Server(version: SQLiteConnection.engineVersion, name: displayed(place.path)),
      instants: [Instant(database: nil, takenAt: time, position: nil)],
      databases: [
        Database(
          name: place.name, path: image, properties: properties, objects: facts.schema.counts, tables: tables)
      ], isComplete: true)
  }
}
