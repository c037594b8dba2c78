import CoffreCore
import CoffreSystem
import MariaDBKit

/// Makes a database of a snapshot under some name, and compares its rows with the manifest.
struct DatabaseLoading: Sendable {
  let source: RestoreSource
  let database: DatabaseManifest.Database
  let target: MariaDBTarget
  /// What it is called here.
  let name: String
  /// What of it is wanted.
  let content: ObjectPatterns.Content
  /// The tables that are wanted; empty for all.
  let chosen: [ChosenTable]

  private var takesRows: Bool { content != .structureOnly }

  /// Makes its tables, rows and keys.
  ///
  /// - Parameter connection: that is in the database.
  func load(on connection: MariaDBConnection) throws(SourceError) -> [SourceNote] {
    let files = try source.files(of: database)
    guard files.has("schema.sql"), files.has("indexes.sql") else {
      throw SourceError(
        .failed, "bring back", Array(database.name.utf8), because: "the snapshot has its rows alone",
        advice: "Restore them into a database that has the tables, with --data-only.")
    }
    guard !takesRows || files.has("data") else {
      throw SourceError(
        .failed, "bring back", Array(database.name.utf8), because: "the snapshot has its structure alone",
        advice: "Restore it with --schema-only.")
    }
    for statement in try statements(of: "schema.sql") { try run(statement, of: "schema.sql", on: connection) }
    var notes: [SourceNote] = []
    var keys = try keys()
    if takesRows {
      let tables = chosen.isEmpty ? database.tables : chosen.map(\.table)
      let plan = try plan(tables, on: connection)
      for key in keys where key.comesFirst(in: plan) {
        try run(key.statement, of: Self.keyScript, on: connection)
      }
      keys.removeAll { $0.comesFirst(in: plan) }
      let loaded = try RowsLoading(source: source, target: target).load(plan, into: name)
      try LoadedTable.check(loaded, of: tables, in: database.name)
      notes.append(
        SourceNote(
          subject: "database \(database.name)",  // not for people
          message: LoadedTable.summary(loaded), isGood: true))
    }
    try make(keys, on: connection)
    return notes
  }

  private func plan(
    _ tables: [DatabaseManifest.Table], on connection: MariaDBConnection
  ) throws(SourceError) -> LoadingPlan {
    let shareable = try MariaDBTarget.asked("look at", name) { () throws(MariaDBError) -> Set<[UInt8]> in
      try target.facts.loadsFiles ? LoadingPlan.shareable(in: name, on: connection) : []
    }
    return LoadingPlan(
      tables, shareable: shareable, connectionCount: target.connectionCount, memory: target.facts.pageMemory)
  }

