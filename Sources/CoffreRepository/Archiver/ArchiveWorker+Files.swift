import CoffreCore
import CoffreSystem

// MARK: Files that must be read

extension ArchiveWorker {
  func archive(file index: Int, in opened: OpenedDirectory) throws {
    let place = ArchivePlace(work: opened.work, name: opened.listing.name(of: index))
    position.move(to: place)
    var node: Node?
    do {
      node = try read(file: index, in: opened, at: place)
    } catch let error as SourceError where !error.endsRun {
      // A file that tells of the others, and has nothing to tell.
      let isNeedless = error.reason == .vanished && opened.listing.entries[index].making == .madeLast
      if !isNeedless { warn(error, place.path) }
    }
    try complete(opened.work, with: node)
  }

  /// Reads a file; once more if it changed meanwhile, and says so if it still does.
  private func read(file index: Int, in opened: OpenedDirectory, at place: ArchivePlace) throws -> Node? {
    let former = opened.formerNodes[index]
    var reading = try readOnce(index, in: opened)
    if !reading.isStable {
      reading = try readOnce(index, in: opened, copyingFirst: true)
      if !reading.isStable {
        archiver.progress.warn(
          "changed-while-read", place.path, "it changed while it was read, twice; what was read is stored",
          isLoss: archiver.request.changesAreLosses)
      }
    }
    let attributes = reading.attributes ?? opened.listing.entries[index].attributes
    guard
      var node = try makeNode(
        index, in: opened.directory, opened.listing, former: former, parent: opened.work, attributes: attributes,
        reader: reading.reader)
    else { return nil }
    node.content = reading.content
    node.size = UInt64(reading.size)
    let isSame = keepTime(of: &node, former, opened.listing.entries[index])
    count(former: former, isUnchanged: isSame, bytes: reading.size)
    if !isSame { archiver.progress.item(former == nil ? "new" : "changed", place.path, size: reading.size) }
    return node
  }

  /// What was made for the backup and has the content of the parent's is as old as that.
  ///
  /// - Returns: whether it is so.
  private func keepTime(of node: inout Node, _ former: Node?, _ entry: ListedEntry) -> Bool {
    guard entry.making != .found, let former, former.kind == .file, former.content == node.content else { return false }
    node.setTimes(to: former.modified)
    return true
  }

  private struct Reading {
    var content: [BlobID] = []
    var size: Int64 = 0
    var attributes: EntryAttributes?
    var isStable = true
    let reader: any ByteReader
  }

  /// Up to this size a file that changes is copied into memory before it is cut: the shortest time to change in.
  private static let copyLimit: Int64 = 64 << 20

  private func readOnce(_ index: Int, in opened: OpenedDirectory, copyingFirst: Bool = false) throws -> Reading {
    let reader = try opened.directory.read(index, part: 0, in: opened.listing)
    var reading = Reading(attributes: reader.attributes, reader: reader)
    if copyingFirst, (reading.attributes?.size ?? .max) <= Self.copyLimit {
      let copy = try MemoryReader(copying: reader)
      reading.isStable = try reader.isUnchanged()
      (reading.content, reading.size) = try store(contentOf: copy)
    } else {
      (reading.content, reading.size) = try store(contentOf: reader)
      reading.isStable = try reader.isUnchanged()
    }
    return reading
  }
}

// MARK: Files in parts

extension ArchiveWorker {
  func archive(part: Int, of file: PartedFile) throws {
    var content: [BlobID] = []
    var size: Int64 = 0
    var failure: SourceError?
    do {
      (content, size) = try store(
        contentOf: try file.directory.directory.read(file.index, part: part, in: file.directory.listing))
    } catch let error as SourceError where !error.endsRun {
      failure = error
    }
    guard let whole = file.complete(part: part, content: content, size: size, failure: failure) else { return }
    let opened = file.directory
    let name = opened.listing.name(of: file.index)
    if let failure = whole.failure {
      warn(failure, joined(opened.work.path, name))
      return try complete(opened.work, with: nil)
    }
    let former = opened.formerNodes[file.index]
    let made = try makeNode(file.index, in: opened.directory, opened.listing, former: former, parent: opened.work)
    guard var node = made else { return try complete(opened.work, with: nil) }
    node.content = whole.content
    node.size = UInt64(whole.size)
    let isSame = keepTime(of: &node, former, opened.listing.entries[file.index])
    count(former: former, isUnchanged: isSame, bytes: whole.size)
    try complete(opened.work, with: node)
  }
}

/// A private copy of what another reader gave.
private final class MemoryReader: ByteReader {
  let attributes: EntryAttributes?
  private var bytes: [UInt8] = []
  private var position = 0

  init(copying reader: any ByteReader) throws {
    attributes = reader.attributes
    var piece = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      var span = piece.mutableSpan
      let count = try reader.read(into: &span)
      guard count > 0 else { return }
      append(piece.span.extracting(0..<count), to: &bytes)
    }
  }

  func read(into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int {
    let count = min(buffer.count, bytes.count - position)
    copy(bytes.span.extracting(position..<(position + count)), into: &buffer, at: 0)
    position += count
    return count
  }

  func isUnchanged() throws(SourceError) -> Bool { true }
}
