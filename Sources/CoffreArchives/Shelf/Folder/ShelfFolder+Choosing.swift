package import CoffreCore
import CoffreSystem

extension ShelfFolder {
  /// A lock for whoever reads points: none is removed meanwhile.
  ///
  /// - Parameter leavesNoTrace: whether nothing is made for it: where nobody ever locked, there is no lock then.
  /// - Returns: `nil` where this program may write nothing: then it cannot lock.
  package func lockForReading(leavesNoTrace: Bool = false) throws -> ShelfLock? {
    do {
      return try ShelfLock(.reading, on: descriptor, makingFile: !leavesNoTrace)
    } catch let error as SystemError {
      guard error.isNoPermission || error.isReadOnly || (leavesNoTrace && error.isNotFound) else { throw error }
      return nil
    }
  }

  /// The point that a name means: its name, that of one of its files beside it, the only one that begins so, or `latest` for
  /// the newest that is complete.
  package func choose(_ text: PathBytes, from listing: ShelfListing) throws -> ShelfPoint {
    if let point = listing.point(text) ?? listing.points.first(where: { $0.hasFile(named: text) }) { return point }
    if let lost = listing.unreadable.first(where: { $0.name == text }) {
      throw ShelfError.damaged(point: displayed(text), file: displayed(lost.place.manifestName), lost.cause)
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

extension ShelfPoint {
  /// Whether a file on the shelf itself belongs to it.
  fileprivate func hasFile(named name: PathBytes) -> Bool {
    place.form == .file
      && (manifest.archive.files.contains { $0.name == name } || [place.manifestName, place.sumsName].contains(name))
  }
}
