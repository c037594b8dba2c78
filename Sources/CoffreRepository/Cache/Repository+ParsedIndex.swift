import CoffreCore
import CoffreSystem

extension Repository {
  /// As many new index files or, of all blobs, as large a part of new ones make it worth to write the parsed index anew.
  private static let manyFiles = 32
  private static let largePart = 8

  /// What was parsed of index files before, if all of them are still there. Anything else in its place is removed.
  ///
  /// - Parameter listed: all index files, with their sizes.
  func parsedIndex(ofSome listed: [ListedObject]) -> ParsedIndex? {
    guard let cache, let file = cache.open(cache.indexPath) else { return nil }
    var reader = SealedDocumentReader(file, makeCodec())
    do throws(SealedDocumentError) {
      let ids = Set(listed.map(\.id))
      // What came since is appended: without room the columns would be copied, which takes twice the memory.
      let room = manyBlobs(in: listed) / Self.largePart + 1000
      let parsed = try ParsedIndex(reading: &reader, ofSome: ids, room: room) { self.makeCodec() }
      if let parsed { return parsed }
    } catch {
      log.debug("the parsed index in the cache is damaged", ["path": displayed(cache.indexPath)])
    }
    cache.remove(cache.indexPath)
    return nil
  }

  /// Keeps a parsed index for the next time, if much of it is new.
  ///
  /// - Parameter start: how many files and blobs came from the one that there is.
  func keep(_ loaded: LoadedIndex, insteadOf start: (files: Int, blobs: Int)) {
    guard let cache, cache.takesMore, loaded.unreadable.isEmpty, loaded.index.count >= cache.leastBlobs else { return }
    let newFiles = loaded.files.count - start.files
    let newBlobs = loaded.index.count - start.blobs
    guard newFiles >= Self.manyFiles || newBlobs * Self.largePart > loaded.index.count else { return }
    let parsed = ParsedIndex(loaded)
    cache.save(at: cache.indexPath) { file throws(SystemError) in
      var writer = SealedDocumentWriter(file, makeCodec())
      try parsed.write(to: &writer)
    }
  }
}
