import CoffreCore
import CoffreTestKit
import MongoKit
import Testing

@testable import CoffreSources

/// What a backup takes out of a server's log, and what a restore makes of it.
@Suite("The log of changes of MongoDB", .timeLimit(.minutes(10)))
struct MongoLogTests {
  private static let ours: [UInt8] = Array(1...16)
  private static let others: [UInt8] = Array(17...32)

  private func change(
    _ kind: String, _ content: BSONDocument, of collection: [UInt8] = ours,
    _ more: [(name: String, value: BSONValue)] = []
  ) -> BSONDocument {
    BSONDocument(
      [
        ("op", .string(kind)), ("ns", "d.c"), ("ui", .binary(4, collection)), ("o", .document(content)),
      ] + more)
  }

  private func transaction(
    _ changes: [BSONDocument], time: UInt64, before: UInt64 = 0, _ more: [(name: String, value: BSONValue)] = []
  ) -> BSONDocument {
    let command = BSONDocument([("applyOps", .list(changes.map { .document($0) }))] + more)
    return [
      "lsid": ["id": 1], "txnNumber": .int64(4), "op": "c", "ns": "admin.$cmd", "o": .document(command),
      "ts": .timestamp(time), "t": .int64(1), "v": .int64(2), "prevOpTime": ["ts": .timestamp(before), "t": .int64(1)],
    ]
  }

  @Test func `only changes of documents of the collections that are asked for`() throws {
    var filter = LogFilter([Self.ours])
    let insert = change("i", ["_id": 1])
    #expect(try filter.changes(of: insert) == [insert])
    let removal = change("d", ["_id": 1])
    #expect(try filter.changes(of: removal) == [removal])
    let update = change("u", ["$v": 2, "diff": ["d": ["a": false]]], [("o2", ["_id": 1])])
    #expect(try filter.changes(of: update) == [update])
    for other in [
      change("i", ["_id": 1], of: Self.others), change("n", ["msg": "periodic noop"]), ["op": "n", "ns": "", "o": [:]],
      change("c", ["create": "c"]),
    ] {
      #expect(try filter.changes(of: other) == [])
    }
  }

  @Test func `a transaction is taken apart where it ends`() throws {
    var filter = LogFilter([Self.ours])
    let first = [change("i", ["_id": 1]), change("i", ["_id": 9], of: Self.others)]
    #expect(try filter.changes(of: transaction(first, time: 5, [("partialTxn", true)])) == [])
    let meanwhile = change("i", ["_id": 3])
    #expect(try filter.changes(of: meanwhile) == [meanwhile])
    let kept = try filter.changes(of: transaction([change("d", ["_id": 2])], time: 6, before: 5, [("count", 3)]))
    #expect(kept.map { $0["op"]?.text } == ["i", "d"])
    #expect(kept.map { $0["ts"] } == [.timestamp(6), .timestamp(6)])
    #expect(kept.map { $0["o"]?.document?["_id"]?.integer } == [1, 2])
    #expect(try kept.map { try LoggedChange($0).place } == ["d.c", "d.c"])
    // The next one of the same session begins anew.
    #expect(try filter.changes(of: transaction([change("i", ["_id": 4])], time: 8)).count == 1)
  }

  /// Its changes wait in a file, and come out as they came.
  @Test(arguments: [0, 1000, 1 << 20]) func `a large transaction takes little memory`(_ most: Int) throws {
    var filter = LogFilter([Self.ours], most: most)
    var wanted: [BSONDocument] = []
    var largest = 0
    for number in 0..<40 {
      // One in a while larger than all that is read at once.
      let text = String(repeating: "x", count: number == 20 ? 700_000 : number * 100)
      let changes = (0..<5).map { change("i", ["_id": .int32(Int32(number * 5 + $0)), "text": .string(text)]) }
      let isLast = number == 39
      let partial: [(name: String, value: BSONValue)] = isLast ? [] : [("partialTxn", true)]
      let entry = transaction(
        changes, time: UInt64(number + 5), before: UInt64(number == 0 ? 0 : number + 4),
        partial)
      for change in changes { wanted.append(change) }
      largest = max(largest, filter.sizeInMemory)
      guard isLast else {
        #expect(try filter.changes(of: entry) == [])
        continue
      }
      let found = try filter.changes(of: entry)
      #expect(found.count == wanted.count && found.allSatisfy { $0["ts"] == .timestamp(44) })
      #expect(found.map { $0["o"] } == wanted.map { $0["o"] })
    }
    #expect(largest <= most && (most == 0 || largest > 0), "\(largest)")
    #expect(filter.sizeInMemory == 0)
  }

