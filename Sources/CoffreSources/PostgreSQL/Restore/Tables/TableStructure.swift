import CoffreCore
import CoffreSystem
import PostgresKit

/// The definition of some tables under their new names, as the vendor's tool writes it.
///
/// The structure of the whole database is made in a scratch database, its tables renamed there by the server, and pg_dump asked
/// for them: nobody but the server knows all places where a name may stand. Rows are not in it.
struct TableStructure: Sendable {
  /// What must be run before the rows come, and what afterwards.
  let before: [SQLStatement]
  let after: [SQLStatement]
  /// Where the tables' own sequences stand.
  let sequences: [String]
  let encoding: String
}

/// Makes a `TableStructure`.
struct TableStructureMaker {
  let aside: AsideDatabase
  let tables: [ChosenTable]
  let tools: InstalledTools?
  /// Names that the target's schemas have already.
  let taken: [String: Set<String>]

  /// - Precondition: the scratch database was made, and is empty.
  func make() throws(SourceError) -> TableStructure {
    let connection = try aside.server.connect(to: aside.name)
    let runner = try ScriptRunner(aside.source, on: connection, encoding: aside.encoding)
    let source = aside.source
    try runner.run(source.path("pre-data.sql", of: aside.database))
    try runner.run(source.path("post-data.sql", of: aside.database), choosing: Self.belongs)
    if aside.content == .everything {
      try runner.run(source.path("sequences.sql", of: aside.database), batch: 64 << 10)
    }
    var sequences: [String] = []
    do throws(PostgresError) {
      try connection.execute("SET client_encoding = 'UTF8'")  // not for people
      for table in tables {
        let move = TableMove(table)
        try move.separate(on: connection)
        try move.makeRoom(on: connection)
        try move.rename(on: connection, taken: taken[table.schema] ?? [])
        sequences += try Self.sequences(of: table, on: connection)
      }
    } catch {
      throw SourceError(restoring: error, "rename tables of", aside.name)
    }
    let major = connection.serverVersion / 10_000
    return TableStructure(
      before: try dump("pre-data", major: major), after: try dump("post-data", major: major), sequences: sequences,
      encoding: aside.encoding)
  }

  /// What makes keys and indexes. Foreign keys, triggers, rules and policies would tie a copy of yesterday to what lives
  /// today, or need what the target may not have.
  static func belongs(_ statement: SQLStatement) -> Bool {
    if statement.begins("set") || statement.begins("select") { return true }
    if PostDataPlan.tableOfIndex(statement) != nil || statement.begins("create", "statistics") { return true }
    if statement.begins("alter", "index") { return true }
    return statement.begins("alter", "table") && statement.firstIndex(ofWords: "replica", "identity") != nil
  }

  private static func sequences(of table: ChosenTable, on connection: PostgresConnection) throws(PostgresError)
    -> [String]
  {
    let name = try quotedName(table.schema, table.name)
    let owned = try connection.query(
      #"""
      SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
      FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class c ON c.oid = d.objid AND c.relkind = 'S'
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refclassid = d.classid
        AND d.refobjid = $1::pg_catalog.regclass AND d.deptype IN ('a', 'i')
      """#, [name])
    var commands: [String] = []
    for row in 0..<owned.count {
      guard let sequence = owned[row, 0] else { continue }
      let state = try connection.execute(#"SELECT last_value, is_called FROM \#(sequence)"#)
      guard let last = state[0, 0], let isCalled = state[0, 1] else { continue }
      commands.append(#"SELECT pg_catalog.setval(\#(try quotedLiteral(sequence)), \#(last), '\#(isCalled)')"#)
    }
    return commands
  }

  private func dump(_ section: String, major: Int) throws(SourceError) -> [SQLStatement] {
    let subject = Array("\(aside.name)/\(section)".utf8)
    let cancellation = aside.server.cancellation
    let child: ChildProcess
    let program: PgDump
    do {
      let installed = try tools ?? InstalledTools.find(.postgresql, cancellation: cancellation)
      program = try PgDump(
        try installed.choose(forMajor: major), for: aside.server.opener,
        restrictKey: { [token = RestoreNames.token()] in token })
      var arguments = ["--section=\(section)", "--schema-only", "--no-privileges", "--encoding=\(aside.encoding)"]
      for table in tables { arguments.append("--table=\(try quotedName(table.schema, table.name))") }
      child = try program.start("pg_dump", arguments, database: aside.name)
    } catch {
      let isMissing = (error as? any Explained)?.exitCode == .toolMissing
      throw SourceError(
        isMissing ? .toolMissing : .toolFailed, "run pg_dump for", subject, because: shortText(of: error),
        advice: (error as? any Explained)?.explanation.advice)
    }
    let reader = ToolReader(
      child, tool: "pg_dump", subject: subject, marks: PgDump.marks, cancellation: cancellation
    ) { _ throws(SourceError) in }
    // The tool reads its password from a file that goes with it.
    return try withExtendedLifetime(program) { () throws(SourceError) in
      try ScriptReader(reader, named: subject).statements()
    }
  }
}
