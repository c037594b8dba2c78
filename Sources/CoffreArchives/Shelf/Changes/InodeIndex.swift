import CoffreCore

/// Where the entries of a parent's manifest stand whose content can be taken over, by their inodes: 16 bytes each.
struct InodeIndex {
  private struct Place {
    let inode: UInt64
    let offset: Int64
  }

  private var places: [Place] = []

  /// Reads all entries.
  init(_ reader: ShelfManifestReader, _ cancellation: Cancellation) throws {
    while let entry = try reader.nextEntry() {
      if places.count & 0xFFF == 0 { try cancellation.check() }
      guard entry.content != nil, entry.attributes.inode != 0 else { continue }
      places.append(Place(inode: entry.attributes.inode, offset: reader.entryOffset))
    }
    places.sort { ($0.inode, $0.offset) < ($1.inode, $1.offset) }
  }

  /// In the order of the manifest.
  func offsets(of inode: UInt64) -> [Int64] {
    guard inode != 0 else { return [] }
    var (low, high) = (0, places.count)
    while low < high {
      let middle = (low + high) / 2
      if places[middle].inode < inode { low = middle + 1 } else { high = middle }
    }
    return places[low...].prefix { $0.inode == inode }.map(\.offset)
  }
}
