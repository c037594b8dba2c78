package import CoffreCore

/// An entry of a source in memory, with everything below it and everything that may go wrong with it.
package struct MemoryEntry: Sendable {
  package var name: [UInt8]
  package var attributes: EntryAttributes
  package var details = EntryDetails()
  /// Of files: the content, in one part or several.
  package var parts: [[UInt8]] = [[]]
  /// Of directories.
  package var children: [MemoryEntry] = []
  package var faults = Faults()
  /// Whether equal attributes prove equal content.
  package var isComparable = true

  /// What goes wrong, and when.
  package struct Faults: Sendable {
    /// Opening the directory, or the file.
    package var open: SourceError.Reason?
    package var list: SourceError.Reason?
    package var details: SourceError.Reason?
    /// Reading fails once so many bytes were given.
    package var readAfter: (bytes: Int, reason: SourceError.Reason)?
    /// So many readings find the file changed at their end, and its content with it.
    package var changingReadings = 0
    /// Before each piece that is read.
    package var delay: Duration?
    /// Told before each piece that is read, from the reading thread.
    package var willRead: (@Sendable () -> Void)?

    package init() {}
  }

  package init(name: [UInt8], attributes: EntryAttributes) {
    self.name = name
    self.attributes = attributes
  }

  package static let time = Timestamp(seconds: 1_700_000_000, nanoseconds: 123_456_789)
}

// MARK: Making them

extension MemoryEntry {
  package static func file(
    _ name: String, _ content: [UInt8], permissions: UInt16 = 0o644, modified: Timestamp = time, inode: UInt64 = 0
  ) -> MemoryEntry {
    var entry = MemoryEntry(
      name: Array(name.utf8),
      attributes: EntryAttributes(
        kind: .file, permissions: permissions, userID: 1000, groupID: 100, size: Int64(content.count),
        modified: modified, inode: inode, device: 1, links: 1))
    entry.parts = [content]
    return entry
  }

  package static func file(_ name: String, _ content: String, modified: Timestamp = time) -> MemoryEntry {
    file(name, Array(content.utf8), modified: modified)
  }

  package static func directory(_ name: String, _ children: [MemoryEntry], modified: Timestamp = time) -> MemoryEntry {
    var entry = MemoryEntry(
      name: Array(name.utf8), attributes: EntryAttributes(kind: .directory, permissions: 0o755, modified: modified))
    entry.children = children
    return entry
  }

  package static func symlink(_ name: String, to target: String) -> MemoryEntry {
    var entry = MemoryEntry(
      name: Array(name.utf8),
      attributes: EntryAttributes(kind: .symlink, permissions: 0o777, modified: time, links: 1))
    entry.details.linkTarget = Array(target.utf8)
    return entry
  }

  package static func fifo(_ name: String) -> MemoryEntry {
    MemoryEntry(name: Array(name.utf8), attributes: EntryAttributes(kind: .fifo, permissions: 0o600, modified: time))
  }

  /// The same entry with faults.
  package func failing(_ change: (inout Faults) -> Void) -> MemoryEntry {
    var entry = self
    change(&entry.faults)
    return entry
  }

  package func with(_ change: (inout MemoryEntry) -> Void) -> MemoryEntry {
    var entry = self
    change(&entry)
    return entry
  }
}
