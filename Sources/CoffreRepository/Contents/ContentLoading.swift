import CoffreCore
import CoffreSystem

/// Loads what a `ContentQueue` hands out; one per thread.
struct ContentLoading {
  private let loader: BlobLoader

  init(_ repository: Repository, _ index: BlobIndex) { loader = BlobLoader(repository: repository, index: index) }

  /// What became of each blob that was claimed: in one read for all, if that can be.
  func load<Header: Sendable>(
    _ claimed: [(number: Int, wanted: ContentQueue<Header>.Wanted)]
  ) -> [(number: Int, state: ContentQueue<Header>.State)] {
    guard let first = claimed.first else { return [] }
    let start = Int64(first.wanted.location.offset)
    let end = claimed.reduce(start) { max($0, Int64($1.wanted.location.offset) + Int64($1.wanted.location.length)) }
    // What cannot be read in one go is looked for one by one, elsewhere if need be.
    let bytes =
      claimed.count > 1
      ? (try? loader.repository.store.loadIndexed(
        ObjectKind.pack.storeKey(of: first.wanted.location.pack), range: start..<end))
      : nil
    return claimed.map { (number: $0.number, state: open($0.wanted, in: bytes, startingAt: start)) }
  }

  private func open<Header: Sendable>(
    _ wanted: ContentQueue<Header>.Wanted, in bytes: [UInt8]?, startingAt start: Int64
  ) -> ContentQueue<Header>.State {
    var plain: [UInt8] = []
    if let bytes {
      let offset = Int(Int64(wanted.location.offset) - start)
      let sealed = bytes.span.extracting(offset..<(offset + Int(wanted.location.length)))
      do throws(BlobProblem) {
        try loader.codec.open(sealed, id: wanted.id, at: wanted.location, into: &plain)
        return .loaded(plain)
      } catch {
        log.debug("a blob is damaged; looking for another copy", ["blob": wanted.id.short, "problem": error.text])
      }
    }
    do {
      try loader.load(wanted.id, .data, for: "file '\(displayed(wanted.path))'", into: &plain)
      return .loaded(plain)
    } catch {
      return .failed(ContentError(path: wanted.path, cause: error))
    }
  }
}
