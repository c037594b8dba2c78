import CoffreCore

/// What one pack holds, by what it is needed for.
struct PackContent: Sendable, Hashable {
  /// Each needed blob counts in one pack only.
  var used = PruneFigures.Blobs()
  /// Copies that another pack stands for are among them.
  var unused = PruneFigures.Blobs()
  /// How many of the unused ones are such copies.
  var duplicates = 0
  /// The pack's header, in bytes: needed as long as the pack is.
  var headerSize: Int64 = 0
  /// Whether a blob is stored without compression.
  var isPlain = false

  /// Of the whole pack.
  var bytes: Int64 { headerSize + used.bytes + unused.bytes }
}

/// Chooses, for each blob that is needed, the one copy that counts as used.
///
/// As restic: in packs that are needed anyhow, then in packs that hold nothing but copies (an interrupted prune wrote
/// them), else the last copy. Packs that are missing or not of their size are not chosen from: if nothing else has a blob
/// that is needed, that is an error.
struct CopyChoice {
  private let situation: PrunePlan.Situation
  private let index: BlobIndex
  private let sizes: [PackID: Int64]
  /// By pack number.
  let isSound: [Bool]
  /// By the first entry of a blob: how many copies there are to choose from; saturated.
  private var copies: [UInt8]
  private(set) var chosen: EntrySet

  init(_ situation: PrunePlan.Situation, _ sizes: [PackID: Int64]) {
    self.situation = situation
    self.sizes = sizes
    index = situation.index
    let index = situation.index
    isSound = index.packs.indices.map { sizes[index.packs[$0].id] == index.packSize($0) }
    copies = Array(repeating: 0, count: index.count)
    chosen = EntrySet(capacity: index.count)
  }

  /// - Returns: what each pack holds, by its number.
  mutating func choose(_ figures: inout PruneFigures) throws(PruneError) -> [PackContent] {
    try countCopies()
    var contents = index.packs.map { _ in PackContent(headerSize: Int64(PackHeader.overhead)) }
    var hasChoice = false
    for entry in 0..<index.count {
      let blob = index.entry(entry)
      let pack = index.packNumber(ofEntry: entry)
      contents[pack].headerSize += Int64(blob.headerSize)
      if blob.uncompressedLength == 0 { contents[pack].isPlain = true }
      let first = index.entryNumber(of: blob.id, blob.kind) ?? entry
      if !situation.used.contains(first) {
        contents[pack].unused.add(blob.length)
        figures.unused.add(blob.length)
      } else if isSound[pack], copies[first] == 1 {
        contents[pack].used.add(blob.length)
        figures.used.add(blob.length)
        chosen.insert(entry)
      } else {
        // For now; one of them will be used.
        hasChoice = hasChoice || copies[first] > 1
        contents[pack].unused.add(blob.length)
        contents[pack].duplicates += 1
        figures.duplicate.add(blob.length)
      }
    }
    if hasChoice { chooseAmongCopies(&contents, &figures) }
    return contents
  }

  /// Counts the copies that can be chosen.
  private mutating func countCopies() throws(PruneError) {
    for entry in 0..<index.count where isSound[index.packNumber(ofEntry: entry)] {
      let first = index.entryNumber(of: index.id(ofEntry: entry), index.kind(ofEntry: entry)) ?? entry
      if situation.used.contains(first), copies[first] < .max { copies[first] += 1 }
    }
    var missing: Set<Int> = []
    var wrong: Int?
    situation.used.forEach { first in
      guard copies[first] == 0 else { return }
      for entry in index.entryNumbers(of: index.id(ofEntry: first), index.kind(ofEntry: first)) {
        let pack = index.packNumber(ofEntry: entry)
        if sizes[index.packs[pack].id] == nil { missing.insert(pack) } else { wrong = wrong ?? pack }
      }
    }
    if let wrong {
      let id = index.packs[wrong].id
      throw .packSizeWrong(id, size: sizes[id] ?? 0, expected: index.packSize(wrong))
    }
    if let first = missing.map({ index.packs[$0].id }).min() { throw .packsMissing(first, count: missing.count) }
  }

  private mutating func chooseAmongCopies(_ contents: inout [PackContent], _ figures: inout PruneFigures) {
    /// Blobs whose copy is chosen.
    var decided = EntrySet(capacity: index.count)
    for entry in 0..<index.count where isSound[index.packNumber(ofEntry: entry)] {
      let blob = index.entry(entry)
      let first = index.entryNumber(of: blob.id, blob.kind) ?? entry
      guard situation.used.contains(first), !chosen.contains(entry), !decided.contains(first) else { continue }
      let pack = index.packNumber(ofEntry: entry)
      let isWelcome = contents[pack].used.count > 0 || contents[pack].duplicates == contents[pack].unused.count
      // A count at its limit says nothing of how many there are: then the first will do.
      guard isWelcome || copies[first] <= 1 || copies[first] == .max else {
        copies[first] -= 1
        continue
      }
      decided.insert(first)
      chosen.insert(entry)
      contents[pack].used.add(blob.length)
      contents[pack].unused.count -= 1
      contents[pack].unused.bytes -= Int64(blob.length)
      contents[pack].duplicates -= 1
      figures.used.add(blob.length)
      figures.duplicate.count -= 1
      figures.duplicate.bytes -= Int64(blob.length)
    }
  }
}
