package import CoffreCore

/// By which the kernel names an entry while it is mounted; the top has `topNode`.
package typealias NodeNumber = UInt64

/// The number of the top folder.
package let topNode: NodeNumber = 1

/// A tree of files that can only be read. Called by several threads at once, each of which may block.
///
/// `lookUp` and `OpenFolder.keep` mention an entry to the kernel; its number holds until `forget` has taken back as many
/// mentions. Until then the same name has the same number as long as it means the same.
package protocol ReadOnlyFileSystem: Sendable {
  /// Mentions the entry, unless it fails.
  func lookUp(_ name: PathBytes, in folder: NodeNumber) throws(FileSystemFailure) -> NumberedEntry
  func forget(_ node: NodeNumber, mentions: UInt64)
  func look(at node: NodeNumber) throws(FileSystemFailure) -> NumberedEntry
  /// Link target and extended attributes.
  func details(of node: NodeNumber) throws(FileSystemFailure) -> EntryDetails
  func openFolder(_ node: NodeNumber) throws(FileSystemFailure) -> any OpenFolder
  func openFile(_ node: NodeNumber) throws(FileSystemFailure) -> any OpenFile
}

/// One entry as the kernel wants it.
package struct NumberedEntry: Sendable, Hashable {
  package let node: NodeNumber
  /// The inode number in them is the one that programs see; it need not be `node`.
  package let attributes: EntryAttributes
  /// For how long the kernel need not ask again, neither for the name nor for the attributes.
  package let validity: Duration

  package init(node: NodeNumber, attributes: EntryAttributes, validity: Duration) {
    self.node = node
    self.attributes = attributes
    self.validity = validity
  }
}

/// A folder while somebody lists it: what is in it stays the same until then. Released when it is closed.
package protocol OpenFolder: Sendable {
  /// Without `.` and `..`.
  var count: Int { get }
  /// Inode numbers as programs see them.
  var inode: UInt64 { get }
  var parentInode: UInt64 { get }
  /// - Parameter position: in `0..<count`.
  func entry(at position: Int) -> (name: PathBytes, found: NumberedEntry)
  /// Mentions an entry, as `lookUp` does.
  func keep(_ position: Int)
}

/// A file while somebody has it open.
package protocol OpenFile: Sendable {
  /// Fills `buffer` from the front with what lies at `offset`.
  ///
  /// - Returns: how many bytes; fewer than asked for at the end of the file only.
  func read(at offset: Int64, into buffer: inout MutableSpan<UInt8>) throws(FileSystemFailure) -> Int
}

/// What a file system answers instead.
package enum FileSystemFailure: Error, Sendable, Hashable {
  case notFound, notAFolder, isAFolder, notALink
  /// It is there, and cannot be read.
  case damaged
  /// The kernel asks for a number that it has forgotten.
  case stale
  /// More entries than can be numbered.
  case tooMany
}
