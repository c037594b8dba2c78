import CoffreCore

/// The files of a restore, in the order in which they were met, and what they consist of.
///
/// There may be millions: a file takes 40 bytes here and 36 for each blob of its content, and shares its name with whoever
/// else has it.
struct FileList: Sendable {
  struct File: Sendable {
    /// Of the entry, as the session knows it.
    var number: Int { Int(entry) }
    /// In bytes, by its content.
    let size: Int64
    let placement: Placement
    fileprivate let name: [UInt8]
    fileprivate let contentStart: Int
    fileprivate let entry: UInt32
    /// A number of `DirectoryNames`; -1 for where the restore begins.
    fileprivate let directory: Int32
  }

  /// A blob of a file's content.
  struct Piece: Sendable {
    let id: BlobID
    /// Of the blob in the index; `nil` if that does not know it.
    let indexEntry: Int?
  }

  /// As complete as the list.
  var directories = DirectoryNames()
  private var files: [File] = []
  private var ids: [BlobID] = []
  private var indexEntries: [UInt32] = []
  private static let unknown = UInt32.max

  mutating func append(
    _ name: [UInt8], in directory: Int?, number: Int, size: Int64, _ placement: Placement, content: [BlobID],
    in index: BlobIndex
  ) {
    files.append(
      File(
        size: size, placement: placement, name: name, contentStart: ids.count, entry: UInt32(number),
        directory: Int32(directory ?? -1)))
    ids += content
    for id in content { indexEntries.append(index.entryNumber(of: id, .data).map(UInt32.init) ?? Self.unknown) }
  }

  var indices: Range<Int> { files.indices }

  subscript(_ file: Int) -> File { files[file] }

  /// The places of a file's blobs in the content of all.
  func content(of file: Int) -> Range<Int> {
    files[file].contentStart..<(file + 1 < files.count ? files[file + 1].contentStart : ids.count)
  }

  func piece(_ place: Int) -> Piece {
    let entry = indexEntries[place]
    return Piece(id: ids[place], indexEntry: entry == Self.unknown ? nil : Int(entry))
  }

  /// From where the restore begins.
  func path(of file: Int) -> PathBytes {
    let directory = files[file].directory
    return joined(directories.path(of: directory < 0 ? nil : Int(directory)), files[file].name)
  }
}
