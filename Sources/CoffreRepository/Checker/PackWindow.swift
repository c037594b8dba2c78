import CoffreCore

/// A part of a pack that is read at once, with the blobs in it: whole packs would cost more memory than they are worth.
struct PackWindow {
  let range: Range<Int64>
  /// Numbers of index entries, by offset.
  let entries: [Int]

  /// - Parameters:
  ///   - number: of a pack of the index.
  ///   - size: about how large a part may be; one for the whole pack if the blobs do not stand one behind the other.
  static func windows(of number: Int, in index: BlobIndex, size: Int64) -> [PackWindow] {
    let end = index.packSize(number)
    let entries = index.packs[number].entries.sorted {
      index.location(ofEntry: $0).offset < index.location(ofEntry: $1).offset
    }
    var windows: [PackWindow] = []
    var open: [Int] = []
    var start: Int64 = 0
    var position: Int64 = 0
    for entry in entries {
      let location = index.location(ofEntry: entry)
      guard Int64(location.offset) == position, position + Int64(location.length) <= end else {
        return [PackWindow(range: 0..<end, entries: entries)]
      }
      if !open.isEmpty, position + Int64(location.length) - start > size {
        windows.append(PackWindow(range: start..<position, entries: open))
        open = []
        start = position
      }
      open.append(entry)
      position += Int64(location.length)
    }
    // The header too.
    windows.append(PackWindow(range: start..<end, entries: open))
    return windows
  }
}
