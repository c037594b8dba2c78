import CoffreCore
import MongoKit

/// What a backup of a MongoDB server would meet.
enum MongoProbe {
  /// - Throws: if the server cannot be reached or refuses.
  static func run(_ settings: DatabaseSettings, cancellation: Cancellation) throws -> DatabaseProbe {
    do throws(MongoError) {
      return try run(settings, by: MongoOpener(settings, cancellation: cancellation))
    } catch {
      throw SourceError(error, "test", Array(settings.location.text.utf8))
    }
  }

  private static func run(_ settings: DatabaseSettings, by opener: MongoOpener) throws(MongoError) -> DatabaseProbe {
    let connection = try opener.connect()
    let facts = try MongoFacts(on: connection)
    let choice = try MongoChoice(settings, on: connection)
    var databases: [DatabaseProbe.Database] = []
    for database in choice.taken {
      let rows = database.collections.filter(\.takesRows)
      var size: Int64 = 0
      for wanted in rows {
        size = size.adding(
          saturating: try MongoCollection.size(of: wanted.collection.rowsName, in: database.name, on: connection) ?? 0)
      }
      databases.append(
        DatabaseProbe.Database(
          name: database.name, sizeInBytes: size, tableCount: rows.count,
          missing: try unreadable(rows, of: database.name, on: connection)))
    }
    var probe = DatabaseProbe(
      serverVersion: facts.versionText, databases: databases, bytesPerSecond: try measure(connection))
    probe.clientVersion = MongoConnection.clientVersion
    probe.role = facts.account
    probe.isStandby = facts.isStandby
    probe.freeConnections = facts.freeConnections
    probe.missing = choice.missing + choice.outsideInstant(facts)
    probe.unmatched = settings.patterns.unmatched(databases: choice.databases, tables: choice.tables)
    // Where it can be read, the log of changes is kept beside the documents.
    let isLogReadable = try MongoLog.isReadable(on: connection)
    let isLogUsable = isLogReadable && !facts.isRouter
    if facts.hasInstants, !isLogUsable, let window = facts.windowInSeconds,
      probe.estimate.components.seconds > window
    {
      probe.missing.append(
        DatabaseProbe.Missing(
          object: "server",  // not for people
          reason:
            "it keeps an instant for \(window) seconds (minSnapshotHistoryWindowInSeconds), and the backup may take longer",
          isLoss: false))
    }
    return probe
  }

  /// The collections that we may not read, by asking each for one document.
  private static func unreadable(
    _ wanted: [MongoChoice.Wanted], of database: String, on connection: MongoConnection
  ) throws(MongoError) -> [DatabaseProbe.Missing] {
    var missing: [DatabaseProbe.Missing] = []
    for one in wanted {
      do throws(MongoError) {
        try connection.run(["find": .string(one.collection.rowsName), "limit": 1], in: database)
      } catch {
        guard error.reason == .refused else { throw error }
        missing.append(
          DatabaseProbe.Missing(
            object: "collection \(database).\(one.collection.name)",  // not for people: a name
            reason: error.message, isLoss: true))
      }
    }
    return missing
  }

  /// How fast documents come from there, by 4 MiB that the server makes up.
  private static func measure(_ connection: MongoConnection) throws(MongoError) -> Double {
    do throws(MongoError) {
      return try measured(connection)
    } catch {
      // Servers before 5.1 make nothing up.
      guard error.reason == .refused else { throw error }
      return usualBytesPerSecond
    }
  }

  private static let usualBytesPerSecond = 100.0 * 1024 * 1024

  private static func measured(_ connection: MongoConnection) throws(MongoError) -> Double {
    let start = ContinuousClock.now
    let text = BSONValue.string(String(repeating: "x", count: 8191))
    let cursor = try MongoCursor(
      [
        "aggregate": 1,
        "pipeline": [
          ["$documents": [["n": ["$range": [0, 512]]]]], ["$unwind": "$n"], ["$set": ["text": ["$literal": text]]],
        ],
      ], in: "admin", on: connection)
    var bytes = 0
    var documents: [UInt8] = []
    var ends: [Int] = []
    while try cursor.next(&documents, &ends) {
      bytes += documents.count
      documents.removeAll(keepingCapacity: true)
      ends.removeAll(keepingCapacity: true)
    }
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    return Double(bytes) / max(1e-6, Double(seconds) + Double(attoseconds) / 1e18)
  }
}
