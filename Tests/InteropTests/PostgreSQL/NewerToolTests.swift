import CoffreTestKit
import Testing

/// A pg_dump of a later version than its server's: it writes settings that this server does not know, and may write what
/// nobody asked for.
@Suite("PostgreSQL's tools that are newer than the server", .timeLimit(.minutes(10)))
struct NewerToolTests {
  private let workshop: Workshop
  private let server: PostgresServer

  init() throws {
    workshop = try Workshop()
    server = try PostgresServer.shared()
  }

  /// The server's own pg_dump, changed to what one of version 18 is like: it says so, writes the setting that came with 17,
  /// and statistics in the last section, unless it is told not to.
  private func makeNewerTools() throws -> String {
    let folder = "\(workshop.path)/newer"
    try makeRealFolder(folder)
    let programs = server.installation.programs
    for name in ["pg_dump", "pg_dumpall"] {
      try writeRealFile(
        "\(folder)/\(name)",
        """
        #!/bin/bash
        statistics=yes section=
        words=()
        for word; do
          case $word in
            --version) echo '\(name) (PostgreSQL) 18.1 (Debian 18.1-1.pgdg12+2)'; exit ;;
            --help) "\(programs)/\(name)" --help; echo '  --no-statistics   do not dump statistics'; exit ;;
            --no-statistics) statistics= ; continue ;;
            --section=*|--schema-only|--data-only) section=$word ;;
          esac
          words+=("$word")
        done
        [ "$section" = --section=post-data ] || statistics=
        set -o pipefail
        "\(programs)/\(name)" "${words[@]}" | sed -e 's/^SET idle_in_transaction_session_timeout = 0;$/&\\nSET transaction_timeout = 0;/' \\
          ${statistics:+-e "s/^-- PostgreSQL database dump complete/SELECT nobody.asked_for_this();\\n&/"}

        """, mode: 0o755)
    }
    return folder
  }

  @Test func `their dumps go back to that server, with Coffre and without, whole and by tables`() throws {
    let bank = try PostgresBank(in: server)
    let database = bank.database
    let copy = "again_\(database)"
    defer { for name in [database, copy] { try? server.dropDatabase(name) } }
    let tools = try makeNewerTools()
    func run(_ arguments: [String]) throws -> CoffreReport {
      try workshop.coffreJSON(arguments) {
        $0.environment["PGPASSWORD"] = PostgresServer.password
        $0.environment["COFFRE_PG_BINDIR"] = tools
      }
    }
    let backup = try run(["backup", server.url(database), "--name", Workshop.serverName])
    let snapshot = try #require(backup.snapshot, "\(backup)")
    #expect(try workshop.manifest()["tools"]?.array.first?["version"]?.text == "18.1")
    let restore = try run(["restore", snapshot, "--to", server.url(copy)])
    #expect(restore.status == 0, "\(restore)")
    try expectEqualDatabases(copy, of: server, and: server.dump(database))

    // The tool writes the table's structure here.
    let table = try run(["restore", snapshot, "--to", server.url(copy), "--table", "public.child=child_again"])
    #expect(table.status == 0, "\(table)")
    #expect(try server.run("SELECT count(*) FROM child_again", copy) == "600")

    let folder = "\(workshop.path)/restored"
    #expect(try workshop.coffre(["restore", snapshot, "--to", folder]).isSuccess)
    let byHand = try server.createDatabase("by_hand")
    defer { try? server.dropDatabase(byHand) }
    try server.psqlFile("restore.sql", byHand, in: "\(folder)\(Workshop.databasesFolder)/\(database)")
    try expectEqualDatabases(byHand, of: server, and: server.dump(database))

    // A file of the user's own, made by that tool without Coffre.
    let file = "\(workshop.path)/own.sql"
    var settings = ProgramSettings()
    settings.environment = server.toolEnvironment(for: database)
    let dump = try Tool(path: "\(tools)/pg_dump").run(["--no-statistics"], settings)
    try #require(dump.isSuccess && dump.output.contains("SET transaction_timeout = 0;"), "\(dump)")
    try writeRealFile(file, dump.outputBytes)
    let own = "own_\(database)"
    let fromFile = try run(["restore", file, "--to", server.url(own)])
    defer { try? server.dropDatabase(own) }
    #expect(fromFile.status == 0, "\(fromFile)")
    try expectEqualDatabases(own, of: server, and: server.dump(database))
  }
}
