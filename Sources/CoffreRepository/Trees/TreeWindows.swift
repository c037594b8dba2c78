/// Parts of packs around the trees that were read last: those of one snapshot lie side by side, in nearly the order in
/// which they are wanted, and a read for each would cost more than its bytes.
///
/// Trees are read before the ones below them and stored after: some windows are kept, as a walk goes back and forth.
struct TreeWindows {
  private struct Window {
    let pack: Int
    let start: Int
    let bytes: [UInt8]

    func holds(_ pack: Int, _ range: Range<Int>) -> Bool {
      self.pack == pack && start <= range.lowerBound && range.upperBound <= start + bytes.count
    }
  }

  /// Windows begin and end at the trees nearest to multiples of this, in bytes.
  private static let size = 256 << 10
  private static let limit = 3
  /// Newest last.
  private var windows: [Window] = []
  private var last: (pack: Int, offset: Int)?

  /// A tree, still sealed.
  ///
  /// Only a tree near the last one is worth its neighbours.
  /// - Parameter load: reads a range of the pack of an entry.
  mutating func sealed(
    _ entry: Int, in index: BlobIndex, _ load: (Range<Int>) throws -> [UInt8]
  ) throws -> ArraySlice<UInt8> {
    let pack = index.packNumber(ofEntry: entry)
    let location = index.location(ofEntry: entry)
    let offset = Int(location.offset)
    let range = offset..<(offset + Int(location.length))
    let isNear = last.map { $0.pack == pack && abs($0.offset - offset) < Self.size } ?? false
    last = (pack, offset)
    if let found = windows.lastIndex(where: { $0.holds(pack, range) }) {
      if found != windows.count - 1 { windows.append(windows.remove(at: found)) }
    } else {
      let wanted = isNear ? index.neighbours(ofEntry: entry, blockSize: Self.size) : range
      // What cannot be read around it must not keep it away.
      guard wanted != range, let bytes = try? load(wanted) else { return try load(range)[...] }
      if windows.count == Self.limit { windows.removeFirst() }
      windows.append(Window(pack: pack, start: wanted.lowerBound, bytes: bytes))
    }
    let window = windows[windows.count - 1]
    return window.bytes[(range.lowerBound - window.start)..<(range.upperBound - window.start)]
  }

  mutating func forget() {
    windows = []
    last = nil
  }
}

extension BlobIndex {
  /// The bytes of the pack of an entry from the first to the last entry that begins in the same block as this one.
  func neighbours(ofEntry number: Int, blockSize: Int) -> Range<Int> {
    let pack = packNumber(ofEntry: number)
    let entries = packs[pack].entries
    let offset = Int(columns.offset(number, inPack: pack))
    var range = offset..<(offset + Int(columns.lengths[number]))
    guard columns.isGapless(pack), range.count < blockSize else { return range }
    let block = (offset / blockSize * blockSize)..<((offset / blockSize + 1) * blockSize)
    var first = number
    while first > entries.lowerBound, range.lowerBound - Int(columns.lengths[first - 1]) >= block.lowerBound {
      first -= 1
      range = (range.lowerBound - Int(columns.lengths[first]))..<range.upperBound
    }
    var next = number + 1
    while next < entries.upperBound, range.upperBound < block.upperBound, columns.lengths[next] < blockSize {
      range = range.lowerBound..<(range.upperBound + Int(columns.lengths[next]))
      next += 1
    }
    return range
  }
}
