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
    #expect(try filter.entries(of: insert) == [insert])
    let removal = change("d", ["_id": 1])
    #expect(try filter.entries(of: removal) == [removal])
    let update = change("u", ["$v": 2, "diff": ["d": ["a": false]]], [("o2", ["_id": 1])])
    #expect(try filter.entries(of: update) == [update])
    for other in [
      change("i", ["_id": 1], of: Self.others), change("n", ["msg": "periodic noop"]), ["op": "n", "ns": "", "o": [:]],
      change("c", ["create": "c"]),
    ] {
      #expect(try filter.entries(of: other) == [])
    }
  }

  @Test func `a transaction is taken apart where it ends`() throws {
    var filter = LogFilter([Self.ours])
    let first = [change("i", ["_id": 1]), change("i", ["_id": 9], of: Self.others)]
    #expect(try filter.entries(of: transaction(first, time: 5, [("partialTxn", true)])) == [])
    let meanwhile = change("i", ["_id": 3])
    #expect(try filter.entries(of: meanwhile) == [meanwhile])
    let kept = try filter.entries(of: transaction([change("d", ["_id": 2])], time: 6, before: 5, [("count", 3)]))
    #expect(kept.map { $0["op"]?.text } == ["i", "d"])
    #expect(kept.map { $0["ts"] } == [.timestamp(6), .timestamp(6)])
    #expect(kept.map { $0["o"]?.document?["_id"]?.integer } == [1, 2])
    #expect(try kept.map { try LoggedChange($0).place } == ["d.c", "d.c"])
    // The next one of the same session begins anew.
    #expect(try filter.entries(of: transaction([change("i", ["_id": 4])], time: 8)).count == 1)
  }

  @Test func `a transaction that came to nothing does nothing`() throws {
    var filter = LogFilter([Self.ours])
    #expect(try filter.entries(of: transaction([change("i", ["_id": 1])], time: 5, [("partialTxn", true)])) == [])
    let aborted: BSONDocument = [
      "lsid": ["id": 1], "txnNumber": .int64(4), "op": "c", "ns": "admin.$cmd", "o": ["abortTransaction": 1],
    ]
    #expect(try filter.entries(of: aborted) == [])
    #expect(try filter.entries(of: transaction([change("i", ["_id": 4])], time: 8)).count == 1)
  }

  @Test func `what a restore would not understand ends the backup`() throws {
    var filter = LogFilter([Self.ours])
    for entry in [
      change("u", ["$v": 3, "diff": [:]], [("o2", ["_id": 1])]), change("u", ["$v": 1, "$set": ["a": 1]]),
      change("u", ["$v": 2, "diff": ["b": ["a": 1]]], [("o2", ["_id": 1])]), change("x", ["_id": 1]),
      change("i", ["a": 1]), transaction([change("i", ["_id": 1])], time: 6, before: 5),
      transaction([change("i", ["_id": 1])], time: 6, [("prepare", true)]),
    ] {
      #expect(throws: MongoError.self, "\(entry)") { try filter.entries(of: entry) }
    }
    // Of others, nobody cares.
    #expect(try filter.entries(of: change("x", ["_id": 1], of: Self.others)) == [])
  }

  /// What becomes of copied documents.
  private func result(_ copied: [BSONDocument], _ changes: [BSONDocument]) throws -> [BSONDocument] {
    var pending = CollectionChanges()
    for entry in changes { pending.add(try LoggedChange(entry)) }
    var bytes: [UInt8] = []
    var ends: [Int] = []
    for document in copied {
      bytes += document.bytes
      ends.append(bytes.count)
    }
    var result: [BSONDocument] = []
    let take = { (span: Span<UInt8>) throws(SourceError) -> Void in
      if let document = try? BSONDocument(span.indices.map { span[$0] }) { result.append(document) }
    }
    try pending.apply(to: bytes.span, ends, take)
    try pending.rest(take)
    return result
  }

  private func update(_ id: BSONValue, _ diff: BSONDocument) -> BSONDocument {
    change("u", ["$v": 2, "diff": .document(diff)], [("o2", ["_id": id])])
  }

  @Test func `copied documents become what they were at the end`() throws {
    let copied: [BSONDocument] = [
      ["_id": 1, "n": 1], ["_id": 2, "n": 1], ["_id": 3, "n": 1], ["_id": 4, "n": 1], ["n": 1, "_id": 5],
      // Removed and inserted again while it was copied.
      ["_id": 3, "n": 7],
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
      ])
    #expect(
      made == [
        ["_id": 1, "n": 2, "m": 3], ["_id": 3, "n": 7], ["_id": 4, "whole": true], ["_id": 5], ["_id": 9],
        ["_id": .int64(1)],
      ])
  }

  @Test func `a log that does not fit is no restore`() throws {
    #expect(throws: SourceError.self) { try result([["_id": 1]], [update(2, ["u": ["n": 2]])]) }
    #expect(throws: SourceError.self) {
      try result([["_id": 2]], [change("d", ["_id": 2]), update(2, ["u": ["n": 2]])])
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
