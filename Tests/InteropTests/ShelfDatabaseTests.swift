import CoffreTestKit
import Testing

/// What is no tree of files on a shelf: databases, in full and opened by their own tools, and streams.
@Suite("Databases and streams on shelves", .timeLimit(.minutes(20)))
struct ShelfDatabaseTests {
  private let workshop: Workshop
  private var shelf: String { "\(workshop.path)/shelf" }
  private var tree: String { "\(workshop.path)/tree" }
  private var points: [String] { realNames(in: shelf).filter { !$0.hasPrefix(".") }.sorted() }
  private var hidden: [String] { realNames(in: shelf).filter { $0.hasPrefix(".") && !$0.hasSuffix(".lock") } }

  init() throws {
    workshop = try Workshop(repositoryVersion: nil)
    try makeRealFolder("\(workshop.path)/tree")
  }

  /// Without the words that name a repository.
  @discardableResult
  private func coffre(_ words: [String], _ change: (inout ProgramSettings) -> Void = { _ in }) throws -> ProgramOutcome
  {
    try Tool.coffre().run(words, workshop.settings(change))
  }

  @Test func `a database lies on a shelf in full`() throws {
    let database = SQLiteDatabase("\(workshop.path)/shop.db")
    try database.run("CREATE TABLE orders (id INTEGER PRIMARY KEY, what TEXT); INSERT INTO orders VALUES (1, 'shelf');")
    let backup = try coffre(["backup", "sqlite:\(database.path)", "--to", shelf, "--format", "tar.gz"])
    #expect(backup.isSuccess && points.count == 1, "\(backup)")
    let verify = try coffre(["shelf", "verify", shelf, "--level", "contents"])
    #expect(verify.isSuccess, "\(verify)")
    let target = "\(workshop.path)/restored"
    let restore = try coffre(["shelf", "restore", shelf, "latest", "--to", target])
    #expect(restore.isSuccess, "\(restore)")
    let found = try Tool.named("find", package: "findutils").run([target, "-type", "f", "-name", "shop.db"])
    let copy = SQLiteDatabase(String(found.output.split(separator: "\n").first ?? ""))
    #expect(try copy.dump() == database.dump(), "\(found)")
  }

  @Test func `a PostgreSQL database comes back from a shelf with psql alone`() throws {
    let server = try PostgresServer.shared()
    let database = try server.createDatabase("shelved")
    defer { try? server.dropDatabase(database) }
    try server.run(
      "CREATE TABLE orders (id int PRIMARY KEY, what text); "
        + "INSERT INTO orders SELECT n, 'order ' || n FROM generate_series(1, 1000) n", database)
    let words = ["backup", server.url(database), "--name", Workshop.serverName, "--to", shelf]
    let backup = try coffre(words) { $0.environment["PGPASSWORD"] = PostgresLogin.superuser.password }
    #expect(backup.isSuccess && points.count == 1, "\(backup)")
    let target = "\(workshop.path)/restored"
    let restore = try coffre(["shelf", "restore", shelf, "latest", "--to", target])
    #expect(restore.isSuccess, "\(restore)")
    let copy = try server.createDatabase("again")
    defer { try? server.dropDatabase(copy) }
    try server.psqlFile("restore.sql", copy, in: "\(target)\(Workshop.databasesFolder)/\(database)")
    try expectEqualDatabases(copy, of: server, and: server.dump(database))
  }

  @Test func `what a command prints lies on a shelf`() throws {
    let words = ["--stdin-from-command", "--stdin-filename", "/list.txt", "--", "echo", "hello"]
    let backup = try coffre(["backup", "--to", shelf, "--format", "tar"] + words)
    #expect(backup.isSuccess, "\(backup)")
    let target = "\(workshop.path)/restored"
    #expect(try coffre(["shelf", "restore", shelf, "latest", "--to", target]).isSuccess)
    #expect(try readRealFile("\(target)/list.txt") == Array("hello\n".utf8))
    let failing = try coffre(["backup", "--to", shelf] + words.prefix(3) + ["--", "false"])
    #expect(failing.status == 14 && points.count == 1 && hidden.isEmpty, "\(failing)")
  }

  @Test func `a MariaDB database comes back from a shelf with mariadb alone`() throws {
    let server = try MariaDBServer.shared()
    let database = try MariaDBFixture.makeEverything(in: server)
    defer { try? server.dropDatabase(database) }
    let original = try MariaDBState(of: database, in: server)
    let words = ["backup", server.url(database), "--name", Workshop.mariadbName, "--to", shelf]
    let backup = try coffre(words) { $0.environment["MYSQL_PWD"] = MariaDBLogin.superuser.password }
    #expect(backup.isSuccess && points.count == 1, "\(backup)")
    let target = "\(workshop.path)/restored"
    let restore = try coffre(["shelf", "restore", shelf, "latest", "--to", target])
    #expect(restore.isSuccess, "\(restore)")
    let copy = try server.createDatabase(
      "again", "CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci COMMENT 'it''s all'")
    defer { try? server.dropDatabase(copy) }
    let folder = "\(target)\(Workshop.mariadbFolder)/\(database)"
    let made = try server.runFile("\(folder)/restore.sql", copy, in: folder, options: ["--local-infile=1"])
    #expect(made.output.hasSuffix("restored\n"), "\(made)")
    try expectEqualDatabases(copy, of: server, and: original)
  }

