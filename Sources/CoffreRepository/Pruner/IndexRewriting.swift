import CoffreCore
import OpenSSLKit

/// Replaces index files by others that no longer name some packs.
struct IndexRewriting {
  /// Files that name a pack that goes, or one that another file names too; with them, small ones that are joined on this
  /// occasion.
  let replaced: [ListedIndexFile]
  /// Numbers of the packs that the new files name.
  let packs: [Int]

  private static let smallFile = 5_000

  /// - Parameters:
  ///   - joinsSmallFiles: replace small files too, on this occasion.
  ///   - stays: whether the index goes on naming a pack, by its number.
  init(_ loaded: LoadedIndex, joinsSmallFiles: Bool = true, stays: (Int) -> Bool) {
    let index = loaded.index
    let isConcerned = loaded.files.map { file in
      !file.repeatedPacks.isEmpty || file.packs.contains { !stays($0) }
    }
    let unnamed = Self.unnamedPacks(in: loaded).filter(stays)
    guard isConcerned.contains(true) || !unnamed.isEmpty else {
      (replaced, packs) = ([], [])
      return
    }
    replaced = zip(loaded.files, isConcerned).compactMap { file, isConcerned in
      let blobs = file.packs.reduce(0) { $0 + index.packs[$1].entries.count }
      return isConcerned || (joinsSmallFiles && blobs < Self.smallFile && file.packsToDelete.isEmpty) ? file : nil
    }
    packs = replaced.flatMap { $0.packs.filter(stays) } + unnamed
  }

  /// Whether all may stay as it is.
  var isNeedless: Bool { replaced.isEmpty && packs.isEmpty }

  /// Packs that were written and stand in no file so far.
  private static func unnamedPacks(in loaded: LoadedIndex) -> [Int] {
    var isNamed = Array(repeating: false, count: loaded.index.packs.count)
    for file in loaded.files { for number in file.packs { isNamed[number] = true } }
    return isNamed.indices.filter { !isNamed[$0] }
  }

  /// Saves the new files, then removes the old ones.
  ///
  /// - Parameter confirm: asks whether the lock still holds, before anything is removed.
  /// - Returns: the ids of the new files.
  func perform(_ index: BlobIndex, in repository: Repository, confirm: () throws -> Void) throws -> [IndexID] {
    var series = try series(about: index, in: repository, to: .store)
    return try series.finish(replacing: replaced.map(\.id), confirm: confirm)
  }

  /// The new files as they are to be stored, for who must have them before the old ones go. Nothing is saved.
  func sealed(_ index: BlobIndex, for repository: Repository) throws -> [IndexFileSeries.SealedFile] {
    var series = try series(about: index, in: repository, to: .memory)
    _ = try series.finish()
    return series.sealed
  }

  private func series(
    about index: BlobIndex, in repository: Repository, to destination: IndexFileSeries.Destination
  ) throws -> IndexFileSeries {
    let codec = repository.makeCodec()
    let marks = try rusticMarks(in: repository, with: codec)
    var series = IndexFileSeries(in: repository, with: codec, marks: marks, to: destination)
    for number in packs {
      let pack = index.packs[number]
      try series.add(pack.id, pack.entries.lazy.map { index.entry($0) })
    }
    return series
  }

  /// What rustic keeps in the files that go: its list of packs to delete must not get lost, nor its dates.
  private func rusticMarks(in repository: Repository, with codec: BlobCodec) throws -> [[UInt8]] {
    try replaced.filter { !$0.packsToDelete.isEmpty }.compactMap { file in
      let key = ObjectKind.index.storeKey(of: file.id)
      let listed = try repository.store.listObjects(.index).first { $0.id == file.id }
      guard let listed else { throw RepositoryError.damaged(object: key.path, problem: "it is gone") }
      let json = try repository.loadUnpacked(.index, listed, with: codec)
      do throws(MalformedIndex) {
        return try IndexFile.packsToDelete(in: json)
      } catch {
        throw RepositoryError.damaged(object: key.path, problem: error.text)
      }
    }
  }
}
