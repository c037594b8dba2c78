import CoffreCore
import CoffreSystem

/// Which index files are replaced, and what stands in the new ones instead: decided first, performed afterwards.
struct IndexChange: Sendable {
  let inventory: IndexInventory
  /// Numbers of files that can be read and are to be replaced; what they say of other packs is taken over.
  var replacedFiles: Set<Int> = []
  /// These packs are in no index afterwards.
  var droppedPacks: Set<PackID> = []
  /// Packs whose blobs are known from the packs themselves; what index files say of them no longer counts.
  var adoptedPacks: [PackID: [IndexedBlob]] = [:]
  /// Packs that index files contradict each other about and nobody can tell who is right: every mention stays.
  var doubtfulPacks: Set<PackID> = []

  init(_ inventory: IndexInventory) { self.inventory = inventory }

  /// Nothing to do.
  var isEmpty: Bool { replacedFiles.isEmpty && adoptedPacks.isEmpty && inventory.unreadable.isEmpty }

  /// All files that go, unreadable ones too.
  var removedFiles: [ListedObject] {
    replacedFiles.sorted().map { inventory.files[$0] } + inventory.unreadable.map(\.file)
  }

  /// Takes a pack out of the index.
  mutating func drop(_ pack: PackID) {
    droppedPacks.insert(pack)
    for listing in inventory.listings[pack] ?? [] { replacedFiles.insert(listing.file) }
  }

  /// Lists a pack anew.
  mutating func adopt(_ pack: PackID, _ blobs: [IndexedBlob]) {
    adoptedPacks[pack] = blobs
    for listing in inventory.listings[pack] ?? [] { replacedFiles.insert(listing.file) }
  }

  /// A pack that several files list alike: the first mention is enough.
  mutating func tidy(_ pack: PackID) {
    for listing in (inventory.listings[pack] ?? []).dropFirst() { replacedFiles.insert(listing.file) }
  }

  /// Of the mentions in one file, those that stay.
  func kept(_ packs: [ListedPack], ofFile number: Int) -> [ListedPack] {
    var seen: Set<PackID> = []
    return packs.filter { pack in
      if doubtfulPacks.contains(pack.id) { return true }
      guard !droppedPacks.contains(pack.id), adoptedPacks[pack.id] == nil else { return false }
      return inventory.listings[pack.id]?.first?.file == number && seen.insert(pack.id).inserted
    }
  }
}

extension IndexChange {
  /// The index as it will be, and the blobs of dropped packs that it has nowhere else.
  func plannedIndex(in repository: Repository, cancellation: Cancellation) throws -> (
    index: BlobIndex, lostBlobs: Int
  ) {
    let codec = repository.makeCodec()
    var builder = BlobIndexBuilder()
    var dropped: Set<IndexedBlob.Name> = []
    let unreadable = Set(inventory.unreadable.map(\.file.id))
    for (number, file) in inventory.files.enumerated() where !unreadable.contains(file.id) {
      try cancellation.check()
      let packs = try repository.listedPacks(in: file, with: codec).packs
      for pack in replacedFiles.contains(number) ? kept(packs, ofFile: number) : packs {
        builder.add(pack: pack.id, blobs: pack.blobs)
      }
      guard replacedFiles.contains(number) else { continue }
      for pack in packs where droppedPacks.contains(pack.id) || adoptedPacks[pack.id] != nil {
        for blob in pack.blobs { dropped.insert(blob.name) }
      }
    }
    for (pack, blobs) in adoptedPacks.sorted(by: { $0.key < $1.key }) { builder.add(pack: pack, blobs: blobs) }
    let index = builder.build()
    return (index, dropped.count { !index.contains($0.id, $0.kind) })
  }

  /// Saves the new index files, then removes the old ones: at no moment is a pack in none.
  ///
  /// - Parameter confirm: asks whether the lock still holds, before anything is removed.
  /// - Returns: the new files.
  func perform(in repository: Repository, confirm: () throws -> Void, cancellation: Cancellation) throws -> [IndexID] {
    let codec = repository.makeCodec()
    var series = IndexFileSeries(in: repository, with: codec)
    for number in replacedFiles.sorted() {
      try cancellation.check()
      let packs = try repository.listedPacks(in: inventory.files[number], with: codec).packs
      for pack in kept(packs, ofFile: number) { try series.add(pack.id, pack.blobs) }
    }
    for (pack, blobs) in adoptedPacks.sorted(by: { $0.key < $1.key }) { try series.add(pack, blobs) }
    return try series.finish(replacing: removedFiles.map(\.id), confirm: confirm)
  }
}

extension IndexedBlob {
  /// What a blob is asked for by.
  struct Name: Hashable {
    let id: BlobID
    let kind: BlobKind
  }

  var name: Name { Name(id: id, kind: kind) }
}
