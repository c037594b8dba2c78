/// One directory's entries: names in one arena, attributes in flat records.
package struct Listing: Sendable {
  private var names: [UInt8] = []
  package private(set) var entries: [ListedEntry] = []
  /// What was seen and is not stored, such as sockets, or could not be looked at.
  package var notes: [ListingNote] = []
  /// Whether a file was seen that servers of databases have in their folders.
  package var hasDatabaseMark = false

  package init() {}

  package mutating func reserve(entries count: Int) {
    entries.reserveCapacity(count)
    names.reserveCapacity(count * 16)
  }

  package mutating func append(
    name: Span<UInt8>, attributes: EntryAttributes, isComparable: Bool = true, parts: Int = 1
  ) {
    append(name, attributes, isComparable: isComparable, parts: parts, making: .found)
  }

  package mutating func append(name: [UInt8], attributes: EntryAttributes, isComparable: Bool = true, parts: Int = 1) {
    append(name: name.span, attributes: attributes, isComparable: isComparable, parts: parts)
  }

  /// An entry that the source makes for the backup.
  ///
  /// - Parameter isLast: of a file: it is read when everything else of its directory is stored, as it tells of it; several
  ///   in their order here. One that says `vanished` then is left out without a word: there is nothing to tell.
  package mutating func append(made name: [UInt8], attributes: EntryAttributes, parts: Int = 1, isLast: Bool = false) {
    append(name.span, attributes, isComparable: false, parts: parts, making: isLast ? .madeLast : .made)
  }

  private mutating func append(
    _ name: Span<UInt8>, _ attributes: EntryAttributes, isComparable: Bool, parts: Int, making: ListedEntry.Making
  ) {
    let start = names.count
    for index in name.indices { names.append(name[index]) }
    entries.append(
      ListedEntry(
        nameStart: UInt32(start), nameLength: UInt32(name.count), attributes: attributes, isComparable: isComparable,
        parts: UInt32(parts), making: making))
  }

  package var count: Int { entries.count }

  package func name(of index: Int) -> [UInt8] {
    let entry = entries[index]
    return Array(names[Int(entry.nameStart)..<Int(entry.nameStart + entry.nameLength)])
  }

  /// Positions in `entries`, ordered by the raw bytes of the names.
  package func sortedByName() -> [Int] {
    let names = names.span
    return Array(entries.indices).sorted { left, right in
      compare(entries[left], entries[right], names) < 0
    }
  }

  /// Negative if the entry's name sorts before `other`, 0 if it is the same.
  package func compareName(of index: Int, with other: [UInt8]) -> Int {
    let entry = entries[index]
    let start = Int(entry.nameStart)
    let length = Int(entry.nameLength)
    let common = min(length, other.count)
    for offset in 0..<common where names[start + offset] != other[offset] {
      return names[start + offset] < other[offset] ? -1 : 1
    }
    return length - other.count
  }

  private func compare(_ left: ListedEntry, _ right: ListedEntry, _ names: Span<UInt8>) -> Int {
    let leftStart = Int(left.nameStart)
    let rightStart = Int(right.nameStart)
    let common = Int(min(left.nameLength, right.nameLength))
    for offset in 0..<common where names[leftStart &+ offset] != names[rightStart &+ offset] {
      return names[leftStart &+ offset] < names[rightStart &+ offset] ? -1 : 1
    }
    return Int(left.nameLength) - Int(right.nameLength)
  }
}

package struct ListedEntry: Sendable {
  /// Where its bytes come from.
  package enum Making: UInt8, Sendable, Hashable {
    case found
    /// By the source, for the backup: its time is that of its content, and stays where the content does.
    case made
    /// The same, after everything else of its directory.
    case madeLast
  }

  fileprivate let nameStart: UInt32
  fileprivate let nameLength: UInt32
  package let attributes: EntryAttributes
  /// Whether equal attributes prove equal content, so that the parent snapshot's content may be taken over.
  package let isComparable: Bool
  package let parts: UInt32
  package let making: Making

  fileprivate init(
    nameStart: UInt32, nameLength: UInt32, attributes: EntryAttributes, isComparable: Bool, parts: UInt32,
    making: Making
  ) {
    self.nameStart = nameStart
    self.nameLength = nameLength
    self.attributes = attributes
    self.isComparable = isComparable
    self.parts = parts
    self.making = making
  }
}

/// One entry that a listing could not take, or left out for a reason that people should know.
package struct ListingNote: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    /// A socket: counted and named, never stored.
    case socket
    /// A file system of the kernel's own, not entered.
    case kernelFileSystem
    /// The repository, cache or temporary folder in use.
    case ownFolder
    /// Has the name of a marker that leaves its folder out, but is none.
    case unlikeMarker(Message)
    /// A pattern for sources that matches nothing.
    case noMatch
    /// Its attributes could not be read.
    case unreadable(SourceError)
  }

  package let kind: Kind
  package let path: PathBytes

  package init(_ kind: Kind, path: PathBytes) {
    self.kind = kind
    self.path = path
  }
}
