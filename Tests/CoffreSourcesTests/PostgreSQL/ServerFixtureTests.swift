import CoffreTestKit
import Testing

@Suite("The tests' own PostgreSQL", .timeLimit(.minutes(10)))
struct PostgresServerTests {
  @Test func `what was committed outlives a killed server`() throws {
    let server = try PostgresServer()
    let database = try server.createDatabase()
    try server.run("CREATE TABLE t (a int); INSERT INTO t VALUES (1), (2)", database)
    server.kill()
    #expect(!server.isRunning && !server.port.answers)
    #expect(throws: PostgresRefusal.self) { try server.run("SELECT 1") }
    try server.start()
    #expect(server.isRunning)
    #expect(try server.run("SELECT count(*) FROM t", database) == "2")
    server.stop()
    #expect(!server.isRunning && !server.port.answers)
  }

  @Test func `a server that cannot start says why`() throws {
    var options = PostgresServer.Options()
    options.settings["shared_buffers"] = "it's nonsense"
    do {
      _ = try PostgresServer(options)
      Issue.record("it started")
    } catch {
      #expect("\(error)".contains("shared_buffers") && "\(error)".contains("it's nonsense"))
    }
  }

  @Test func `nothing of it stays`() throws {
    var server: PostgresServer? = try PostgresServer()
    let folder = try #require(server?.scratch.path)
    let port = try #require(server?.port)
    #expect(realEntryExists(folder) && port.answers)
    server = nil
    #expect(!realEntryExists(folder) && !port.answers)
  }

  @Test func `it asks for the password, and roles have their own`() throws {
    let server = try PostgresServer.shared()
    let role = try server.createRole()
    #expect(try server.run("SELECT current_user", as: role) == role.user)
    let wrong = PostgresLogin(user: role.user, password: "guessed-5512")
    do {
      try server.run("SELECT 1", as: wrong)
      Issue.record("any password will do")
    } catch let refusal as PostgresRefusal {
      #expect(refusal.outcome.errors.contains("password authentication failed"))
    }
    try server.run("DROP ROLE \(PostgresServer.identifier(role.user))")
  }

  @Test func `it listens on its socket, and speaks TLS with a certificate`() throws {
    let folder = try WorkFolder()
    var options = PostgresServer.Options()
    options.certificate = try TestCertificate(in: folder.path)
    let server = try PostgresServer(options)
    let query = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    var settings = ProgramSettings()
    settings.environment = server.environment
    for (url, answer) in [
      (server.url("postgres") + "?sslmode=require", "t\n"), (server.url("postgres") + "?sslmode=disable", "f\n"),
      (server.socketURL("postgres"), "f\n"),
    ] {
      let outcome = try server.installation.tool("psql").run(["-XAtc", query, url], settings)
      #expect(outcome.output == answer, "\(outcome)")
    }
  }
}
