import CoffreCore
import OpenSSLKit

/// Replaces index files by others that no longer name some packs.
///
/// New files first, all of them; then the old ones go: at every moment whatever stays is named by at least one.
struct IndexRewriting {
  /// Files that name a pack that goes, or one that another file names too; with them, small ones that are joined on this
  /// occasion.
  let replaced: [ListedIndexFile]
  /// Numbers of the packs that the new files name.
  let packs: [Int]

  /// As many blobs as peers put into one file.
  private static let largestFile = 50_000
  private static let smallFile = 5_000

  /// - Parameter stays: whether the index goes on naming a pack, by its number.
  init(_ loaded: LoadedIndex, stays: (Int) -> Bool) {
    let index = loaded.index
    let isConcerned = loaded.files.map { file in
      !file.repeatedPacks.isEmpty || file.packs.contains { !stays($0) }
    }
    guard isConcerned.contains(true) else {
      (replaced, packs) = ([], [])
      return
    }
    replaced = zip(loaded.files, isConcerned).compactMap { file, isConcerned in
      let blobs = file.packs.reduce(0) { $0 + index.packs[$1].entries.count }
      return isConcerned || (blobs < Self.smallFile && file.packsToDelete.isEmpty) ? file : nil
    }
    packs = replaced.flatMap { $0.packs.filter(stays) }
  }

  /// Writes the new files.
  ///
  /// - Returns: their ids.
  func write(_ index: BlobIndex, to repository: Repository, with codec: BlobCodec) throws -> [IndexID] {
    var marks = try rusticMarks(in: repository, with: codec)
    var written: [IndexID] = []
    var start = 0
    while start < packs.count || !marks.isEmpty {
      var writer = IndexFileWriter()
      var end = start
      while end < packs.count, end == start || writer.blobCount + count(end, index) <= Self.largestFile {
        writer.append(pack: index.packs[packs[end]].id, blobs: index.packs[packs[end]].entries.map { index.entry($0) })
        end += 1
      }
      let json = writer.finish(packsToDelete: marks.popLast())
      written.append(try repository.saveUnpacked(.index, json.span, with: codec))
      start = end
    }
    return written
  }

  private func count(_ place: Int, _ index: BlobIndex) -> Int { index.packs[packs[place]].entries.count }

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
