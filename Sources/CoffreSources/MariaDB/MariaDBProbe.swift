import CoffreCore
import MariaDBKit

/// What a backup of a MariaDB or MySQL server would meet.
enum MariaDBProbe {
  /// - Throws: if the server cannot be reached or refuses.
  static func run(_ settings: DatabaseSettings, cancellation: Cancellation) throws -> DatabaseProbe {
    do throws(MariaDBError) {
      return try run(settings, by: MariaDBOpener(settings, cancellation: cancellation))
    } catch {
      throw SourceError(error, "test", Array(settings.location.text.utf8))
    }
  }

  private static func run(
    _ settings: DatabaseSettings, by opener: MariaDBOpener
  ) throws(MariaDBError) -> DatabaseProbe {
    let connection = try opener.connect()
    let facts = try MariaDBFacts(on: connection)
    let choice = try MariaDBChoice(settings, facts, on: connection)
    let databases = choice.taken.map { database in
      DatabaseProbe.Database(
        name: database.definitions.name,
        sizeInBytes: database.rows.reduce(0) { $0.adding(saturating: $1.table.sizeInBytes) },
        tableCount: database.rows.count, missing: database.missing)
    }
    var probe = DatabaseProbe(
      serverVersion: facts.versionText, databases: databases, bytesPerSecond: try measure(connection))
    probe.clientVersion = MariaDBConnection.clientVersion
    probe.role = facts.account
    probe.isEncrypted = connection.isEncrypted
    probe.isStandby = facts.isReplica
    probe.freeConnections = facts.freeConnections
    probe.missing = missing(facts, choice)
    probe.unmatched = settings.patterns.unmatched(databases: choice.databases, tables: choice.tables)
    probe.needlessRights = facts.rights.needless
    return probe
  }

  private static func missing(_ facts: MariaDBFacts, _ choice: MariaDBChoice) -> [DatabaseProbe.Missing] {
    var missing = choice.missing
    if GlobalLock.choose(facts) == .none {
      missing.append(
        DatabaseProbe.Missing(
          object: "server",  // not for people
          reason: "the account '\(facts.account)' may not hold writers (RELOAD): one connection reads everything",
          isLoss: false))
    }
    let locked = choice.taken.flatMap { $0.lockedTables(facts) }
    if !locked.isEmpty {
      missing.append(
        DatabaseProbe.Missing(
          object: "tables without transactions",  // not for people
          reason: "they cannot be written to while the backup runs: \(conjunctionOfSome(locked))", isLoss: false))
    }
    return missing
  }

  /// How fast rows come from there, by 4 MiB of them.
  private static func measure(_ connection: MariaDBConnection) throws(MariaDBError) -> Double {
    // Any 512 rows do: those of a list that every server has.
    let start = ContinuousClock.now
    let stream = try RowStream(
      #"""
      SELECT REPEAT('x', 8191) FROM information_schema.COLLATIONS a, information_schema.COLLATIONS b LIMIT 512
      """#, on: connection)
    var bytes = 0
    var lines: [UInt8] = []
    var ends: [Int] = []
    while try stream.append(to: &lines, ends: &ends, upTo: 64 << 10) {
      bytes += lines.count
      lines.removeAll(keepingCapacity: true)
      ends.removeAll(keepingCapacity: true)
    }
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    return Double(bytes) / max(1e-6, Double(seconds) + Double(attoseconds) / 1e18)
  }
}