  @Test func `a transaction that came to nothing does nothing`() throws {
    var filter = LogFilter([Self.ours])
    #expect(try filter.changes(of: transaction([change("i", ["_id": 1])], time: 5, [("partialTxn", true)])) == [])
    let aborted: BSONDocument = [
      "lsid": ["id": 1], "txnNumber": .int64(4), "op": "c", "ns": "admin.$cmd", "o": ["abortTransaction": 1],
    ]
    #expect(try filter.changes(of: aborted) == [])
    #expect(try filter.changes(of: transaction([change("i", ["_id": 4])], time: 8)).count == 1)
  }

  /// Its changes are in no entry that was read.
  @Test func `the end of a transaction that was prepared before ends the backup`() throws {
    var filter = LogFilter([Self.ours])
    let committed: BSONDocument = [
      "lsid": ["id": 1], "txnNumber": .int64(4), "op": "c", "ns": "admin.$cmd",
      "o": ["commitTransaction": 1, "commitTimestamp": .timestamp(6)],
      "prevOpTime": ["ts": .timestamp(3), "t": .int64(1)],
    ]
    #expect(throws: MongoError.self) { try filter.changes(of: committed) }
    // One that was seen, and changes nothing of ours, is nobody's business.
    let prepared = transaction([change("i", ["_id": 9], of: Self.others)], time: 5, [("prepare", true)])
    #expect(try filter.changes(of: prepared) == [])
    #expect(try filter.changes(of: committed) == [])
    #expect(throws: MongoError.self) { try filter.changes(of: committed) }
  }

  @Test func `what a restore would not understand ends the backup`() throws {
    var filter = LogFilter([Self.ours])
    for entry in [
      change("u", ["$v": 3, "diff": [:]], [("o2", ["_id": 1])]), change("u", ["$v": 1, "$set": ["a": 1]]),
      change("u", ["$v": 2, "diff": ["b": ["a": 1]]], [("o2", ["_id": 1])]), change("x", ["_id": 1]),
      change("i", ["a": 1]), transaction([change("i", ["_id": 1])], time: 6, before: 5),
      transaction([change("i", ["_id": 1])], time: 6, [("prepare", true)]),
    ] {
      #expect(throws: MongoError.self, "\(entry)") { try filter.changes(of: entry) }
    }
    // Of others, nobody cares.
    #expect(try filter.changes(of: change("x", ["_id": 1], of: Self.others)) == [])
  }

  /// What becomes of copied documents when changes are laid over them in batches, by a server that has few of them.
  private func result(_ copied: [BSONDocument], _ changes: [BSONDocument], atOnce: Int) throws -> [BSONDocument] {
    var documents = copied
    var rest = try changes.map { try LoggedChange($0) }[...]
    var lost: Set<[UInt8]> = []
    while !rest.isEmpty {
      var batch = ChangeBatch()
      for change in rest.prefix(atOnce) { batch.add(change) }
      rest = rest.dropFirst(atOnce)
      #expect(batch.size > 0 && Set(batch.identities).count == batch.identities.count)
      for identity in batch.identities {
        let place = documents.firstIndex { $0.identity == identity }
        let outcome = try batch.outcome(of: identity, after: place.map { documents[$0] })
        if let place { documents.remove(at: place) }
        lost.remove(identity)
        switch outcome {
        case .document(let document): documents.insert(document, at: place ?? documents.count)
        case .removed: break
        case .lost: lost.insert(identity)
        }
      }
    }
    if !lost.isEmpty { throw RestoreLog.damaged }
    return documents
  }

  private func update(_ id: BSONValue, _ diff: BSONDocument) -> BSONDocument {
    change("u", ["$v": 2, "diff": .document(diff)], [("o2", ["_id": id])])
  }

