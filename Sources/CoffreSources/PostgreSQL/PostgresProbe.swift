package import CoffreCore
import PostgresKit

/// What a backup of a PostgreSQL server would meet.
package enum PostgresProbe {
  /// - Throws: if the server cannot be reached or refuses.
  package static func run(_ settings: DatabaseSettings, cancellation: Cancellation) throws -> DatabaseProbe {
    let server = PostgresServer(settings, cancellation: cancellation)
    do throws(PostgresError) {
      return try run(settings, server)
    } catch {
      throw SourceError(error, "test", Array(settings.location.text.utf8))
    }
  }

  private static func run(_ settings: DatabaseSettings, _ server: PostgresServer) throws(PostgresError) -> DatabaseProbe
  {
    let connection = try server.connect(to: settings.location.database)
    let facts = try ServerFacts.read(on: connection)
    let chosen = try DatabaseChoice(settings, on: server, connection)
    var databases: [DatabaseProbe.Database] = []
    var tables: [ObjectPatterns.Table] = []
    for database in chosen.taken {
      let connection = try server.connect(to: database.name)
      let choice = try DumpChoice(in: database.name, on: connection, settings.patterns)
      databases.append(try DatabaseProbe.Database(database.name, choice, facts, on: connection))
      tables += choice.tables.names
    }
    var probe = DatabaseProbe(
      serverVersion: facts.versionText, databases: databases, bytesPerSecond: try measure(connection))
    probe.clientVersion = versionText(PostgresConnection.clientVersion)
    probe.role = facts.role
    probe.isEncrypted = connection.isEncrypted
    probe.isStandby = facts.isInRecovery
    probe.freeConnections = facts.freeConnections
    probe.missing = (chosen.missed + MissingRights.findInGlobals(facts)).map(DatabaseProbe.Missing.init)
    probe.unmatched = settings.patterns.unmatched(databases: chosen.names, tables: tables)
    probe.needlessRights = facts.rights.tooMany
    probe.tools = self.tools(settings, major: connection.majorVersion, server.cancellation)
    return probe
  }

  private static func tools(_ settings: DatabaseSettings, major: Int, _ cancellation: Cancellation)
    -> Result<VendorTools, VendorToolError>
  {
    do throws(VendorToolError) {
      let installed: InstalledTools
      if let chosen = settings.tools {
        installed = chosen
      } else {
        installed = try InstalledTools.find(.postgresql, cancellation: cancellation)
      }
      return .success(try installed.choose(forMajor: major))
    } catch {
      return .failure(error)
    }
  }

  /// As `15.18` for 150018.
  private static func versionText(_ number: Int) -> String { "\(number / 10_000).\(number % 10_000)" }

  /// How fast rows come from there, by 4 MiB of them.
  private static func measure(_ connection: PostgresConnection) throws(PostgresError) -> Double {
    let copy = try CopyOut(
      #"COPY (SELECT pg_catalog.repeat('x', 8191) FROM pg_catalog.generate_series(1, 512)) TO STDOUT"#, on: connection)
    let start = ContinuousClock.now
    var bytes = 0
    while try copy.advance() { bytes += copy.withPiece { $0.count } }
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    return Double(bytes) / max(1e-6, Double(seconds) + Double(attoseconds) / 1e18)
  }
}

extension DatabaseProbe.Missing {
  fileprivate init(_ missing: PostgresMissing) {
    self.init(object: missing.object, reason: missing.reason, isLoss: missing.isLoss)
  }
}

extension DatabaseProbe.Database {
  fileprivate init(
    _ name: String, _ choice: DumpChoice, _ facts: ServerFacts, on connection: PostgresConnection
  ) throws(PostgresError) {
    let tables = choice.tables.needed.filter { $0.holdsRows && !$0.wasDropped }
    self.init(
      name: name,
      sizeInBytes: try Self.size(of: tables, withLargeObjects: choice.largeObjects.count > 0, on: connection),
      tableCount: tables.count, largeObjectCount: choice.largeObjects.count,
      missing: try choice.missing(facts, on: connection).map(DatabaseProbe.Missing.init))
  }

  /// Somebody who rebuilds a table keeps its size to himself meanwhile.
  private static func size(
    of tables: [PostgresRelation], withLargeObjects: Bool, on connection: PostgresConnection
  ) throws(PostgresError) -> Int64? {
    try connection.execute(#"SET lock_timeout = '2s'"#)
    let objects = withLargeObjects ? #" OR c.oid = 'pg_catalog.pg_largeobject'::pg_catalog.regclass"# : ""
    do throws(PostgresError) {
      let answer = try connection.query(
        #"""
        SELECT coalesce(pg_catalog.sum(pg_catalog.pg_table_size(c.oid)), 0)::pg_catalog.int8
        FROM pg_catalog.pg_class c
        WHERE c.oid = ANY($1::pg_catalog.oid[])\#(objects)
        """#, [arrayText(of: tables.map(\.oid))])
      return answer[0, 0].flatMap { Int64($0) }
    } catch {
      guard error.state == "55P03" else { throw error }
      return nil
    }
  }
}
