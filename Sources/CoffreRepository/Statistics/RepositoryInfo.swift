package import CoffreCore

/// How many files of one kind a repository has, and their size in the store.
package struct ObjectCount: Sendable, Hashable {
  package var count = 0
  package var bytes: Int64 = 0
}

/// What a repository is, told without reading its trees or packs.
package struct RepositoryInfo: Sendable {
  package let objects: [ObjectKind: ObjectCount]
  /// Those that can be read, oldest first.
  package let snapshots: [StoredSnapshot]
  package let unreadableSnapshots: [RepositoryError]
  package let locks: [FoundLock]
  /// Entries of the index: a blob that lies in two packs counts twice.
  package let dataBlobs: Int
  package let treeBlobs: Int
  /// All blobs as the index lists them; of trees too.
  package let stored: SnapshotStatistics

  /// In the store, all files together.
  package var bytes: Int64 { objects.values.reduce(0) { $0.adding(saturating: $1.bytes) } }

  package subscript(kind: ObjectKind) -> ObjectCount { objects[kind] ?? ObjectCount() }
}

extension Repository {
  /// Counts what is there.
  package func info(machine: MachineIdentity, cancellation: Cancellation) throws -> RepositoryInfo {
    let (snapshots, unreadable) = try snapshots()
    let index = try loadIndex(cancellation: cancellation).index
    var objects: [ObjectKind: ObjectCount] = [:]
    for kind in ObjectKind.allCases {
      try cancellation.check()
      objects[kind] = try store.listObjects(kind).reduce(into: ObjectCount()) { count, object in
        count.count += 1
        count.bytes = count.bytes.adding(saturating: object.sizeInBytes)
      }
    }
    var stored = SnapshotStatistics()
    for entry in 0..<index.count { stored.add(index.entry(entry)) }
    return RepositoryInfo(
      objects: objects, snapshots: snapshots, unreadableSnapshots: unreadable, locks: try locks(on: machine),
      dataBlobs: index.count(of: .data), treeBlobs: index.count(of: .tree), stored: stored)
  }

  /// All locks, whoever holds them.
  package func locks(on machine: MachineIdentity) throws -> [FoundLock] {
    let codec = makeCodec()
    return try store.listObjects(.lock).filter { $0.sizeInBytes > 0 }.compactMap { object in
      do {
        let file = try LockFile(decoding: loadUnpacked(.lock, object, with: codec))
        return FoundLock(id: object.id, file: file, isStale: file.isStale(on: machine))
      } catch let error as StoreError {
        guard error.reason == .notFound else { throw error }  // released since it was listed
        return nil
      } catch {
        return FoundLock(id: object.id, file: nil, isStale: false)
      }
    }
  }

  /// What of the index no snapshot needs, and how much of it there is beside what is needed; reads all trees.
  ///
  /// - Parameter snapshots: all there are; one that cannot be read must not be left out.
  package func unusedBytes(
    beside snapshots: [StoredSnapshot], threadCount: Int, cancellation: Cancellation
  ) throws -> (unused: Int64, used: Int64) {
    let index = try loadIndex(cancellation: cancellation).index
    var used = EntrySet(capacity: index.count)
    try UsedBlobs.mark(
      snapshots, in: index, of: self, into: &used, threadCount: threadCount, cancellation: cancellation)
    var needed: Int64 = 0
    used.forEach { needed += Int64(index.entry($0).length) }
    let all = (0..<index.count).reduce(Int64(0)) { $0 + Int64(index.entry($1).length) }
    return (all - needed, needed)
  }
}
