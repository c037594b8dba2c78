package import CoffreCore

extension ShelfFolder {
  /// A lock for whoever reads points: none is removed meanwhile. A shelf that nothing can be written to needs none.
  package func lockForReading() throws -> ShelfLock? {
    do {
      return try ShelfLock(.reading, on: descriptor)
    } catch let error as ShelfError {
      throw error
    } catch {
      return nil
    }
  }

  /// The point that a name means: its name, the only one that begins so, or `latest` for the newest that is complete.
  ///
  package func choose(_ text: PathBytes, from listing: ShelfListing) throws -> ShelfPoint {
    if let point = listing.point(text) { return point }
    if let lost = listing.unreadable.first(where: { $0.name == text }) {
      throw ShelfError.damaged(point: displayed(text), file: displayed(ShelfManifest.fileName), lost.cause)
    }
    guard text != Array("latest".utf8) else {
      let good = listing.points.filter(\.manifest.isComplete)
      let found = good.isEmpty ? listing.points : good
      guard let last = found.last else { throw ShelfError.empty(displayed(path)) }
      guard Set(found.map(\.group)).count == 1 else { throw ShelfError.severalPoints(displayed(text)) }
      return last
    }
    let fitting = listing.points.filter { $0.name.starts(with: text) }
    guard fitting.count <= 1 else { throw ShelfError.severalPoints(displayed(text)) }
    guard let only = fitting.first else {
      throw ShelfError.noSuchPoint(displayed(text), shelf: displayed(path))
    }
    return only
  }
}
