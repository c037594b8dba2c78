import CoffreCore
import CoffreSystem
import MongoKit

/// Writes the databases of a session into an archive, one collection after the other.
final class ArchiveWriter: ByteReader {
  private struct Item {
    let dump: MongoDump
    let collection: MongoCollection
    /// Among the dump's `rows`; `nil` for a view.
    let rows: Int?
  }

  private let state: MongoBackup
  private var items: ArraySlice<Item> = []
  private var head: [UInt8]?
  private var current: (item: Item, reader: any ByteReader)?
  private var sum = CRC64()
  /// Whether documents of the collection were written.
  private var hasBegun = false
  private var buffer = makeBuffer(256 << 10)
  private var unread = UnreadPiece()

  init(_ state: MongoBackup) throws(SourceError) {
    self.state = state
    var head = MongoArchive.magic + MongoArchive.head(server: state.facts.versionText).bytes
    for dump in state.dumps {
      for collection in dump.definitions {
        let rows = dump.rows.firstIndex { $0.collection == collection }
        items.append(Item(dump: dump, collection: collection, rows: rows))
        let prelude = MongoArchive.Prelude(
          database: dump.name, collection: collection.name, metadata: try dump.definition(of: collection),
          size: rows.map { dump.rows[$0].size } ?? 0, kind: collection.kind)
        head += prelude.document.bytes
      }
    }
    self.head = head + MongoArchive.terminator
  }

  deinit { state.close() }

  var attributes: EntryAttributes? { nil }
  func isUnchanged() throws(SourceError) -> Bool { true }

  func read(into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int {
    try unread.read(into: &buffer) { piece throws(SourceError) in try next(&piece) }
  }

  /// - Returns: `false` at the end.
  private func next(_ piece: inout [UInt8]) throws(SourceError) -> Bool {
    piece.removeAll(keepingCapacity: true)
    if let head {
      piece = head
      self.head = nil
      return true
    }
    if current == nil {
      guard let item = items.popFirst() else {
        try prove()
        return false
      }
      current = (
        item, try item.rows.map { number throws(SourceError) in try item.dump.reader(of: number) } ?? TextReader([])
      )
      sum = CRC64()
      hasBegun = false
    }
    guard let current else { return false }
    let (database, collection) = (current.item.dump.name, current.item.collection.rowsName)
    // Taken out, so that both it and what it is appended to can be written to.
    var block = buffer
    buffer = []
    defer { buffer = block }
    var span = block.mutableSpan
    let count = try current.reader.read(into: &span)
    guard count > 0 else {
      if hasBegun { piece += MongoArchive.terminator }
      piece += MongoArchive.segment(database, collection, end: sum) + MongoArchive.terminator
      self.current = nil
      return true
    }
    if !hasBegun { piece += MongoArchive.segment(database, collection) }
    hasBegun = true
    let bytes = block.span.extracting(0..<count)
    sum.update(bytes)
    append(bytes, to: &piece)
    return true
  }

  private func prove() throws(SourceError) {
    for dump in state.dumps {
      for number in dump.rows.indices { _ = try dump.part(of: number) }
    }
    state.close()
  }
}
