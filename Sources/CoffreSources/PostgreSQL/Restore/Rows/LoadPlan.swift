import CoffreCore
import PostgresKit

/// A table as it is on the server when its rows come.
struct LoadTarget: Sendable, Hashable {
  let oid: UInt32
  let name: DatabaseManifest.TableName
  let isPartitioned: Bool
  /// Made by an extension, with its keys and triggers.
  let isOfExtension: Bool
}

extension LoadTarget {
  /// All tables that rows can go to.
  static func all(on server: any PostgresQuerying) throws(PostgresError) -> [LoadTarget] {
    try query.read(on: server) { row throws(PostgresError) in
      LoadTarget(
        oid: try row.number("oid"),
        name: DatabaseManifest.TableName(schema: try row.name("schema"), name: try row.name("name")),
        isPartitioned: try row.text("kind") == "p", isOfExtension: try row.flag("is_of_extension"))
    }
  }

  static let query = CatalogQuery(
    "load-targets",
    [
      ("oid", "c.oid"), ("schema", "n.nspname"), ("name", "c.relname"), ("kind", "c.relkind"),
      (
        "is_of_extension",
        #"""
        EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
            AND d.objid = c.oid AND d.objsubid = 0 AND d.deptype = 'e')
        """#
      ),
    ],
    from: #"""
      pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      """#)
}

/// A foreign key from one table to another.
struct TableReference: Sendable, Hashable {
  let table: UInt32
  let referenced: UInt32

  static func all(on server: any PostgresQuerying) throws(PostgresError) -> [TableReference] {
    try query.read(on: server) { row throws(PostgresError) in
      TableReference(table: try row.number("table_oid"), referenced: try row.number("referenced_oid"))
    }
  }

  static let query = CatalogQuery(
    "references", [("table_oid", "k.conrelid"), ("referenced_oid", "k.confrelid")],
    from: #"pg_catalog.pg_constraint k WHERE k.contype = 'f'"#)
}

/// Which table's rows go where, and in which order.
struct LoadPlan: Sendable, Hashable {
  struct Step: Sendable, Hashable {
    let table: DatabaseManifest.Table
    let target: LoadTarget
    /// Emptied and loaded in one transaction: the server then need not look at its rows again when they are old.
    let isFrozen: Bool
    /// Whether all connections load it together, since it alone would be waited for at the end. Its rows then lie in
    /// another order than they did; the rows of other tables keep theirs, and the next backup finds them cut as before.
    var isShared = false

    func copyCommand(encoding: String) throws(PostgresError) -> String {
      let list = try columnList(table.columns)
      let columns = list.isEmpty ? "" : " (\(list))"
      let freeze = isFrozen ? ", FREEZE" : ""
      let form = "WITH (ENCODING \(try quotedLiteral(encoding))\(freeze))"  // not for people
      return #"COPY \#(try target.quotedName())\#(columns) FROM STDIN \#(form)"#
    }
  }

  /// One after the other: their keys and triggers are there already.
  let first: [Step]
  /// At the same time, the largest first.
  let parallel: [Step]
  /// Tables of the manifest that the server has not.
  let missing: [DatabaseManifest.Table]

  /// A table that is loaded sooner than this is worth no second connection. In bytes.
  private static let leastShared: Int64 = 64 << 20

  /// - Parameter connectionCount: of those that load at the same time.
  init(
    _ tables: [DatabaseManifest.Table], targets: [LoadTarget], references: [TableReference], connectionCount: Int = 1
  ) {
    let total = tables.reduce(Int64(0)) { $0.adding(saturating: $1.bytes) }
    let known = Dictionary(targets.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var first: [Step] = []
    var parallel: [Step] = []
    var missing: [DatabaseManifest.Table] = []
    for table in tables {
      guard let target = known[table.rootOf ?? table.name] else {
        missing.append(table)
        continue
      }
      let isShared =
        connectionCount > 1 && !target.isOfExtension && table.bytes > Self.leastShared
        && table.bytes > total / Int64(connectionCount)
      let isFrozen = !isShared && !target.isPartitioned && !target.isOfExtension
      let step = Step(table: table, target: target, isFrozen: isFrozen, isShared: isShared)
      if target.isOfExtension { first.append(step) } else { parallel.append(step) }
    }
    self.first = Self.sorted(first, by: references)
    self.parallel = parallel.sorted { left, right in
      (right.table.bytes, left.table.path) < (left.table.bytes, right.table.path)
    }
    self.missing = missing
  }

  /// Referenced tables before those that refer to them; a circle is broken where it was entered.
  static func sorted(_ steps: [Step], by references: [TableReference]) -> [Step] {
    let referenced = Dictionary(grouping: references, by: \.table).mapValues { $0.map(\.referenced) }
    let stepsOfTable = Dictionary(grouping: steps, by: \.target.oid)
    var sorted: [Step] = []
    var seen: Set<UInt32> = []
    // A stack instead of a function that calls itself: chains of keys have no limit.
    for step in steps {
      var stack = [(oid: step.target.oid, isEntered: false)]
      while let top = stack.popLast() {
        if top.isEntered {
          sorted += stepsOfTable[top.oid] ?? []
        } else if seen.insert(top.oid).inserted {
          stack.append((top.oid, true))
          for other in referenced[top.oid] ?? [] where stepsOfTable[other] != nil { stack.append((other, false)) }
        }
      }
    }
    return sorted
  }
}

extension LoadTarget {
  func quotedName() throws(PostgresError) -> String {
    try CoffreSources.quotedName(name.schema ?? "public", name.name)
  }
}
