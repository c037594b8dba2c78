import CoffreCore
import CoffreSystem
import CoffreTestKit
import Glibc
import PostgresKit
import Synchronization
import Testing

@testable import CoffreSources

@Suite("Giving databases their names", .timeLimit(.minutes(10)))
struct DatabaseSwapTests {
  private let server: CoffreTestKit.PostgresServer
  private let old: String
  private let loaded: String
  private var replaced: String { "\(old)_before" }

  init() throws {
    server = try .shared()
    old = try server.createDatabase("swapped")
    loaded = try server.createDatabase("loaded")
    try server.run("CREATE TABLE is_old ()", old)
    try server.run("CREATE TABLE is_new ()", loaded)
  }

  private func connect(_ database: String = "postgres") throws(PostgresError) -> PostgresConnection {
    try PostgresConnection(
      [
        ("host", "127.0.0.1"), ("port", "\(server.port.number)"), ("user", PostgresLogin.superuser.user),
        ("password", PostgresLogin.superuser.password), ("dbname", database),
      ], cancellation: Cancellation())
  }

  private var swap: DatabaseSwap { DatabaseSwap([DatabaseSwap.Step(loaded: loaded, name: old, replaced: replaced)]) }

  private func tables(in database: String) throws -> String {
    try server.run("SELECT relname FROM pg_class WHERE relname LIKE 'is\\_%'", database)
  }

  private func allowsConnections(_ database: String) throws -> String {
    try server.run("SELECT datallowconn FROM pg_database WHERE datname = '\(database)'")
  }

  @Test func `sessions that come again and again are ended, and both databases can be used afterwards`() throws {
    let isOver = Atomic(false)
    let sessions = Atomic(0)
    // A pool: as soon as its session is ended, it opens another one.
    let pool = try EngineThread.start(named: "pool") {
      while !isOver.load(ordering: .relaxed) {
        guard let session = try? connect(old) else { continue }
        sessions.add(1, ordering: .relaxed)
        _ = try? session.execute("SELECT pg_catalog.pg_sleep(60)")
      }
    }
    defer {
      isOver.store(true, ordering: .relaxed)
      _ = try? server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(old)'")
      pool.join()
    }
    while sessions.load(ordering: .relaxed) == 0 { usleep(1000) }
    try swap.run(on: try connect(), endingSessionsBy: try connect(), cancellation: Cancellation())
    #expect(try tables(in: old) == "is_new" && tables(in: replaced) == "is_old")
    #expect(try allowsConnections(old) == "t" && allowsConnections(replaced) == "t")
    #expect(try swap.isDone(on: try connect()))
  }

  @Test func `killed in the middle, it leaves the old database as it was, open to everybody`() throws {
    // Nobody can end a prepared transaction, so that the renaming waits.
    try server.run("BEGIN; CREATE TABLE held (); PREPARE TRANSACTION '\(old)'", old)
    defer { _ = try? server.run("ROLLBACK PREPARED '\(old)'", old) }
    let failure = Monitor<SourceError?>(nil)
    let running = try EngineThread.start(named: "swap") {
      do throws(PostgresError) {
        let (connection, other) = (try connect(), try connect())
        do throws(SourceError) {
          try swap.run(on: connection, endingSessionsBy: other, cancellation: Cancellation())
        } catch {
          failure.withLock { $0 = error }
        }
      } catch {
        Issue.record(error)
      }
    }
    let killing =
      "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
      + "WHERE query LIKE 'ALTER DATABASE \"\(old)\" RENAME%' AND pid <> pg_backend_pid()"
    while try server.run(killing) == "0" { usleep(10_000) }
    running.join()
    #expect(failure.withLock { $0?.exitCode } == .destinationUnreachable)
    #expect(try allowsConnections(old) == "t")
    #expect(try tables(in: old) == "is_old" && tables(in: loaded) == "is_new")
    #expect(try !swap.isDone(on: try connect()))
  }

  @Test func `what cannot be renamed leaves all as it was`() throws {
    let missing = DatabaseSwap([
      DatabaseSwap.Step(loaded: loaded, name: old, replaced: replaced),
      DatabaseSwap.Step(loaded: "nowhere", name: "\(old)_2", replaced: nil),
    ])
    #expect(throws: SourceError.self) {
      try missing.run(on: try connect(), endingSessionsBy: try connect(), cancellation: Cancellation())
    }
    #expect(try allowsConnections(old) == "t")
    #expect(try tables(in: old) == "is_old" && tables(in: loaded) == "is_new")
  }
}
