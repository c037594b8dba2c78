package import CoffreCore
import CoffreSystem
import Synchronization

/// A place in memory that a snapshot is restored to, to be compared with what was backed up.
package final class MemoryRestore: RestoreSession {
  /// One restored entry, with all that a restore can bring back.
  package struct Item: Sendable, Hashable {
    package var kind: EntryKind
    package var permissions: UInt16
    package var userID: UInt32
    package var groupID: UInt32
    package var modified: Timestamp
    package var deviceNumber: UInt64
    package var linkTarget: [UInt8]
    package var extendedAttributes: [ExtendedAttribute]
    /// Of files that are whole.
    package var content: [UInt8]?
    package var hardLinkOf: PathBytes?
  }

  private struct Entry: Sendable {
    let path: PathBytes
    let entry: RestoredEntry
    var content: [UInt8] = []
    var isComplete = false
    var isAbandoned = false
  }

  private struct State: Sendable {
    var entries: [Entry] = []
    var isFinished = false
    var closings = 0
  }

  private let state = Mutex(State())
  private let refusing: (@Sendable (PathBytes) -> SourceError.Reason?)?

  /// - Parameter refusing: files that cannot be written, and why.
  package init(refusing: (@Sendable (PathBytes) -> SourceError.Reason?)? = nil) { self.refusing = refusing }

  package func place(_ entry: RestoredEntry) throws(SourceError) -> Placement {
    state.withLock { state in
      precondition(entry.number == state.entries.count, "entries are placed in order")
      let parent = entry.parent.map { state.entries[$0].path } ?? []
      state.entries.append(Entry(path: joined(parent, entry.name), entry: entry))
    }
    return entry.attributes.kind == .file && entry.hardLinkOf == nil ? .write : .done
  }

  package func write(_ bytes: Span<UInt8>, of entry: Int, at offset: Int64) throws(SourceError) {
    let path = state.withLock { $0.entries[entry].path }
    if let reason = refusing?(path) { throw SourceError(reason, "write", path, because: "injected fault") }
    var copy: [UInt8] = []
    append(bytes, to: &copy)
    state.withLock { [copy] state in
      let end = Int(offset) + copy.count
      let missing = end - state.entries[entry].content.count
      if missing > 0 { state.entries[entry].content.append(contentsOf: repeatElement(0, count: missing)) }
      state.entries[entry].content.replaceSubrange(Int(offset)..<end, with: copy)
    }
  }

  package func complete(_ entry: Int) throws(SourceError) -> [SourceError] {
    state.withLock { state in
      precondition(!state.entries[entry].isComplete && !state.entries[entry].isAbandoned, "a file ends once")
      state.entries[entry].isComplete = true
    }
    return []
  }

  package func abandon(_ entry: Int) {
    state.withLock { state in
      precondition(!state.entries[entry].isComplete, "a whole file is not abandoned")
      state.entries[entry].isAbandoned = true
      state.entries[entry].content = []
    }
  }

  package func finish(_ failed: (SourceError) -> Void) throws(Cancelled) {}

  package func finishDirectories(_ failed: (SourceError) -> Void) throws(Cancelled) {
    state.withLock { $0.isFinished = true }
  }

  package func read(_ entry: Int, at offset: Int64, into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int {
    let content = state.withLock { $0.entries[entry].content }
    let start = min(Int(offset), content.count)
    let count = min(buffer.count, content.count - start)
    copy(content.span.extracting(start..<(start + count)), into: &buffer)
    return count
  }

  package func close() { state.withLock { $0.closings += 1 } }
}

// MARK: What was restored

extension MemoryRestore {
  package var isFinished: Bool { state.withLock { $0.isFinished } }

  /// All entries by their path; files that were abandoned or never completed are not there.
  package var items: [PathBytes: Item] {
    let entries = state.withLock { $0.entries }
    var items: [PathBytes: Item] = [:]
    for entry in entries {
      let attributes = entry.entry.attributes
      let link = entry.entry.hardLinkOf.map { entries[$0].path }
      guard attributes.kind != .file || entry.isComplete || link != nil else { continue }
      items[entry.path] = Item(
        kind: attributes.kind, permissions: attributes.permissions, userID: attributes.userID,
        groupID: attributes.groupID, modified: attributes.modified, deviceNumber: attributes.deviceNumber,
        linkTarget: entry.entry.details.linkTarget, extendedAttributes: entry.entry.details.extendedAttributes,
        content: attributes.kind == .file && link == nil ? entry.content : nil, hardLinkOf: link)
    }
    return items
  }

  /// The content of a file that was restored whole.
  package func content(_ path: String) -> [UInt8]? { items[Array(path.utf8)]?.content }
}