  @Test(arguments: [1, 2, 3, 100])
  func `copied documents become what they were at the end`(_ atOnce: Int) throws {
    let copied: [BSONDocument] = [
      ["_id": 1, "n": 1], ["_id": 2, "n": 1], ["_id": 3, "n": 1], ["_id": 4, "n": 1], ["n": 1, "_id": 5],
    ]
    let made = try result(
      copied,
      [
        change("d", ["_id": 2]), update(1, ["u": ["n": 2]]), update(1, ["i": ["m": 3]]),
        change("d", ["_id": 3]), change("i", ["_id": 3, "n": 7]), change("i", ["_id": 8]), change("i", ["_id": 9]),
        change("d", ["_id": 8]), change("u", ["_id": 4, "whole": true], [("o2", ["_id": 4])]),
        // An older one, of what was removed before it was copied.
        update(10, ["u": ["n": 2]]), change("d", ["_id": 10]), update(5, ["d": ["n": false]]),
        // Of another kind, so another one.
        change("i", ["_id": .int64(1)]),
      ], atOnce: atOnce)
    let wanted: [BSONDocument] = [
      ["_id": 1, "n": 2, "m": 3], ["_id": 3, "n": 7], ["_id": 4, "whole": true], ["_id": 5], ["_id": 9],
      ["_id": .int64(1)],
    ]
    #expect(Set(made) == Set(wanted) && made.count == wanted.count, "\(made)")
  }

