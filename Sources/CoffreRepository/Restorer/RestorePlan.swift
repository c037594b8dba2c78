import CoffreCore

/// Which blob of which file comes from where: the files of a restore turned round, so that each pack is read once.
struct RestorePlan: Sendable {
  /// Where a blob goes. Kept for every blob of every file, and therefore small.
  struct Place: Sendable {
    /// In the file, in bytes.
    let offset: Int64
    fileprivate let shortIndexEntry: UInt32
    fileprivate let shortFile: UInt32
    fileprivate let shortPiece: UInt32

    /// Of the blob, in the index.
    var indexEntry: Int { Int(shortIndexEntry) }
    /// Its place in the list of files.
    var file: Int { Int(shortFile) }
    /// In the content of all files.
    var piece: Int { Int(shortPiece) }
  }

  /// In the order in which the packs are first needed; by the packs' numbers in the index.
  private(set) var packs: [(number: Int, places: [Place])] = []
  /// How many places of a file of several are still to be written.
  private(set) var remaining: [Int: Int] = [:]
  private var packPlaces: [Int: Int] = [:]

  /// - Throws: `.missingBlob` if no index knows one of the blobs; the file then takes no part in the plan.
  mutating func add(_ file: Int, of files: FileList, index: BlobIndex) throws(RepositoryError) {
    let content = files.content(of: file)
    for piece in content where files.piece(piece).indexEntry == nil {
      throw .missingBlob(id: files.piece(piece).id, neededBy: "file '\(displayed(files.path(of: file)))'")
    }
    var offset: Int64 = 0
    for piece in content {
      guard let entry = files.piece(piece).indexEntry else { continue }
      let number = index.packNumber(ofEntry: entry)
      let pack = packPlaces[number] ?? packs.count
      if pack == packs.count {
        packPlaces[number] = pack
        packs.append((number, []))
      }
      packs[pack].places.append(
        Place(
          offset: offset, shortIndexEntry: UInt32(entry), shortFile: UInt32(file), shortPiece: UInt32(piece)))
      offset = offset.adding(saturating: Int64(index.plainLength(ofEntry: entry)))
    }
    if content.count > 1 { remaining[file] = content.count }
  }
}

/// One read: neighbouring blobs of a pack, with small gaps between them.
struct PieceRun: Sendable {
  /// By the blobs' offsets: places of the same blob stand side by side.
  private(set) var places: ArraySlice<RestorePlan.Place>
  private(set) var range: Range<Int64>

  /// - Parameter places: of one pack.
  static func runs(of places: [RestorePlan.Place], in index: BlobIndex, _ limits: RunLimits) -> [PieceRun] {
    // The entries of a pack are numbered by offset.
    let sorted = places.sorted { $0.indexEntry < $1.indexEntry }
    var runs: [PieceRun] = []
    for (number, place) in sorted.enumerated() {
      if number > 0, sorted[number - 1].indexEntry == place.indexEntry {
        runs[runs.count - 1].add(number, of: sorted)
        continue
      }
      let location = index.location(ofEntry: place.indexEntry)
      let blob = Int64(location.offset)..<(Int64(location.offset) + Int64(location.length))
      if let last = runs.last, limits.allow(last.range, toReach: blob) {
        runs[runs.count - 1].add(number, of: sorted)
        runs[runs.count - 1].range = last.range.lowerBound..<max(blob.upperBound, last.range.upperBound)
      } else {
        runs.append(PieceRun(places: sorted[number...number], range: blob))
      }
    }
    return runs
  }

  private mutating func add(_ number: Int, of sorted: [RestorePlan.Place]) {
    places = sorted[places.startIndex...number]
  }

  /// Calls `body` for each blob, with all places it goes to.
  func forEachBlob(_ body: (ArraySlice<RestorePlan.Place>) throws -> Void) rethrows {
    var rest = places
    while let first = rest.first {
      let same = rest.prefix { $0.indexEntry == first.indexEntry }
      try body(same)
      rest = rest[same.endIndex...]
    }
  }
}