  /// Makes the database, empty, and leaves the connection in it.
  func create(on connection: MariaDBConnection) throws(SourceError) {
    let quoted = MariaDBQuoting.identifier(name)
    try MariaDBTarget.asked("create", name) { () throws(MariaDBError) in
      try connection.execute(#"CREATE DATABASE \#(quoted) \#(Self.clauses(of: database, for: target.facts))"#)
      try connection.execute("USE \(quoted)")  // not for people
    }
  }

  /// What a database has of its own.
  static func clauses(of database: DatabaseManifest.Database, for facts: MariaDBFacts) -> String {
    clauses(
      characterSet: database.properties["characterSet"], collation: database.properties["collation"],
      comment: database.properties["comment"] ?? "", for: facts)
  }

  static func clauses(
    characterSet: String?, collation: String?, comment: String, for facts: MariaDBFacts
  ) -> String {
    var clauses: [String] = []
    if let characterSet { clauses.append(#"CHARACTER SET \#(characterSet)"#) }
    if let collation { clauses.append(#"COLLATE \#(collation)"#) }
    // An empty one takes away what is there.
    if facts.version.isMariaDB, facts.version.number >= 100_500 {
      clauses.append(#"COMMENT \#(MariaDBQuoting.literal(comment))"#)
    }
    return clauses.joined(separator: " ")
  }

  /// Those of a script that are about the chosen tables, and its settings.
  private func statements(of file: String) throws(SourceError) -> [[UInt8]] {
    let all = try source.statements(of: file, in: database.path)
    guard !chosen.isEmpty else { return all }
    let names = chosen.map { Array(MariaDBQuoting.identifier($0.table.name.name).utf8) }
    return all.filter { statement in
      guard let name = Self.table(of: statement) else { return true }
      // A table may number its rows by any sequence.
      return names.contains(Array(name)) || statement.starts(with: #"CREATE SEQUENCE"#.utf8)
    }
  }

  /// The name in quotes that `CREATE TABLE` or `ALTER TABLE` begins with; `nil` for other statements.
  static func table(of statement: [UInt8]) -> ArraySlice<UInt8>? {
    let pieces = SQLPieces.read(Array(statement.prefix(4096)))
    guard pieces.count > 2, pieces[0].kind == .word, pieces[1].kind == .word,
      let place = pieces.prefix(4).firstIndex(where: { $0.kind == .name })
    else { return nil }
    let first = displayed(statement[pieces[0].range]).uppercased()
    guard first == "CREATE" || first == "ALTER" else { return nil }
    return statement[pieces[place].range]
  }

  /// Keys of several tables at once; then what refers from one to the other.
  private func make(_ keys: [TableKey], on connection: MariaDBConnection) throws(SourceError) {
    let groups = TableKey.byTable(keys.filter { $0.kind != .foreign })
    try target.work(groups.count, in: name) { number, connection, _ throws(SourceError) in
      for key in groups[number] { try run(key.statement, of: Self.keyScript, on: connection) }
    }
    // A table alone refers to others where it goes to.
    guard chosen.isEmpty else { return }
    for key in keys where key.kind == .foreign { try run(key.statement, of: Self.keyScript, on: connection) }
  }

  private static let keyScript = "indexes.sql"

  private func keys() throws(SourceError) -> [TableKey] {
    try statements(of: Self.keyScript).compactMap { TableKey($0) }
  }

  /// The foreign keys of the chosen tables, as the backup has them.
  func foreignKeys() throws(SourceError) -> [[UInt8]] {
    try keys().filter { $0.kind == .foreign }.map(\.statement)
  }

  /// Routines, views, triggers and events, in the database that has this name by now.
  ///
  /// - Parameters:
  ///   - other: another name than the one that it was loaded under.
  ///   - server: for work that is not cancelled, as `target` is.
  ///   - rehearses: whether only the server's answers are wanted: then no event is made, which might begin to act.
  func makeObjects(
    in other: String? = nil, on server: MariaDBTarget? = nil, rehearses: Bool = false
  ) throws(SourceError) -> [SourceNote] {
    guard content != .dataOnly, chosen.isEmpty, try source.files(of: database).has("routines.sql") else { return [] }
    // The scripts change settings of the session.
    let connection = try (server ?? target).connect(to: other ?? name)
    let file = "routines.sql"
    var elsewhere: [String] = []
    var missing: [SourceNote] = []
    let old = Array("\(MariaDBQuoting.identifier(database.name)).".utf8)
    for statement in try source.statements(of: file, in: database.path) {
      if rehearses, Self.makesEvent(statement) { continue }
      if let view = Self.view(of: statement) {
        if let reason = try make(view: view, statement, on: connection) {
          missing.append(
            SourceNote(
              subject: "view \(other ?? name).\(view)",  // not for people
              message: "it shows what is not here, and was left out: \(reason)"))
          continue
        }
      } else {
        try run(statement, of: file, on: connection)
      }
      if !(other ?? name).hasSameBytes(as: database.name), Self.holds(statement, old) {
        elsewhere.append(Self.title(of: statement))
      }
    }
    guard !rehearses else { return [] }
    guard !elsewhere.isEmpty else { return missing }
    return missing + [
      SourceNote(
        subject: "database \(other ?? name)",  // not for people
        message: "these name the database '\(database.name)' still: \(conjunctionOfSome(elsewhere))")
    ]
  }

  /// Makes a view that may show tables of databases that are not here: all else is worth having without it.
  ///
  /// - Returns: why it was left out; `nil` if it was made.
  private func make(
    view: String, _ statement: [UInt8], on connection: MariaDBConnection
  ) throws(SourceError) -> Message? {
    do throws(MariaDBError) {
      try connection.execute(bytes: statement)
      return nil
    } catch {
      // No such database (1049), table (1146), function (1305), or another view that is broken (1356).
      guard [1049, 1146, 1305, 1356].contains(error.code) else {
        throw SourceError(
          restoring: error, "run", "\(database.path)/routines.sql", at: .verbatim(Self.title(of: statement)))
      }
      // What stood in for it goes.
      try MariaDBTarget.asked("replace", view) { () throws(MariaDBError) in
        _ = try connection.execute(#"DROP VIEW IF EXISTS \#(MariaDBQuoting.identifier(view))"#)
      }
      return error.message
    }
  }

  /// The name in `CREATE OR REPLACE … VIEW`; `nil` for other statements, also for what stands in for a view.
  static func view(of statement: [UInt8]) -> String? {
    let pieces = SQLPieces.read(Array(statement.prefix(4096)))
    func word(_ index: Int) -> String {
      pieces.indices.contains(index) && pieces[index].kind == .word
        ? displayed(statement[pieces[index].range]).uppercased() : ""
    }
    guard word(0) == "CREATE", word(1) == "OR", let place = pieces.indices.first(where: { word($0) == "VIEW" }),
      pieces.indices.contains(place + 1), pieces[place + 1].kind == .name
    else { return nil }
    return SQLPieces.name(statement[pieces[place + 1].range])
  }

  /// `CREATE DEFINER=… EVENT`.
  static func makesEvent(_ statement: [UInt8]) -> Bool {
    let pieces = SQLPieces.read(Array(statement.prefix(4096)))
    func word(_ piece: SQLPieces.Piece) -> String {
      piece.kind == .word ? displayed(statement[piece.range]).uppercased() : ""
    }
    guard let first = pieces.first, word(first) == "CREATE" else { return false }
    let kinds: Set<String> = ["EVENT", "TRIGGER", "FUNCTION", "PROCEDURE", "PACKAGE", "VIEW", "TABLE"]
    return pieces.lazy.map(word).first(where: kinds.contains) == "EVENT"
  }

  private static func holds(_ bytes: [UInt8], _ wanted: [UInt8]) -> Bool {
    guard bytes.count >= wanted.count else { return false }
    return (0...(bytes.count - wanted.count)).contains { bytes[$0...].starts(with: wanted) }
  }

  private func run(_ statement: [UInt8], of file: String, on connection: MariaDBConnection) throws(SourceError) {
    do throws(MariaDBError) {
      try connection.execute(bytes: statement)
    } catch {
      throw SourceError(
        restoring: error, "run", "\(database.path)/\(file)", at: .verbatim(Self.title(of: statement)))
    }
  }

  /// Its first words: a definition tells no secret.
  static func title(of statement: [UInt8]) -> String {
    let line = displayed(statement.prefix(100)).split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    return statement.count > line.utf8.count ? "\(line)…" : line
  }
}
