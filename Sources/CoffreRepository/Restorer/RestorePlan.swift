import CoffreCore

/// Which blob of which file comes from where: the files of a restore turned round, so that each pack is read once.
struct RestorePlan: Sendable {
  struct Place: Sendable {
    let file: Int
    let offset: Int64
    /// There is nothing else in the file.
    let isWhole: Bool
  }

  struct Piece: Sendable {
    let id: BlobID
    let location: BlobLocation
    let first: Place
    var others: [Place] = []
  }

  /// In the order in which the packs are first needed.
  private(set) var packs: [(id: PackID, pieces: [Piece])] = []
  /// How many places of a file of several are still to be written.
  private(set) var remaining: [Int: Int] = [:]
  private var packNumbers: [PackID: Int] = [:]
  private var pieceNumbers: [BlobID: (pack: Int, piece: Int)] = [:]

  /// - Throws: `.missingBlob` if no index knows one of the blobs; the file then takes no part in the plan.
  mutating func add(file: Int, content: [BlobID], index: BlobIndex, path: PathBytes) throws(RepositoryError) {
    var locations: [BlobLocation] = []
    locations.reserveCapacity(content.count)
    for id in content {
      guard let location = index.location(of: id, .data) else {
        throw .missingBlob(id: id, neededBy: "file '\(displayed(path))'")
      }
      locations.append(location)
    }
    var offset: Int64 = 0
    for (id, location) in zip(content, locations) {
      let place = Place(file: file, offset: offset, isWhole: content.count == 1)
      offset = offset.adding(saturating: Int64(location.plainLength))
      if let known = pieceNumbers[id] {
        packs[known.pack].pieces[known.piece].others.append(place)
        continue
      }
      let pack: Int
      if let known = packNumbers[location.pack] {
        pack = known
      } else {
        pack = packs.count
        packNumbers[location.pack] = pack
        packs.append((location.pack, []))
      }
      pieceNumbers[id] = (pack, packs[pack].pieces.count)
      packs[pack].pieces.append(Piece(id: id, location: location, first: place))
    }
    if content.count > 1 { remaining[file] = content.count }
  }
}

extension RestorePlan {
  /// Lets go of what only `add` needs.
  mutating func close() {
    packNumbers = [:]
    pieceNumbers = [:]
  }
}

extension RestorePlan.Piece {
  func forEachPlace(_ body: (RestorePlan.Place) throws -> Void) rethrows {
    try body(first)
    for place in others { try body(place) }
  }
}

/// One read: neighbouring pieces of a pack, with small gaps between them.
struct PieceRun: Sendable {
  private(set) var pieces: [RestorePlan.Piece] = []
  private(set) var range: Range<Int64> = 0..<0

  static func runs(of pieces: [RestorePlan.Piece], _ limits: RunLimits) -> [PieceRun] {
    var runs: [PieceRun] = []
    for piece in pieces.sorted(by: { $0.location.offset < $1.location.offset }) {
      let start = Int64(piece.location.offset)
      let end = start + Int64(piece.location.length)
      if var last = runs.popLast() {
        if limits.allow(last.range, toReach: start..<end) {
          last.pieces.append(piece)
          last.range = last.range.lowerBound..<max(end, last.range.upperBound)
          runs.append(last)
          continue
        }
        runs.append(last)
      }
      var run = PieceRun()
      run.pieces = [piece]
      run.range = start..<end
      runs.append(run)
    }
    return runs
  }
}
