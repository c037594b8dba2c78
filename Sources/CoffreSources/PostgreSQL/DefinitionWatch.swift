import CoffreCore
import PostgresKit

/// Notices what was changed or dropped between the instant of a dump and pg_dump's reading of it.
///
/// Tables are locked against that; functions, views, types and the like cannot be. pg_dump finds them in the instant's
/// catalogs and has the server write them out as they are now: what is gone by then leaves a script that cannot be run.
struct DefinitionWatch: Sendable {
  /// An object, and all of its definition but who owns it and who may use it.
  private struct Definition: Sendable, Hashable {
    let kind: String
    let id: String
    let hash: String
  }

  private let names: [Definition: String]

  /// - Parameter connection: one that sees the instant, or what is there now.
  init(on connection: PostgresConnection) throws(PostgresError) {
    let rows = try connection.execute(Self.command)
    var names: [Definition: String] = [:]
    for row in 0..<rows.count {
      guard let kind = rows[row, 0], let id = rows[row, 1], let name = rows[row, 2], let hash = rows[row, 3] else {
        throw PostgresError(.unexpected, saying: "the server gave another answer than was asked for")
      }
      names[Definition(kind: kind, id: id, hash: hash)] = name
    }
    self.names = names
  }

  /// - Returns: what the other one has not, or otherwise.
  func firstMissing(in later: DefinitionWatch) -> String? {
    names.filter { later.names[$0.key] == nil }.map { "\($0.key.kind) \($0.value)" }.min()
  }

  /// Catalogs by what PostgreSQL calls what they hold, the column of the name, and whether a change of the row changes the definition. An
  /// index may be dropped beside a backup, a table may not.
  private static let catalogs: [(catalog: String, kind: String, name: String, isHashed: Bool)] = [
    ("pg_proc", "function", "proname", true), ("pg_type", "type", "typname", false),
    ("pg_class", "relation", "relname", false), ("pg_rewrite", "rule", "rulename", true),
    ("pg_operator", "operator", "oprname", false), ("pg_opclass", #"operator class"#, "opcname", false),
    ("pg_opfamily", #"operator family"#, "opfname", false), ("pg_constraint", "constraint", "conname", false),
    ("pg_collation", "collation", "collname", false), ("pg_conversion", "conversion", "conname", false),
    ("pg_cast", "cast", "oid", false), ("pg_ts_config", #"text search configuration"#, "cfgname", false),
    ("pg_ts_dict", #"text search dictionary"#, "dictname", false), ("pg_language", "language", "lanname", false),
    ("pg_statistic_ext", "statistics", "stxname", false), ("pg_foreign_server", "server", "srvname", false),
    ("pg_event_trigger", #"event trigger"#, "evtname", false), ("pg_publication", "publication", "pubname", false),
    ("pg_namespace", "schema", "nspname", false), ("pg_extension", "extension", "extname", false),
  ]

  /// Users' own objects begin with this number; temporary ones come and go.
  private static let command = catalogs.map { entry in
    let hash = entry.isHashed ? #"pg_catalog.md5((pg_catalog.to_jsonb(c) - 'proacl' - 'proowner')::text)"# : "''"
    return #"SELECT '\#(entry.kind)', c.oid, c.\#(entry.name)::text, \#(hash) FROM pg_catalog.\#(entry.catalog) c "#
      + #"WHERE c.oid >= 16384\#(isLasting(entry.catalog))"#
  }.joined(separator: #" UNION ALL "#)

  private static func isLasting(_ catalog: String) -> String {
    let temporary = #"(SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname ~ '^pg_(toast_)?temp_')"#
    return switch catalog {
    case "pg_class": #" AND c.relpersistence <> 't' AND c.relkind <> 't'"#
    case "pg_type": #" AND c.typnamespace NOT IN \#(temporary)"#
    case "pg_proc": #" AND c.pronamespace NOT IN \#(temporary)"#
    case "pg_operator": #" AND c.oprnamespace NOT IN \#(temporary)"#
    case "pg_constraint": #" AND c.connamespace NOT IN \#(temporary)"#
    case "pg_rewrite":
      #" AND c.ev_class NOT IN (SELECT r.oid FROM pg_catalog.pg_class r WHERE r.relpersistence = 't')"#
    case "pg_namespace": #" AND c.nspname !~ '^pg_(toast_)?temp_'"#
    default: ""
    }
  }
}
