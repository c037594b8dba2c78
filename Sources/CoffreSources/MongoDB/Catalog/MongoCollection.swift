import CoffreCore
import MongoKit

/// A collection, view or time series as the server defines it.
struct MongoCollection: Sendable, Hashable {
  enum Kind: String, Sendable, Hashable {
    case collection, view, timeseries
  }

  let name: String
  let kind: Kind
  let options: BSONDocument
  /// With the one on `_id`, as the server tells them.
  let indexes: [BSONDocument]
  /// By which the server knows it, whatever it is called; that of the buckets for a time series.
  let uuid: [UInt8]?

  /// What the collection is called in which the documents of a time series lie, before its name.
  static let bucketPrefix = "system.buckets."

  /// Where a database keeps stored functions; a server neither renames nor drops it.
  static let functions = "system.js"

  /// Where its documents lie.
  var rowsName: String { kind == .timeseries ? Self.bucketPrefix + name : name }
  var hasRows: Bool { kind != .view }
  /// No instant is shown of these: they lose their oldest documents as new ones come.
  var isCapped: Bool { options["capped"]?.isTrue ?? false }

  /// All of a database, but for what the server keeps for itself, by name.
  static func all(of database: String, on connection: MongoConnection) throws(MongoError) -> [MongoCollection] {
    let answers = try connection.all(["listCollections": 1], in: database)
    var uuids: [String: [UInt8]] = [:]
    for answer in answers {
      if let name = answer["name"]?.text { uuids[name] = answer["info"]?.document?["uuid"]?.bytes }
    }
    var collections: [MongoCollection] = []
    for answer in answers {
      guard let name = answer["name"]?.text, !isServersOwn(name, in: database) else { continue }
      let word = answer["type"]?.text ?? Kind.collection.rawValue
      guard let kind = Kind(rawValue: word) else {
        throw MongoError(
          .unexpected, saying: "'\(name)' is of a kind that is not known: \(word)",
          advice: "Leave its database out by a pattern, or use a later version of Coffre.")
      }
      collections.append(
        MongoCollection(
          name: name, kind: kind, options: answer["options"]?.document ?? [:],
          indexes: kind == .view ? [] : try indexes(of: name, in: database, on: connection),
          uuid: uuids[kind == .timeseries ? bucketPrefix + name : name]))
    }
    return collections.sorted { $0.name.sortsBefore($1.name) }
  }

  /// Whether somebody who copies a database leaves it out, as MongoDB's own tools do.
  private static func isServersOwn(_ name: String, in database: String) -> Bool {
    guard name.hasPrefix("system.") else { return false }
    return database == MongoGlobals.database || name != functions
  }

  private static func indexes(
    of name: String, in database: String, on connection: MongoConnection
  ) throws(MongoError) -> [BSONDocument] {
    do throws(MongoError) {
      return try connection.all(["listIndexes": .string(name)], in: database)
    } catch {
      // Dropped meanwhile: the next look shows that.
      guard error.code == MongoError.noSuchCollection else { throw error }
      return []
    }
  }

  /// In bytes; `nil` where we may not know.
  static func size(
    of name: String, in database: String, on connection: MongoConnection
  ) throws(MongoError) -> Int64? {
    do throws(MongoError) {
      return try connection.run(["collStats": .string(name)], in: database)["size"]?.integer
    } catch {
      guard error.reason == .refused else { throw error }
      return nil
    }
  }
}

/// What belongs to no database: users and roles, in the database `admin`.
enum MongoGlobals {
  static let database = "admin"
  static let users = "system.users"
  static let roles = "system.roles"
  /// How users are written, among others.
  static let version = "system.version"
  static let collections = [users, roles, version]
}