  /// mongorestore is in no Debian: a script of a few lines loads its layout with MongoDB's own library.
  @Test func `a MongoDB database comes back from a shelf without Coffre's own restore`() throws {
    let server = try MongoServer.shared()
    let database = try MongoFixture.makeEverything(in: server)
    let copy = server.newName("again")
    defer { for name in [database, copy] { try? server.dropDatabase(name) } }
    let original = try server.contents(of: database)
    let words = ["backup", server.url(database), "--name", Workshop.mongoName, "--to", shelf]
    try writeRealFile("\(workshop.path)/mongo-password", MongoLogin.superuser.password + "\n", mode: 0o600)
    let backup = try coffre(words) {
      $0.environment["COFFRE_SOURCE_PASSWORD_FILE"] = "\(workshop.path)/mongo-password"
    }
    #expect(backup.isSuccess && points.count == 1, "\(backup)")
    let target = "\(workshop.path)/restored"
    let restore = try coffre(["shelf", "restore", shelf, "latest", "--to", target])
    #expect(restore.isSuccess, "\(restore)")
    let folder = "\(target)/@mongodb/\(Workshop.mongoName)/\(database)"
    let printed = try server.python(try MongoFixture.script("load.py"), [folder, copy])
    #expect(printed.hasPrefix("loaded"), "\(printed)")
    expectEqual(try server.contents(of: copy), original)
  }

  /// A dump as the database's own tool prints it, in one file that any program unpacks.
  @Test(arguments: [("gz", "gzip -dc"), ("zst", "zstd -dqc"), ("xz", "xz -dc"), ("raw", "cat")])
  func `one stream lies on a shelf as one compressed file`(_ example: (format: String, command: String)) throws {
    let database = SQLiteDatabase("\(workshop.path)/shop.db")
    try database.run("CREATE TABLE orders (id INTEGER PRIMARY KEY, what TEXT); INSERT INTO orders VALUES (1, 'shelf');")
    let words = [
      "--stdin-from-command", "--stdin-filename", "/dumps/shop.sql", "--", "sqlite3", database.path, ".dump",
    ]
    let backup = try coffre(["backup", "--to", shelf, "--format", example.format] + words)
    #expect(backup.isSuccess, "\(backup)")
    let verify = try coffre(["shelf", "verify", shelf, "--level", "contents"])
    #expect(verify.isSuccess, "\(verify)")
    let target = "\(workshop.path)/restored"
    #expect(try coffre(["shelf", "restore", shelf, "latest", "--to", target]).isSuccess)
    let point = try #require(points.first)
    let script = "\(example.command) < \(shelf)/\(point)/files.\(example.format) | sqlite3 \(workshop.path)/again.db"
    let unpacked = try Tool.named("bash", package: "bash").run(["-o", "pipefail", "-ec", script])
    #expect(unpacked.isSuccess, "\(unpacked)")
    #expect(try SQLiteDatabase("\(workshop.path)/again.db").dump() == database.dump())
    #expect(String(decoding: try readRealFile("\(target)/dumps/shop.sql"), as: UTF8.self).contains("'shelf'"))
  }

  @Test func `a file that is an archive itself stays one file`() throws {
    try writeRealFile("\(tree)/a", "one")
    #expect(try Tool.named("tar", package: "tar").run(["-cf", "\(workshop.path)/x.tar", "-C", tree, "."]).isSuccess)
    let backup = try coffre(["backup", "\(workshop.path)/x.tar", "--to", shelf, "--format", "gz"])
    #expect(backup.isSuccess, "\(backup)")
    let target = "\(workshop.path)/restored"
    #expect(try coffre(["shelf", "restore", shelf, "latest", "--to", target]).isSuccess)
    #expect(try readRealFile("\(target)\(workshop.path)/x.tar") == readRealFile("\(workshop.path)/x.tar"))
    let made = try coffre(["archive", "create", "\(workshop.path)/x.gz", "\(workshop.path)/x.tar", "--format", "gz"])
    #expect(made.isSuccess && made.output.contains("read back: it is whole"), "\(made)")
  }

  @Test func `what one compressed file cannot hold is refused`() throws {
    try workshop.make(["tree/a", "tree/b"])
    try writeRealFile("\(tree)/a", "one")
    let several = try coffre(["backup", tree, "--to", shelf, "--format", "gz"])
    #expect(several.status == 2 && several.errors.contains("gz holds the bytes of one file"), "\(several)")
    #expect(points.isEmpty && hidden.isEmpty)
    let increment = try coffre([
      "backup", "\(tree)/a", "--to", shelf, "--format", "gz", "--variant", "incremental",
    ])
    #expect(increment.status == 2 && increment.errors.contains("there is no increment"), "\(increment)")
    let database = try coffre(["backup", "sqlite:\(tree)/x.db", "--to", shelf, "--format", "gz"])
    #expect(database.status == 2 && database.errors.contains("a database is several"), "\(database)")
    #expect(database.errors.contains("tar.gz") && points.isEmpty, "\(database)")
  }

  @Test(
    arguments: [
      "sqlite:/srv/x.db", "postgresql://u@localhost/shop", "mariadb://u@localhost/shop", "mongodb://u@localhost/shop",
    ], ["incremental", "differential"])
  func `an increment of a database is refused with a way out`(_ address: String, _ variant: String) throws {
    let refused = try coffre(["backup", address, "--to", shelf, "--variant", variant])
    #expect(refused.status == 2 && refused.errors.contains("every dump of a database is whole"), "\(refused)")
    #expect(refused.errors.contains("--variant full") && !realEntryExists(shelf), "\(refused)")
  }
}
