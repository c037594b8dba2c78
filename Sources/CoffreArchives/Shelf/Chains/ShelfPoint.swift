package import CoffreCore

/// A point of a shelf, as its head tells it.
package struct ShelfPoint: Sendable, Hashable {
  package let place: PointPlace
  package let manifest: ShelfManifest
  /// Of its manifest's file, as its list of checksums says it.
  package let manifestSum: Digest

  package init(_ place: PointPlace, manifest: ShelfManifest, manifestSum: Digest) {
    self.place = place
    self.manifest = manifest
    self.manifestSum = manifestSum
  }

  /// What is backed up as one thing: points of one group follow each other.
  package struct Group: Sendable, Hashable {
    package let host: String
    /// Sorted by their bytes.
    package let sources: [PathBytes]

    package init(host: String, sources: [PathBytes]) {
      self.host = host
      self.sources = sources.sorted { $0.lexicographicallyPrecedes($1) }
    }
  }

  package var name: PathBytes { place.name }

  package var group: Group { Group(host: manifest.host, sources: manifest.sources) }

  /// The names of points whose archives hold contents of this one.
  package var needs: [PathBytes] { manifest.needs.map(\.point) }
}

extension ShelfPoint: Retainable {
  package var time: Timestamp { manifest.takenAt }
  package var tags: [String] { manifest.tags }
}

extension [ShelfPoint] {
  /// Oldest first; of one time by their names.
  package var sortedByTime: [ShelfPoint] {
    sorted { left, right in
      left.time.isSameInstant(as: right.time)
        ? left.name.lexicographicallyPrecedes(right.name) : left.time.isBefore(right.time)
    }
  }
}
