package import CoffreCore

/// How often a run writes an index file about what is stored so far, beside those that are full: what a kill can cost.
package struct IndexRhythm: Sendable, Hashable {
  package var interval: Duration
  /// Of packs that no index names yet, in bytes.
  package var bytes = Int64.max
  /// Whether packs that are still growing are closed for it, so that all that was added until then is named. Otherwise the
  /// index names those that are complete.
  package var closesPacks: Bool

  package init(every interval: Duration, closesPacks: Bool) {
    self.interval = interval
    self.closesPacks = closesPacks
  }

  package static func usual(for traits: StoreTraits) -> IndexRhythm {
    traits.localFolder == nil ? .seldom : .often
  }

  /// For stores that are near: a kill costs the work of ten seconds.
  package static var often: IndexRhythm {
    var rhythm = IndexRhythm(every: .seconds(10), closesPacks: true)
    rhythm.bytes = 512 << 20
    return rhythm
  }

  /// For stores that are far: each index file, and each pack that is not full, is a request, and one more to read for
  /// everybody who opens the repository.
  package static let seldom = IndexRhythm(every: .seconds(300), closesPacks: false)
}
