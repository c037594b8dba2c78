import CoffreCore
import CoffreSystem

/// One mention of a pack in an index file.
struct PackListing: Sendable, Hashable {
  /// Number of the index file in the inventory.
  let file: Int
  /// Of the pack, by its entries.
  let size: Int64
  /// The same for the same blobs, whatever their order; means something in this process only.
  let fingerprint: Int
}

/// A pack with its blobs, as an index lists it.
struct ListedPack: Sendable {
  let id: PackID
  let blobs: [IndexedBlob]

  var listedSize: Int64 {
    blobs.reduce(Int64(PackHeader.overhead)) { $0 + Int64($1.length) + Int64($1.headerSize) }
  }

  var fingerprint: Int { blobs.reduce(blobs.count) { $0 &+ $1.hashValue } }
}

/// Which index file mentions which packs, and which files cannot be read: what a repair of the index starts from.
///
/// Blobs are not kept: files that are to be replaced are read again.
struct IndexInventory: Sendable {
  var files: [ListedObject] = []
  /// By pack, in the order of the files.
  var listings: [PackID: [PackListing]] = [:]
  /// With what is wrong with them.
  var unreadable: [(file: ListedObject, problem: Message)] = []
  /// What rustic has marked for deletion.
  var markedPacks: Set<PackID> = []

  init() {}
}

extension Repository {
  /// Reads all index files. One that is damaged is noted; where the store itself fails, the inventory fails.
  func takeIndexInventory(cancellation: Cancellation) throws -> IndexInventory {
    let codec = makeCodec()
    var inventory = IndexInventory()
    inventory.files = try store.listObjects(.index).sorted { $0.id < $1.id }
    for (number, file) in inventory.files.enumerated() {
      try cancellation.check()
      do {
        let (packs, marked) = try listedPacks(in: file, with: codec)
        inventory.markedPacks.formUnion(marked)
        for pack in packs {
          inventory.listings[pack.id, default: []].append(
            PackListing(file: number, size: pack.listedSize, fingerprint: pack.fingerprint))
        }
      } catch let error as RepositoryError {
        inventory.unreadable.append((file, error.finding.problem))
      } catch let error as StoreError where error.reason == .failed || error.reason == .truncated {
        inventory.unreadable.append((file, error.cause))
      }
    }
    return inventory
  }

  /// What one index file says.
  func listedPacks(in file: ListedObject, with codec: BlobCodec) throws -> (packs: [ListedPack], marked: [PackID]) {
    let json = try loadUnpacked(.index, file, with: codec)
    var starts: [(id: PackID, start: Int)] = []
    var blobs: [IndexedBlob] = []
    do throws(MalformedIndex) {
      let facts = try IndexFile.decode(
        json, repositoryVersion: config.version,
        beginPack: { starts.append(($0, blobs.count)) }, blob: { _, blob in blobs.append(blob) })
      let packs = starts.enumerated().map { number, pack in
        let end = number + 1 < starts.count ? starts[number + 1].start : blobs.count
        return ListedPack(id: pack.id, blobs: Array(blobs[pack.start..<end]))
      }
      return (packs, facts.packsToDelete)
    } catch {
      throw RepositoryError.damaged(object: ObjectKind.index.storeKey(of: file.id).path, problem: error.text)
    }
  }
}
