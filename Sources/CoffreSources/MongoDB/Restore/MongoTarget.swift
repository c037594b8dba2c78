import CoffreCore
import CoffreSystem
import MongoKit

/// The server that is restored to: always the same one, that takes changes.
struct MongoTarget: Sendable {
  let opener: MongoOpener
  let location: DatabaseLocation
  let cancellation: Cancellation
  let connectionCount: Int
  let facts: MongoFacts

  /// Finds the server that answers.
  init(_ restore: DatabaseRestoreSettings, cancellation: Cancellation) throws(SourceError) {
    self.cancellation = cancellation
    connectionCount = max(1, restore.connectionCount)
    location = restore.location
    opener = MongoOpener(
      DatabaseSettings(
        location: restore.location, password: restore.password, connectionCount: restore.connectionCount),
      writes: true, cancellation: cancellation)
    do throws(MongoError) {
      facts = try MongoFacts(on: try opener.connect())
    } catch {
      throw SourceError(restoring: error, "connect to", restore.location.text)
    }
  }

  private init(_ other: MongoTarget, _ cancellation: Cancellation) {
    opener = other.opener
    location = other.location
    self.cancellation = cancellation
    connectionCount = other.connectionCount
    facts = other.facts
  }

  /// The same for work that ends for a reason of its own, or that must be done though the restore was cancelled.
  func with(_ cancellation: Cancellation) -> MongoTarget { MongoTarget(self, cancellation) }

  func connect() throws(SourceError) -> MongoConnection {
    do throws(MongoError) {
      return try opener.connect(cancellation)
    } catch {
      throw SourceError(restoring: error, "connect to", location.text)
    }
  }

  /// Does numbered pieces of work with several connections.
  func work(
    _ count: Int, on subject: String,
    doing body: @escaping @Sendable (Int, MongoConnection, Cancellation) throws(SourceError) -> Void
  ) throws(SourceError) {
    let work = ParallelWork(subject: Array(subject.utf8), workers: connectionCount, cancellation: cancellation)
    try work.run(
      count,
      opening: { [self] ended throws(SourceError) in
        ParallelWork.Opened<MongoConnection>.connected(try with(ended).connect())
      }, doing: body)
  }

  /// Runs a command that changes something; it counts when most of the set have it.
  @discardableResult
  static func run(
    _ command: BSONDocument, in database: String, on connection: MongoConnection, _ action: String
  ) throws(SourceError) -> BSONDocument {
    var whole = BSONBuilder()
    do throws(MalformedBSON) {
      try whole.append(contentsOf: command)
    } catch {
      throw SourceError(.hostile, action, Array(database.utf8), because: "a definition is no document")
    }
    whole.append("writeConcern", ["w": "majority"])
    let wanted = whole.document
    return try asked(action, database) { () throws(MongoError) in try connection.run(wanted, in: database) }
  }

  static func asked<Result>(
    _ action: String, _ subject: String, _ body: () throws(MongoError) -> Result
  ) throws(SourceError) -> Result {
    do throws(MongoError) {
      return try body()
    } catch {
      throw SourceError(restoring: error, action, subject)
    }
  }

  static func databases(on connection: MongoConnection) throws(SourceError) -> [String] {
    let answer = try asked("ask about", "databases") { () throws(MongoError) in
      try connection.run(["listDatabases": 1, "nameOnly": true], in: "admin")
    }
    let list = (try? answer["databases"]?.document?.values()) ?? []
    return list.compactMap { $0.document?["name"]?.text }
  }
}
