import CoffreCore
import CoffreSystem
import MongoKit
import Synchronization

/// Users and roles of a snapshot, made on a server that lacks them. Those that exist stay as they are.
final class MongoGlobalsRestore: Sendable {
  private let source: RestoreSource
  /// What was made: the kind's command to drop it, its name and its database.
  private let made = Mutex<[(command: String, name: String, database: String)]>([])

  init(source: RestoreSource) { self.source = source }

  func run(on connection: MongoConnection) throws(SourceError) -> [SourceNote] {
    let token = RestoreNames.token()
    var notes: [SourceNote] = []
    var merging = BSONBuilder()
    merging.append("_mergeAuthzCollections", 1)
    var temporary: [String] = []
    defer {
      for name in temporary { _ = try? connection.run(["drop": .string(name)], in: MongoGlobals.database) }
    }
    for (collection, word, field, command) in [
      (MongoGlobals.users, "user", "tempUsersCollection", "dropUser"),
      (MongoGlobals.roles, "role", "tempRolesCollection", "dropRole"),
    ] {
      let place = "coffre_\(token)_\(word)s"
      temporary.append(place)
      let wanted = try missing(of: collection, on: connection)
      for document in wanted.new {
        try MongoTarget.run(
          ["insert": .string(place), "documents": [.document(document)]], in: MongoGlobals.database, on: connection,
          "restore users and roles to")
        made.withLock {
          $0.append((command, document[word]?.text ?? "", document["db"]?.text ?? ""))
        }
      }
      merging.append(field, .string(wanted.new.isEmpty ? "" : "\(MongoGlobals.database).\(place)"))
      if !wanted.kept.isEmpty {
        notes.append(
          SourceNote(
            subject: collection,
            message: "these are there already, and stay as they are: \(conjunctionOfSome(wanted.kept))"))
      }
    }
    let isEmpty = made.withLock { $0.isEmpty }
    if !isEmpty {
      merging.append("drop", false)
      merging.append("db", "")
      try MongoTarget.run(merging.document, in: MongoGlobals.database, on: connection, "restore users and roles to")
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
  func undo(on connection: MongoConnection) {
    for one in made.withLock({ $0 }) {
      _ = try? connection.run(BSONDocument([(one.command, .string(one.name))]), in: one.database)
    }
  }
}
