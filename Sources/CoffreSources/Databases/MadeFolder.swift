package import CoffreCore
import CoffreSystem
import Synchronization

/// A directory that a session makes for the backup: nothing of it lies on a disk.
package final class MadeFolder: UnopenedDirectory, OpenDirectory {
  /// What it holds under one name.
  package struct Entry: Sendable {
    package enum Content: Sendable {
      case folder(MadeFolder)
      /// Its parts are read by several threads at once.
      case file(parts: Int, read: @Sendable (_ part: Int) throws(SourceError) -> any ByteReader)
      /// Read when everything else of the folder is stored, and what stands before it; `vanished` leaves it out.
      case lastFile(read: @Sendable () throws(SourceError) -> any ByteReader)
    }

    package let name: PathBytes
    /// A hint, in bytes.
    package let size: Int64
    package let content: Content

    package init(_ name: PathBytes, size: Int64 = 0, _ content: Content) {
      self.name = name
      self.size = size
      self.content = content
    }
  }

  private let time: Timestamp
  private let make: @Sendable () throws(SourceError) -> [Entry]
  private let entries = Mutex([Entry]())

  /// - Parameters:
  ///   - time: of all its entries.
  ///   - entries: asked for once, when the folder is listed.
  package init(time: Timestamp, entries: @escaping @Sendable () throws(SourceError) -> [Entry]) {
    self.time = time
    make = entries
  }

  package func open() throws(SourceError) -> any OpenDirectory { self }

  package func list() throws(SourceError) -> Listing {
    let made = try make()
    var listing = Listing()
    listing.reserve(entries: made.count)
    for entry in made {
      switch entry.content {
      case .folder: listing.append(made: entry.name, attributes: attributes(.directory, 0o700))
      case .file(let parts, _):
        listing.append(made: entry.name, attributes: attributes(.file, 0o600, size: entry.size), parts: parts)
      case .lastFile: listing.append(made: entry.name, attributes: attributes(.file, 0o600), isLast: true)
      }
    }
    entries.withLock { $0 = made }
    return listing
  }

  private func attributes(_ kind: EntryKind, _ permissions: UInt16, size: Int64 = 0) -> EntryAttributes {
    EntryAttributes(
      kind: kind, permissions: permissions, userID: effectiveUserID, groupID: processGroupID, size: size,
      modified: time, links: kind == .file ? 1 : 0)
  }

  package func details(of index: Int, in listing: Listing) throws(SourceError) -> EntryDetails { EntryDetails() }

  package func read(_ index: Int, part: Int, in listing: Listing) throws(SourceError) -> any ByteReader {
    switch entries.withLock({ $0[index].content }) {
    case .file(_, let read): return try read(part)
    case .lastFile(let read): return try read()
    case .folder: preconditionFailure("a directory is not read")
    }
  }

  package func directory(_ index: Int, in listing: Listing) -> any UnopenedDirectory {
    guard case .folder(let folder) = entries.withLock({ $0[index].content }) else {
      preconditionFailure("a file is not opened as a directory")
    }
    return folder
  }
}

/// Bytes that are at hand.
package final class TextReader: ByteReader {
  private let bytes: [UInt8]
  private var position = 0

  package init(_ bytes: [UInt8]) { self.bytes = bytes }
  package convenience init(_ text: String) { self.init(Array(text.utf8)) }

  package var attributes: EntryAttributes? { nil }

  package func read(into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int {
    let bytes = bytes
    let count = min(buffer.count, bytes.count - position)
    copy(bytes.span.extracting(position..<(position + count)), into: &buffer)
    position += count
    return count
  }

  package func isUnchanged() throws(SourceError) -> Bool { true }
}
