import CoffreCore
import MongoKit

/// Takes the instant of a server, and what is to be read of it.
struct MongoTaking {
  let choice: MongoChoice
  let instant: MongoInstant

  /// Somebody who always changes collections is asked to stop.
  private static let attempts = 5

  /// What is read before and after the instant is what it was at the instant, if both are equal.
  static func take(
    _ settings: DatabaseSettings, _ facts: MongoFacts, keepsLog: Bool, on connection: MongoConnection,
    by opener: MongoOpener
  ) throws(MongoError) -> MongoTaking {
    var before = try MongoChoice(settings, on: connection)
    for attempt in 1...attempts {
      let instant = try MongoInstant(
        on: opener, facts: facts, keepsLog: keepsLog,
        // This one is there, too, and others want some.
        workers: min(settings.connectionCount, max(1, (facts.freeConnections ?? .max) - 2)))
      let after = try MongoChoice(settings, on: connection)
      guard let changed = before.firstDifference(from: after) else {
        return MongoTaking(choice: before, instant: instant)
      }
      instant.close()
      guard attempt < attempts else {
        throw MongoError(
          .unexpected, saying: "somebody changes the shape of the database all the time, last: \(changed)",
          advice: "Run the backup when nobody makes, drops or changes collections.")
      }
      before = after
    }
    preconditionFailure("the last attempt returns or throws")
  }
}