  @Test(arguments: [1, 100]) func `a log that does not fit is no restore`(_ atOnce: Int) throws {
    #expect(throws: SourceError.self) { try result([["_id": 1]], [update(2, ["u": ["n": 2]])], atOnce: atOnce) }
    #expect(throws: SourceError.self) {
      try result([["_id": 2]], [change("d", ["_id": 2]), update(2, ["u": ["n": 2]])], atOnce: atOnce)
    }
  }

  // MARK: On a server

  /// A collection as a restore has loaded it.
  private func load(
    _ documents: [BSONDocument], into name: String, of server: MongoServer, on connection: MongoConnection
  ) throws -> CollectionReplay {
    let writer = DocumentWriter(database: name, collection: "c", uuid: nil, isValidated: true)
    let summer = RowSummer()
    var bytes: [UInt8] = []
    var ends: [Int] = []
    for document in documents {
      let one = document.bytes
      summer.add(one.span)
      bytes += one
      ends.append(bytes.count)
    }
    try writer.insert(bytes.span, ends[...], on: connection)
    return CollectionReplay(writer, after: summer.total)
  }

  private func documents(of name: String, on connection: MongoConnection) throws -> [BSONDocument] {
    try connection.all(["find": "c", "sort": ["_id": 1]], in: name)
  }

  /// Pseudo-random changes that fit each other, and what they come to.
  private func makeChanges(_ count: Int) throws -> (copied: [BSONDocument], log: [BSONDocument], end: [BSONDocument]) {
    var present: [Int32: BSONDocument] = [:]
    for number in 0..<Int32(40) { present[number] = ["_id": .int32(number), "n": 0, "text": "as it was"] }
    let copied = present.values.sorted { $0["_id"]?.integer ?? 0 < $1["_id"]?.integer ?? 0 }
    var log: [BSONDocument] = []
    var random = UInt64(7)
    func next(_ limit: UInt64) -> UInt64 {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (random >> 33) % limit
    }
    for number in 0..<Int32(count) {
      let id = Int32(next(60))
      guard let former = present[id] else {
        let made: BSONDocument = ["_id": .int32(id), "made": .int32(number), "t": .timestamp(0)]
        log.append(change("i", made))
        present[id] = made
        continue
      }
      switch next(4) {
      case 0:
        log.append(change("d", ["_id": .int32(id)]))
        present[id] = nil
      case 1:
        let whole: BSONDocument = ["_id": .int32(id), "whole": .int32(number)]
        log.append(change("u", whole, [("o2", ["_id": .int32(id)])]))
        present[id] = whole
      default:
        log.append(update(.int32(id), ["i": ["x\(number % 3)": .int32(number)]]))
        present[id] = try DocumentDiff(["i": ["x\(number % 3)": .int32(number)]]).applied(to: former)
      }
    }
    return (copied, log, present.values.sorted { $0["_id"]?.integer ?? 0 < $1["_id"]?.integer ?? 0 })
  }

  /// What lies in memory is bounded by the size of a batch, whatever the length of the log.
  @Test(
    arguments: [
      (limits: LogReplay.Limits(batch: 1 << 20, documents: 1, all: 1 << 20), batches: 600...600),
      (LogReplay.Limits(batch: 1 << 20, documents: 7, all: 1 << 20), 50...85),
      (LogReplay.Limits(batch: 900, documents: 1000, all: 1 << 20), 50...150),
      (LogReplay.Limits(batch: 1 << 20, documents: 1000, all: 5000), 5...30), (LogReplay.Limits(), 1...1),
    ] as [(limits: LogReplay.Limits, batches: ClosedRange<Int>)])
  func `a log is laid over a collection in batches`(
    _ example: (limits: LogReplay.Limits, batches: ClosedRange<Int>)
  ) throws {
    let server = try MongoServer.shared()
    let connection = try server.connect()
    let name = server.newName("replay")
    defer { try? server.dropDatabase(name) }
    let (copied, log, end) = try makeChanges(600)
    let collection = try load(copied, into: name, of: server, on: connection)
    var replay = LogReplay()
    replay.limits = example.limits
    let changes = try log.map { try LoggedChange($0) }
    let batches = try replay.run(over: [Array("d.c".utf8): collection], on: connection) { take throws(SourceError) in
      for change in changes { try take(change) }
    }
    #expect(example.batches.contains(batches), "\(batches)")
    let found = try documents(of: name, on: connection)
    #expect(found == end)
    let summer = RowSummer()
    for document in found {
      let bytes = document.bytes
      summer.add(bytes.span)
    }
    #expect(collection.expected == summer.total)
  }

  /// 1 and 1.0 are two documents for a log that removes one before it inserts the other, and one key for a server.
  @Test(arguments: [1, 100]) func `keys that are equal for the server`(_ atOnce: Int) throws {
    let server = try MongoServer.shared()
    let connection = try server.connect()
    let name = server.newName("keys")
    defer { try? server.dropDatabase(name) }
    // Copied late: the last of them was there already.
    let collection = try load([["_id": .double(1), "late": true]], into: name, of: server, on: connection)
    var replay = LogReplay()
    replay.limits.documents = atOnce
    let changes = try [
      change("i", ["_id": 1]), update(1, ["u": ["n": 2]]), change("d", ["_id": 1]),
      change("i", ["_id": .int64(1)]), change("d", ["_id": .int64(1)]), change("i", ["_id": .double(1), "late": true]),
      change("i", ["_id": 2]), change("d", ["_id": 2]), change("i", ["_id": .double(2)]),
    ].map { try LoggedChange($0) }
    try replay.run(over: [Array("d.c".utf8): collection], on: connection) { take throws(SourceError) in
      for change in changes { try take(change) }
    }
    let found = try documents(of: name, on: connection)
    #expect(found == [["_id": .double(1), "late": true], ["_id": .double(2)]])
    #expect(collection.expected.rows == 2)
    // A change of what is nowhere, and stays nowhere.
    let lost = try LoggedChange(update(7, ["u": ["n": 2]]))
    #expect(throws: SourceError.self) {
      try replay.run(over: [Array("d.c".utf8): collection], on: connection) { take throws(SourceError) in
        try take(lost)
      }
    }
  }

  @Test func `a log that begins too late is of no use`() throws {
    let server = try MongoServer.shared()
    let connection = try server.connect()
    #expect(try MongoLog.isReadable(on: connection))
    let error = #expect(throws: MongoError.self) { try MongoLog(from: 1 << 32).entries(of: [], on: connection) }
    #expect(error?.advice != nil)
    let reader = try server.createUser(["role": "read", "db": "x"])
    #expect(try !MongoLog.isReadable(on: server.connect(as: reader)))
  }
}

extension LogFilter {
  /// All that an entry becomes.
  fileprivate mutating func changes(of entry: BSONDocument) throws -> [BSONDocument] {
    var kept = try entries(of: entry)
    var changes: [BSONDocument] = []
    while let change = try kept.next() { changes.append(change) }
    return changes
  }
}
