import CoffreCore
import CoffreSystem
import MongoKit
import Synchronization

/// Users and roles of a snapshot, made on a server that lacks them. Those that exist stay as they are.
final class MongoGlobalsRestore: Sendable {
  private let source: RestoreSource
  private let made = Mutex(Made())

  private struct Made: Sendable {
    /// That the server was asked to make.
    var accounts: [Account] = []
    /// Collections of the database `admin`. They hold hashes of passwords.
    var temporary: [String] = []
  }

  private struct Account: Sendable {
    let kind: Kind
    let name: String
    let database: String

    /// For people.
    var text: String { "\(kind.word) \(database).\(name)" }  // not for people: a name
  }

  private struct Kind: Sendable {
    let collection: String
    let word: String
    /// Of the command that makes them, where the temporary collection stands.
    let field: String
    let removal: String
    /// What the server says if there is none.
    let absence: Int

    static let all = [
      Kind(
        collection: MongoGlobals.users, word: #"user"#, field: "tempUsersCollection", removal: "dropUser",
        absence: MongoError.noSuchUser),
      Kind(
        collection: MongoGlobals.roles, word: #"role"#, field: "tempRolesCollection", removal: "dropRole",
        absence: MongoError.noSuchRole),
    ]
  }

  init(source: RestoreSource) { self.source = source }

  func run(on connection: MongoConnection) throws(SourceError) -> [SourceNote] {
    let token = RestoreNames.token()
    var notes: [SourceNote] = []
    var merging = BSONBuilder()
    merging.append("_mergeAuthzCollections", 1)
    var accounts: [Account] = []
    for kind in Kind.all {
      let place = "coffre_\(token)_\(kind.word)s"
      let wanted = try missing(of: kind.collection, on: connection)
      if !wanted.new.isEmpty { made.withLock { $0.temporary.append(place) } }
      for document in wanted.new {
        try MongoTarget.run(
          ["insert": .string(place), "documents": [.document(document)]], in: MongoGlobals.database, on: connection,
          "restore users and roles to")
        accounts.append(
          Account(kind: kind, name: document[kind.word]?.text ?? "", database: document["db"]?.text ?? ""))
      }
      merging.append(kind.field, .string(wanted.new.isEmpty ? "" : "\(MongoGlobals.database).\(place)"))
      if !wanted.kept.isEmpty {
        notes.append(
          SourceNote(
            subject: kind.collection,
            message: "these are there already, and stay as they are: \(conjunctionOfSome(wanted.kept))"))
      }
    }
    guard !accounts.isEmpty else { return notes }
    merging.append("drop", false)
    merging.append("db", "")
    let asked = accounts
    made.withLock { $0.accounts = asked }
    try MongoTarget.run(merging.document, in: MongoGlobals.database, on: connection, "restore users and roles to")
    let left = dropTemporary(on: connection)
    if !left.isEmpty {
      notes.append(
        SourceNote(
          subject: MongoGlobals.database,
          message: "drop these by hand, they hold hashes of passwords: \(left.joined(separator: ", "))"))
    }
    return notes
  }

  /// Those that the server has not, and the names of those that it has.
  private func missing(
    of collection: String, on connection: MongoConnection
  ) throws(SourceError) -> (new: [BSONDocument], kept: [String]) {
    let path = Array("\(MongoGlobals.database)/".utf8) + MongoFileName.fileName(of: collection, suffix: ".bson")
    let entries = try source.contents.entries(of: Array(MongoGlobals.database.utf8)).map(\.name)
    guard entries.contains(MongoFileName.fileName(of: collection, suffix: ".bson")) else { return ([], []) }
    var feed = DocumentFeed(try source.contents.read(path), of: path, progress: source.progress)
    var documents: [UInt8] = []
    var ends: [Int] = []
    var new: [BSONDocument] = []
    var kept: [String] = []
    while try feed.next(into: &documents, ends: &ends, upTo: 1 << 20, count: 1000) {
      var start = 0
      for end in ends {
        guard let document = try? BSONDocument(Array(documents[start..<end])), let id = document["_id"] else {
          throw SourceError(.hostile, "read", path, because: "a document in it has no _id")
        }
        start = end
        let found = try MongoTarget.asked("ask about", collection) { () throws(MongoError) in
          try connection.all(
            ["find": .string(collection), "filter": ["_id": id], "limit": 1], in: MongoGlobals.database)
        }
        if found.isEmpty { new.append(document) } else { kept.append(id.text ?? "") }
      }
    }
    return (new, kept)
  }

  /// Drops what was made.
  ///
  /// - Parameter connection: `nil` if there is none.
  /// - Returns: what is still there, or may be.
  func undo(on connection: MongoConnection?) -> [String] {
    let accounts = made.withLock { $0.accounts }
    let left = accounts.filter { one in
      !Self.isDone([one.kind.removal: .string(one.name)], in: one.database, on: connection, or: one.kind.absence)
    }
    made.withLock { $0.accounts = left }
    return left.map(\.text) + dropTemporary(on: connection)
  }

  /// - Returns: those that are still there, or may be.
  private func dropTemporary(on connection: MongoConnection?) -> [String] {
    let names = made.withLock { $0.temporary }
    let left = names.filter { name in
      !Self.isDone(
        ["drop": .string(name)], in: MongoGlobals.database, on: connection, or: MongoError.noSuchCollection)
    }
    made.withLock { $0.temporary = left }
    return left.map { "\(MongoGlobals.database).\($0)" }
  }

  /// - Parameter absence: what the server says where there is nothing to remove.
  private static func isDone(
    _ command: BSONDocument, in database: String, on connection: MongoConnection?, or absence: Int
  ) -> Bool {
    guard let connection else { return false }
    do throws(MongoError) {
      try connection.run(command, in: database)
      return true
    } catch {
      return error.code == absence
    }
  }
}
