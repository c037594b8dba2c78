import CoffreSystem

/// The documents that a command answers with, as the bytes that the server keeps, a batch at a time.
package final class MongoCursor {
  private let connection: MongoConnection
  private let database: String
  /// As the server names it for the next batch.
  private var collection = ""
  private var id: Int64 = 0
  /// The batch that came with the first answer and was not handed out yet.
  private var waiting: BSONHolder?
  private var count: Int64 = 0
  private var size: Int64 = 0

  /// Of a batch, in bytes: what lies in memory of each connection a few times over.
  private static let batch: Int64 = 4 << 20
  private static let first: Int32 = 100

  /// - Parameter command: `find`, `aggregate`, `listCollections`…; its batches' size is not in it.
  package init(
    _ command: BSONDocument, in database: String, on connection: MongoConnection
  ) throws(MongoError) {
    self.connection = connection
    self.database = database
    var builder = BSONBuilder()
    do throws(MalformedBSON) { try builder.append(contentsOf: command) } catch { throw .malformed }
    let isFind = command["find"] != nil
    builder.append(
      isFind ? "batchSize" : "cursor", isFind ? .int32(Self.first) : ["batchSize": .int32(Self.first)])
    waiting = try connection.answer(to: builder.document, in: database)
  }

  /// Appends the documents of the next batch.
  ///
  /// - Parameters:
  ///   - documents: gets their bytes, one behind the other.
  ///   - ends: gets where each of them ends in `documents`.
  /// - Returns: `false` when there are no more.
  package func next(_ documents: inout [UInt8], _ ends: inout [Int]) throws(MongoError) -> Bool {
    while true {
      let reply: BSONHolder
      if let waiting {
        reply = waiting
        self.waiting = nil
      } else {
        guard id != 0 else { return false }
        reply = try connection.answer(
          to: [
            "getMore": .int64(id), "collection": .string(collection), "batchSize": .int32(nextCount),
          ], in: database)
      }
      let before = (ends.count, documents.count)
      try take(reply, &documents, &ends)
      guard ends.count == before.0 else {
        count += Int64(ends.count - before.0)
        size += Int64(documents.count - before.1)
        return true
      }
    }
  }

  /// As many as fill a batch, by what came so far.
  private var nextCount: Int32 {
    guard count > 0, size > 0 else { return Self.first }
    return Int32(clamping: max(1, min(100_000, Self.batch * count / size)))
  }

  private func take(
    _ reply: BSONHolder, _ documents: inout [UInt8], _ ends: inout [Int]
  ) throws(MongoError) {
    do throws(MalformedBSON) {
      // No closure that throws: what it throws comes out as any error.
      try reply.read { bytes throws(MalformedBSON) in try scan(bytes, &documents, &ends) }
    } catch {
      throw .malformed
    }
  }

  private func scan(
    _ bytes: Span<UInt8>, _ documents: inout [UInt8], _ ends: inout [Int]
  ) throws(MalformedBSON) {
    var top = try BSONScanner(bytes, 0..<bytes.count)
    while let field = try top.next(in: bytes) {
      guard field.kind == 0x03, Self.has(bytes, field.name, "cursor") else { continue }
      var cursor = try BSONScanner(bytes, field.value)
      var found = false
      while let inner = try cursor.next(in: bytes) {
        switch inner.kind {
        case 0x12 where Self.has(bytes, inner.name, "id"):
          id = Int64(bitPattern: BSONScanner.uint64(bytes, at: inner.value.lowerBound))
        case 0x02 where Self.has(bytes, inner.name, "ns"):
          let value = BSONValue(inner.kind, bytes, inner.value).text ?? ""
          collection = String(value.dropFirst(database.count + 1))
        case 0x04 where Self.has(bytes, inner.name, "firstBatch") || Self.has(bytes, inner.name, "nextBatch"):
          found = true
          var batch = try BSONScanner(bytes, inner.value)
          while let document = try batch.next(in: bytes) {
            guard document.kind == 0x03 else { throw MalformedBSON(position: document.value.lowerBound) }
            append(bytes.extracting(document.value), to: &documents)
            ends.append(documents.count)
          }
        default: break
        }
      }
      guard found else { throw MalformedBSON(position: field.value.lowerBound) }
      return
    }
    throw MalformedBSON(position: 0)
  }

  private static func has(_ bytes: Span<UInt8>, _ range: Range<Int>, _ name: String) -> Bool {
    guard range.count == name.utf8.count else { return false }
    return zip(range, name.utf8).allSatisfy { bytes[$0] == $1 }
  }
}

extension MongoConnection {
  /// All documents of an answer that is known to be small.
  package func all(_ command: BSONDocument, in database: String) throws(MongoError) -> [BSONDocument] {
    let cursor = try MongoCursor(command, in: database, on: self)
    var documents: [UInt8] = []
    var ends: [Int] = []
    var all: [BSONDocument] = []
    while try cursor.next(&documents, &ends) {
      var start = 0
      for end in ends {
        do throws(MalformedBSON) {
          all.append(try BSONDocument(Array(documents[start..<end])))
        } catch {
          throw .malformed
        }
        start = end
      }
      documents.removeAll(keepingCapacity: true)
      ends.removeAll(keepingCapacity: true)
    }
    return all
  }
}
