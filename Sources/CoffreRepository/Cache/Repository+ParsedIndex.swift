import CoffreCore
import CoffreSystem

extension Repository {
  /// As many new index files or, of all blobs, as large a part of new ones make it worth to write the parsed index anew.
  private static let manyFiles = 32
  private static let largePart = 8

  /// What was parsed of index files before, if all of them are still there. Anything else in its place is removed.
  func parsedIndex(ofSome listed: Set<IndexID>) -> ParsedIndex? {
    guard let cache, let file = cache.open(cache.indexPath) else { return nil }
    var reader = SealedDocumentReader(file, makeCodec())
    do throws(SealedDocumentError) {
      if let parsed = try ParsedIndex(reading: &reader, ofSome: listed) { return parsed }
    } catch {
      log.debug("the parsed index in the cache is damaged", ["path": displayed(cache.indexPath)])
    }
    cache.remove(cache.indexPath)
    return nil
  }

  /// Keeps a parsed index for the next time, if much of it is new.
  func keep(_ loaded: LoadedIndex, insteadOf start: ParsedIndex) {
    guard let cache, cache.takesMore, loaded.unreadable.isEmpty, loaded.index.count >= cache.leastBlobs else { return }
    let newFiles = loaded.files.count - start.files.count
    let newBlobs = loaded.index.count - start.columns.count
    guard newFiles >= Self.manyFiles || newBlobs * Self.largePart > loaded.index.count else { return }
    let parsed = ParsedIndex(loaded)
    cache.save(at: cache.indexPath) { file throws(SystemError) in
      var writer = SealedDocumentWriter(file, makeCodec())
      try parsed.write(to: &writer)
    }
  }
}
