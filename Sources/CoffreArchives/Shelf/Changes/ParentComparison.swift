import CoffreCore

/// The parent point's entries beside those that are found now, both in the order of manifests: what is not found again is
/// gone.
final class ParentComparison {
  let point: ShelfPoint
  private let inOrder: ShelfManifestReader
  private let anywhere: ShelfManifestReader
  private let index: InodeIndex
  private let forget: (PathBytes) throws -> Void
  private var next: ShelfEntry?
  /// This point's needs, as they are met.
  private(set) var needs: [ShelfManifest.Need] = []
  private var placeOfNeed: [PathBytes: Int] = [:]

  /// - Parameter forget: told each entry that is gone.
  init(
    _ point: ShelfPoint, on shelf: ShelfFolder, _ cancellation: Cancellation,
    forget: @escaping (PathBytes) throws -> Void
  ) throws {
    func reader() throws -> ShelfManifestReader {
      try ShelfManifestReader(try shelf.manifest(at: point.place))
    }
    self.point = point
    self.forget = forget
    index = try InodeIndex(try reader(), cancellation)
    anywhere = try reader()
    inOrder = try reader()
    next = try inOrder.nextEntry()
  }

  /// The parent's entry of a path, of the same shape.
  ///
  /// - Precondition: asked in the order of manifests.
  func former(of path: PathBytes, isDirectory: Bool) throws -> ShelfEntry? {
    while let entry = next {
      let order = ShelfEntryOrder.compare(
        entry.path, isDirectory: entry.attributes.kind == .directory, path, isDirectory: isDirectory)
      guard order <= 0 else { return nil }
      next = try inOrder.nextEntry()
      if order == 0 { return entry }
      try forget(entry.path)
    }
    return nil
  }

  /// The rest of the parent's entries are gone.
  func finish() throws {
    while let entry = next {
      try forget(entry.path)
      next = try inOrder.nextEntry()
    }
  }

  /// Entries of the parent that may be what now has this inode; the first that fits.
  func entry(ofInode inode: UInt64, size: Int64) throws -> ShelfEntry? {
    for offset in index.offsets(of: inode) {
      let entry = try anywhere.entry(at: offset)
      if entry.attributes.size == size { return entry }
    }
    return nil
  }

  /// The content of an entry, also of one that was a further name of a file; whose it is the manifest says by its path.
  /// The inode only finds it: another file system below the source may have the same number.
  func content(of entry: ShelfEntry) throws -> (content: ShelfEntry.Content, owner: PathBytes)? {
    if let content = entry.content { return (content, entry.path) }
    guard let first = entry.hardLinkOf else { return nil }
    for offset in index.offsets(of: entry.attributes.inode) {
      let other = try anywhere.entry(at: offset)
      guard other.path == first, other.attributes.size == entry.attributes.size else { continue }
      return other.content.map { ($0, other.path) }
    }
    return nil
  }

  /// The same content, as this point names its place.
  ///
  /// - Parameters:
  ///   - owner: the path of the parent's entry that has it.
  ///   - path: of the entry that takes it over.
  func takenOver(_ content: ShelfEntry.Content, of owner: PathBytes, by path: PathBytes) -> ShelfEntry.Content {
    let need =
      content.need.map { point.manifest.needs[$0] }
      ?? ShelfManifest.Need(point.place, files: point.manifest.archive.files)
    let name = content.name ?? owner
    let place: Int
    if let known = placeOfNeed[need.point] {
      place = known
    } else {
      place = needs.count
      placeOfNeed[need.point] = place
      needs.append(need)
    }
    return ShelfEntry.Content(sha256: content.sha256, need: place, name: name == path ? nil : name)
  }
}
