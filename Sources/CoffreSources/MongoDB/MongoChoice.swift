import CoffreCore
import MongoKit

/// What of a server is asked for, by the patterns. A backup takes it; `source test` tells what would be in its way.
struct MongoChoice: Sendable {
  /// All that the server has, for patterns that were meant for some.
  let databases: [String]
  let tables: [ObjectPatterns.Table]
  let taken: [Database]
  /// Users and roles; empty if they are not asked for.
  let globals: [MongoCollection]
  let missing: [DatabaseProbe.Missing]

  struct Database: Sendable, Hashable {
    let name: String
    let collections: [Wanted]
  }

  struct Wanted: Sendable, Hashable {
    let collection: MongoCollection
    let decision: ObjectPatterns.TableDecision

    var takesRows: Bool { decision.takesRows && collection.hasRows }
  }

  /// They are no user's: the settings of a cluster, and the log of changes.
  private static let serversOwn: Set<String> = ["config", "local"]

  init(_ settings: DatabaseSettings, on connection: MongoConnection) throws(MongoError) {
    let answer = try connection.run(["listDatabases": 1, "nameOnly": true], in: "admin")
    let names = (try? answer["databases"]?.document?.values()) ?? []
    databases = names.compactMap { $0.document?["name"]?.text }.filter { !Self.serversOwn.contains($0) }
      .sorted { $0.sortsBefore($1) }
    let patterns = settings.patterns
    let wanted = settings.location.database.map { [$0] } ?? databases.filter { patterns.takesDatabase($0) }
    var taken: [Database] = []
    var tables: [ObjectPatterns.Table] = []
    for name in wanted {
      let collections = try MongoCollection.all(of: name, on: connection)
      guard !collections.isEmpty || databases.contains(where: { $0.hasSameBytes(as: name) }) else {
        throw MongoError(
          .refused, saying: "there is no database '\(name)'", advice: "Look for a misspelt name; capitals count.")
      }
      let known = collections.map { ObjectPatterns.Table(database: name, schema: nil, name: $0.name) }
      tables += known
      let list = zip(collections, known).map { Wanted(collection: $0, decision: patterns.decide(on: $1)) }
        .filter { $0.decision != .leftOut }
      // Of `admin`, most have nothing but users and roles.
      if name != MongoGlobals.database || !list.isEmpty || settings.location.database != nil {
        taken.append(Database(name: name, collections: list))
      }
    }
    self.taken = taken
    self.tables = tables
    let takesGlobals =
      settings.location.database == nil && patterns.content != .dataOnly && !patterns.selectsTables
    (globals, missing) = takesGlobals ? try Self.globals(on: connection) : ([], [])
  }

  private static func globals(
    on connection: MongoConnection
  ) throws(MongoError) -> ([MongoCollection], [DatabaseProbe.Missing]) {
    do throws(MongoError) {
      // Whether they may be read shows only when they are.
      for name in MongoGlobals.collections {
        try connection.run(["find": .string(name), "limit": 1], in: MongoGlobals.database)
      }
      let names = BSONValue.list(MongoGlobals.collections.map { .string($0) })
      let answers = try connection.all(
        ["listCollections": 1, "filter": ["name": ["$in": names]]], in: MongoGlobals.database)
      var found: [MongoCollection] = []
      for answer in answers {
        guard let name = answer["name"]?.text else { continue }
        found.append(
          MongoCollection(
            name: name, kind: .collection, options: answer["options"]?.document ?? [:],
            indexes: try connection.all(["listIndexes": .string(name)], in: MongoGlobals.database),
            uuid: answer["info"]?.document?["uuid"]?.bytes))
      }
      return (found.sorted { $0.name.sortsBefore($1.name) }, [])
    } catch {
      guard error.reason == .refused else { throw error }
      let missing = DatabaseProbe.Missing(
        object: "users and roles",  // not for people
        reason: "they may not be read: grant the role 'backup'", isLoss: false)
      return ([], [missing])
    }
  }

  /// The name of something that is not the same in the other.
  func firstDifference(from other: MongoChoice) -> String? {
    let names = taken.map(\.name)
    let others = other.taken.map(\.name)
    guard names == others else { return Set(names).symmetricDifference(others).min() ?? "" }
    for (own, other) in zip(taken, other.taken) where own != other {
      let changed = Set(own.collections).symmetricDifference(other.collections).map(\.collection.name).min()
      return "\(own.name).\(changed ?? "")"
    }
    return globals == other.globals ? nil : MongoGlobals.database
  }
}

extension MongoChoice {
  /// The name of something of this that is gone or changed in the other; what came in addition does not count.
  func firstChange(of other: MongoChoice) -> String? {
    for database in taken {
      let now = Set(other.taken.first { $0.name.hasSameBytes(as: database.name) }?.collections ?? [])
      if let changed = database.collections.first(where: { !now.contains($0) }) {
        return "\(database.name).\(changed.collection.name)"
      }
    }
    return nil
  }

  /// What does not come from the common instant, though it is whole.
  func outsideInstant(_ facts: MongoFacts) -> [DatabaseProbe.Missing] {
    guard facts.hasInstants else {
      return [
        DatabaseProbe.Missing(
          object: "server",  // not for people
          reason: facts.isReplicaSet || facts.isRouter
            ? "versions before 5.0 show no common instant: each collection is of its own moment"
            : "it is no replica set and shows no common instant: each collection is of its own moment",
          isLoss: false)
      ]
    }
    let capped = taken.flatMap { database in
      database.collections.filter { $0.takesRows && $0.collection.isCapped }.map {
        "\(database.name).\($0.collection.name)"
      }
    }
    guard !capped.isEmpty else { return [] }
    return [
      DatabaseProbe.Missing(
        object: "capped collections",  // not for people
        reason: "the server shows no instant of them, they are of a moment behind it: \(conjunctionOfSome(capped))",
        isLoss: false)
    ]
  }
}
