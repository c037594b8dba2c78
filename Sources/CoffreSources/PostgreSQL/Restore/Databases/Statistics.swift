import CoffreCore
import CoffreSystem
import PostgresKit

/// Gathers what the server's planner must know of a database that was loaded: of several tables at the same time, the
/// largest first.
///
/// A foreign server that does not answer leaves out its own tables, and does no other harm.
///
/// - Parameters:
///   - database: what people call it.
///   - name: what it is called now.
/// - Returns: remarks about what was not done.
func gatherStatistics(of database: String, in name: String, on server: RestoreServer) throws(SourceError)
  -> [SourceNote]
{
  let tables: [AnalyzedTable]
  do throws(PostgresError) {
    tables = try AnalyzedTable.query.read(on: try server.opener.connect(to: name)) { row throws(PostgresError) in
      AnalyzedTable(schema: try row.name("schema"), name: try row.name("name"), kind: try row.text("kind"))
    }
  } catch {
    throw SourceError(restoring: error, "finish", database)
  }
  let remarks = Monitor([SourceNote]())
  // A partitioned table is looked at together with its partitions, which only one may do at a time.
  for stage in [tables.filter { $0.kind != "p" }, tables.filter { $0.kind == "p" }] {
    try server.work(
      stage.count, in: name,
      doing: { number, connection, _ throws(SourceError) in
        do throws(PostgresError) {
          let table = try quotedName(stage[number].schema, stage[number].name)
          try connection.execute("ANALYZE \(table)")  // not for people
        } catch {
          guard error.reason == .refused else { throw SourceError(restoring: error, "finish", database) }
          remarks.withLock { remarks in
            remarks.append(
              SourceNote(
                subject: "database \(database)",  // not for people
                message: "its statistics are not all gathered: \(error.message); run ANALYZE there later"))
          }
        }
      })
  }
  // One that says what to do is enough.
  return remarks.withLock { Array($0.prefix(1)) }
}

/// What `ANALYZE` by itself would look at.
private struct AnalyzedTable: Sendable {
  let schema: String
  let name: String
  let kind: String

  static let query = CatalogQuery(
    "analyzed-tables", [("schema", "n.nspname"), ("name", "c.relname"), ("kind", "c.relkind")],
    from: #"""
      pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'm', 'p', 'f') AND c.relpersistence <> 't' AND n.nspname <> 'pg_toast'
      ORDER BY CASE c.relkind WHEN 'r' THEN pg_catalog.pg_relation_size(c.oid) ELSE 0 END DESC, c.oid
      """#)
}
