package import CoffreCore
import CoffreSystem
import Synchronization

/// A source in memory: any tree, any bytes, any trouble.
package final class MemorySession: SourceSession {
  private let entries: [MemoryEntry]
  package let paths: [PathBytes]
  fileprivate let tally = Mutex(Tally())
  private let finishing: SourceError.Reason?

  /// What was asked of it.
  package struct Tally: Sendable, Hashable {
    package var readings: [String: Int] = [:]
    package var isFinished = false
    package var closings = 0
  }

  /// - Parameters:
  ///   - entries: of the root.
  ///   - finishing: fail in `finish`: the view was not whole.
  package init(_ entries: [MemoryEntry], paths: [String] = ["/"], finishing: SourceError.Reason? = nil) {
    self.entries = entries
    self.paths = paths.map { Array($0.utf8) }
    self.finishing = finishing
  }

  package var top: any UnopenedDirectory {
    MemoryDirectory(
      entry: MemoryEntry.directory("", entries), path: [], session: self)
  }

  package var counts: Tally { tally.withLock { $0 } }

  package func userName(of id: UInt32) -> String { id == 0 ? "root" : "" }
  package func groupName(of id: UInt32) -> String { id == 0 ? "root" : "" }

  package func finish() throws(SourceError) -> [SourceNote] {
    tally.withLock { $0.isFinished = true }
    if let finishing { throw SourceError(finishing, "finish", [], because: "injected fault") }
    return []
  }

  package func close() { tally.withLock { $0.closings += 1 } }
}

/// One directory, unopened and open in one: it is all in memory.
private final class MemoryDirectory: UnopenedDirectory, OpenDirectory {
  private let entry: MemoryEntry
  private let path: PathBytes
  private let session: MemorySession

  init(entry: MemoryEntry, path: PathBytes, session: MemorySession) {
    self.entry = entry
    self.path = path
    self.session = session
  }

  func open() throws(SourceError) -> any OpenDirectory {
    try fail(entry.faults.open, "open", path)
    return self
  }

  func list() throws(SourceError) -> Listing {
    try fail(entry.faults.list, "list", path)
    var listing = Listing()
    for child in entry.children {
      listing.append(
        name: child.name, attributes: child.attributes, isComparable: child.isComparable, parts: child.parts.count)
    }
    return listing
  }

  func details(of index: Int, in listing: Listing) throws(SourceError) -> EntryDetails {
    let child = entry.children[index]
    try fail(child.faults.details, "read the attributes of", joined(path, child.name))
    return child.details
  }

  func read(_ index: Int, part: Int, in listing: Listing) throws(SourceError) -> any ByteReader {
    let child = entry.children[index]
    let path = joined(path, child.name)
    try fail(child.faults.open, "open", path)
    let reading = session.tally.withLock { tally in
      tally.readings[displayed(path), default: 0] += 1
      return tally.readings[displayed(path)] ?? 1
    }
    return MemoryByteReader(child, part: part, path: path, reading: reading)
  }

  func directory(_ index: Int, in listing: Listing) -> any UnopenedDirectory {
    let child = entry.children[index]
    return MemoryDirectory(entry: child, path: joined(path, child.name), session: session)
  }
}

private func fail(_ reason: SourceError.Reason?, _ action: String, _ path: PathBytes) throws(SourceError) {
  if let reason { throw SourceError(reason, action, path, because: "injected fault") }
}

private final class MemoryByteReader: ByteReader {
  private let entry: MemoryEntry
  private let path: PathBytes
  private let isStable: Bool
  private var bytes: [UInt8]
  private var position = 0

  init(_ entry: MemoryEntry, part: Int, path: PathBytes, reading: Int) {
    self.entry = entry
    self.path = path
    bytes = entry.parts[part]
    isStable = reading > entry.faults.changingReadings
    // What was read before the change is not what is read after it.
    if !isStable, !bytes.isEmpty { bytes[bytes.count - 1] &+= UInt8(truncatingIfNeeded: reading) }
  }

  var attributes: EntryAttributes? { nil }

  func read(into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int {
    entry.faults.willRead?()
    if let delay = entry.faults.delay {
      do throws(Cancelled) { try pause(for: delay, unless: Cancellation()) } catch {
        throw SourceError(.cancelled, "read", path, because: "cancelled")
      }
    }
    var count = min(buffer.count, bytes.count - position)
    if let fault = entry.faults.readAfter {
      guard position < fault.bytes else { throw SourceError(fault.reason, "read", path, because: "injected fault") }
      count = min(count, fault.bytes - position)
    }
    copy(bytes.span.extracting(position..<(position + count)), into: &buffer)
    position += count
    return count
  }

  func isUnchanged() throws(SourceError) -> Bool { isStable }
}
