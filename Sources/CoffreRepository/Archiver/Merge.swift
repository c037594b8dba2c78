import CoffreCore

/// Walks a listing and the parent snapshot's nodes of the same directory side by side, both in the order of raw names.
struct Merge {
  /// Positions in the listing, ordered by name.
  let order: [Int]
  private let listing: Listing
  private let former: [Node]
  private var position = 0

  init(listing: Listing, former: [Node]) {
    self.listing = listing
    // Restic stores trees sorted; others might not.
    let isSorted = zip(former, former.dropFirst()).allSatisfy { $0.name.lexicographicallyPrecedes($1.name) }
    self.former = isSorted ? former : former.sorted { $0.name.lexicographicallyPrecedes($1.name) }
    order = listing.sortedByName()
  }

  /// The parent's node of that name. Must be asked in the order of `order`.
  mutating func former(of index: Int) -> Node? {
    while position < former.count {
      let order = listing.compareName(of: index, with: former[position].name)
      if order < 0 { return nil }
      position += 1
      if order == 0 { return former[position - 1] }
    }
    return nil
  }
}

/// Gathers files to be read into pieces of work of a fair size: many small ones together, large ones alone.
struct FileBatches {
  private let count: Int
  private let bytes: Int64
  private var batches: [[Int]] = []
  private var parted: [(index: Int, parts: Int)] = []
  private var open: [Int] = []
  private var openBytes: Int64 = 0
  private(set) var fileCount = 0

  init(count: Int, bytes: Int64) {
    self.count = count
    self.bytes = bytes
  }

  mutating func add(_ index: Int, size: Int64, parts: Int) {
    fileCount += 1
    if parts > 1 { return parted.append((index, parts)) }
    open.append(index)
    openBytes = openBytes.adding(saturating: size)
    guard open.count >= count || openBytes >= bytes else { return }
    batches.append(open)
    open = []
    openBytes = 0
  }

  func items(in directory: OpenedDirectory) -> [WorkStack.Item] {
    var items = batches.map { WorkStack.Item.files(directory, $0) }
    if !open.isEmpty { items.append(.files(directory, open)) }
    for (index, parts) in parted {
      let file = PartedFile(directory: directory, index: index, partCount: parts)
      items.append(contentsOf: (0..<parts).map { .part(file, $0) })
    }
    return items
  }
}
