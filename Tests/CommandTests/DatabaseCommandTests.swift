import CoffreCore
import CoffreRepository
import CoffreSources
import Testing

@testable import coffre

@Suite("Commands for databases")
struct DatabaseCommandTests {
  private func parse(_ line: String) throws -> ParsedArguments {
    let words = line.split(separator: " ").map { Array($0.utf8) }
    let parser = CommandLineParser(tree: Program.tree) { _ in nil }
    guard case .command(let parsed) = try parser.parse(words) else { throw UsageError("no command", advice: "") }
    return parsed
  }

  private func problem(_ body: () async throws -> Void) async -> String? {
    do {
      try await body()
      return nil
    } catch {
      guard (error as? any Explained)?.exitCode == .usage else { return "no usage error: \(error)" }
      return explanation(of: error).problem.description
    }
  }

  private func run(_ line: String) async -> String? {
    await problem {
      let arguments = try parse(line)
      let console = Console(arguments, cancellation: Cancellation())
      let commands: [any RunnableCommand.Type] = [
        BackupCommand.self, RestoreCommand.self, SourceDumpCommand.self, SourceTestCommand.self,
        SnapshotRowsCommand.self,
      ]
      for command in commands where command.spec.path == arguments.command.path {
        _ = try await command.run(arguments, console)
      }
    }
  }

  private static let leftOut =
    "the address names the database 'shop', and --database or --exclude-database leaves it out"

  @Test(
    arguments: [
      (
        "restore latest -r /srv/none --to postgresql://db/shop --delete",
        "'--delete' is for folders, and --to names something else"
      ),
      (
        "restore latest -r /srv/none --to postgresql://db/shop --include x",
        "'--include' is for folders, and --to names something else"
      ),
      (
        "restore latest -r /srv/none --to /tmp/x --table orders",
        "'--table' is for databases, and --to names something else"
      ),
      (
        "restore latest -r /srv/none --to /tmp/x --confirm shop",
        "'--confirm' is for databases, and --to names something else"
      ),
      (
        "restore latest -r /srv/none --to postgresql://u:secret@db/shop",
        "the address of the database holds a password"
      ),
      ("restore latest -r /srv/none --to postgresql://db/shop --table =x", "'=x' of '--table' names no table"),
      ("restore latest -r /srv/none --to postgresql://db/shop --table x=", "'x=' of '--table' names no table"),
      ("restore latest:/etc -r /srv/none --to postgresql://db/shop", "'/etc' is no folder of a database's backup"),
      (
        "restore latest:/@postgresql/a -r /srv/none --to postgresql://db/shop --name b",
        "'/@postgresql/a' is no folder of a database's backup"
      ),
      (
        "restore latest --to postgresql://db/shop --data-only --schema-only",
        "'--schema-only' and '--data-only' exclude each other"
      ),
      ("source dump postgresql://db/shop -o /tmp/x.doc", "the name '/tmp/x.doc' does not tell what to write"),
      ("source dump postgresql://db -o /tmp/x.dump", "a whole server can be dumped as .sql only"),
      ("source dump postgresql://u:secret@db/x -o /tmp/x.sql", "the address of the database holds a password"),
      (
        "backup -r /srv/none postgresql://db/shop --exclude x",
        "'--exclude' is for files, and only databases are named"
      ),
      (
        "backup -r /srv/none postgresql://db/shop postgresql://db/web --one-file-system",
        "'--one-file-system' is for files, and only databases are named"
      ),
      ("source test /etc", "cannot read the address of the database"),
      ("backup -r /srv/none postgresql://db/shop --database wiki", leftOut),
      ("backup -r /srv/none mariadb://db/shop --database wiki --database web*", leftOut),
      ("source test mongodb://db/shop --database shop --exclude-database s*", leftOut),
    ])
  func `wrong usage is refused before anything is opened`(_ example: (line: String, problem: String)) async {
    #expect(await run(example.line) == example.problem)
  }

  @Test func `an order says what the options say`() throws {
    let arguments = try parse(
      "restore latest --to postgresql://u@db:5433/shop --table public.orders=orders_old --table items --disconnect "
        + "--confirm shop --data-only --globals")
    let order = try DatabaseRestoreOrder("postgresql://u@db:5433/shop", path: [], arguments)
    #expect(order.location.text == "postgresql://u@db:5433/shop")
    #expect(order.tables.map(\.name) == ["public.orders", "items"])
    #expect(order.tables.map(\.newName) == ["orders_old", nil])
    #expect(order.disconnects && order.restoresGlobals && order.confirmed == "shop")
    #expect(order.content == .dataOnly && order.database == nil && !order.takesEverything)
  }

  @Test func `the path behind the snapshot may name server and database`() throws {
    let arguments = try parse("restore latest --to postgresql://db")
    let path = [Array("@postgresql".utf8), Array("db-5432".utf8), Array("odd%2Fname".utf8)]
    let order = try DatabaseRestoreOrder("postgresql://db", path: path, arguments)
    #expect(order.database == "odd/name" && !order.takesEverything)
    #expect(try DatabaseBackup.places(at: path).names == [Array("db-5432".utf8)])
    #expect(try DatabaseBackup.places(at: path).kinds == ["@postgresql"])
    #expect(try DatabaseBackup.places(named: "a/b").names == [Array("a%2Fb".utf8)])
    #expect(try DatabaseRestoreOrder("postgresql://db", path: [], arguments).takesEverything)
  }

  @Test(
    arguments: [
      ("x.dump", .custom), ("x.BACKUP", .custom), ("x.tar", .tar), ("x.sql", .plain), ("x.sql.gz", .gzip),
      ("a.b.sql.zst", .zstd), ("x.sql.lz4", .lz4), ("x.gz", nil), ("x", nil), ("sql", nil),
    ] as [(String, PostgresFileDump.Form?)])
  func `the end of a name tells the form`(_ example: (name: String, form: PostgresFileDump.Form?)) {
    #expect(PostgresFileDump.Form(ofFile: Array(example.name.utf8)) == example.form)
  }
}
