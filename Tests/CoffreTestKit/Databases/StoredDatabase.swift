package import CoffreSources

/// A database's backup as files in memory, in the layout of snapshots: tables with their rows, and the manifest.
package struct StoredDatabase: Sendable {
  package struct Table: Sendable {
    package var schema = "public"
    package var name: String
    package var columns: [String]
    package var key: [String]
    /// Lines without their newlines, cut into chunks behind the last one of each part.
    package var parts: [[String]]

    package init(_ name: String, columns: [String] = ["id", "text"], key: [String] = ["id"], parts: [[String]]) {
      self.name = name
      self.columns = columns
      self.key = key
      self.parts = parts
    }

    package init(_ name: String, columns: [String] = ["id", "text"], key: [String] = ["id"], rows: [String]) {
      self.init(name, columns: columns, key: key, parts: [rows])
    }

    fileprivate var contents: [[UInt8]] { parts.map { rows in Array(rows.map { $0 + "\n" }.joined().utf8) } }
  }

  package var server = "db.example.org-5432"
  package var name = "shop"
  package var tables: [Table]
  package var isComplete = true
  package var missed: [DatabaseManifest.Missed] = []

  package init(_ tables: [Table]) { self.tables = tables }

  package var paths: [String] { ["/@postgresql/\(server)/\(name)"] }

  package var session: MemorySession { MemorySession(entries, paths: paths) }

  package var entries: [MemoryEntry] {
    let schemas = Dictionary(grouping: tables, by: \.schema).map { schema, tables in
      MemoryEntry.directory(
        schema,
        tables.map { table in
          MemoryEntry.file("\(table.name).copy", []).with { $0.parts = table.contents }
        })
    }
    let database = MemoryEntry.directory(
      name, [.directory("data", schemas), .file("pre-data.sql", "-- structure of \(name)\n")])
    let files: [MemoryEntry] = [.file("manifest.json", manifest.encoded()), .file("globals.sql", "-- roles\n")]
    return [.directory("@postgresql", [.directory(server, [database] + files)])]
  }

  package var manifest: DatabaseManifest {
    DatabaseManifest(
      kind: .postgresql, server: DatabaseManifest.Server(version: "15.18", name: server),
      databases: [
        DatabaseManifest.Database(
          name: name, path: name, tables: tables.map { entry(for: $0) })
      ], missed: missed, isComplete: isComplete)
  }

  private func entry(for table: Table) -> DatabaseManifest.Table {
    let all = RowSummer()
    var parts: [DatabaseManifest.Part] = []
    for (rows, content) in zip(table.parts, table.contents) {
      for row in rows { all.add(Array((row + "\n").utf8).span) }
      parts.append(DatabaseManifest.Part(rows: Int64(rows.count), bytes: Int64(content.count)))
    }
    return DatabaseManifest.Table(
      name: DatabaseManifest.TableName(schema: table.schema, name: table.name),
      path: "\(name)/data/\(table.schema)/\(table.name).copy", rows: all.rows, bytes: all.bytes, rowSum: all.sum,
      columns: table.columns, key: table.key, parts: parts)
  }
}
