package import CoffreCore
import CoffreSystem

/// Looks whether points are as they were written. One thread.
package final class PointInspection {
  /// Each looks at all that the one before does.
  package enum Depth: Int, Sendable, Comparable {
    /// Files are there and as long as they should be.
    case sizes
    /// And the manifest's checksum is right.
    case checksumOfManifest
    /// And those of all archives that the point needs.
    case checksums
    /// And the point's own archive opens, and holds what the manifest says.
    case ownContents
    /// And so do the others, as far as this point needs them.
    case allContents

    package static func < (left: Depth, right: Depth) -> Bool { left.rawValue < right.rawValue }
  }

  private struct Seen: Hashable {
    let place: PointPlace
    let file: ShelfManifest.StoredFile
  }

  private let shelf: ShelfFolder
  /// For points that are encrypted; to look at their contents alone.
  var keys: ArchiveKeys
  private let cancellation: Cancellation
  private let progress: ShelfProgress?
  /// Archives whose checksum was found right: several points need one.
  private var sound: Set<Seen> = []
  /// And those that are not as they should be.
  private var unsound: [Seen: ShelfError] = [:]

  package init(
    _ shelf: ShelfFolder, keys: ArchiveKeys = ArchiveKeys(), _ cancellation: Cancellation,
    _ progress: ShelfProgress? = nil
  ) {
    self.shelf = shelf
    self.keys = keys
    self.cancellation = cancellation
    self.progress = progress
  }

  /// - Throws: `ShelfError.damaged` with the point and file that are not as they should be, `ShelfError.sealed` if the keys
  ///   do not open it; another error if that cannot be told.
  package func inspect(_ point: ShelfPoint, _ depth: Depth) throws {
    if depth >= .checksumOfManifest { try inspectManifest(of: point, thoroughly: depth >= .checksums) }
    for file in point.manifest.archive.files { try inspect(file, of: point.place, depth) }
    for need in point.manifest.needs {
      for file in need.files { try inspect(file, of: need.place, depth) }
    }
    guard depth >= .ownContents else { return }
    try inspectContents(of: point, need: nil)
    guard depth >= .allContents else { return }
    for need in point.manifest.needs.indices { try inspectContents(of: point, need: need) }
  }

  private func inspectManifest(of point: ShelfPoint, thoroughly: Bool) throws {
    let place = point.place
    try named(place, place.manifestName) {
      let (sum, _) = try hashed(try shelf.manifest(at: place), cancellation)
      guard sum == point.manifestSum else {
        throw damaged(place, place.manifestName, "its checksum is another one")
      }
      guard thoroughly else { return }
      let reader = try ShelfManifestReader(try shelf.manifest(at: place))
      var count = 0
      while try reader.nextEntry() != nil {
        if count & 0xFFF == 0 { try cancellation.check() }
        count += 1
      }
      try reader.finish()
      guard count == point.manifest.counts.entries else {
        throw damaged(
          place, place.manifestName,
          "it has \(count) entries and says that it has \(point.manifest.counts.entries)")
      }
    }
  }

  private func inspect(_ file: ShelfManifest.StoredFile, of place: PointPlace, _ depth: Depth) throws {
    let seen = Seen(place: place, file: file)
    guard !sound.contains(seen) else { return }
    if let known = unsound[seen] { throw known }
    do {
      try named(place, file.name) { try inspect(file, at: place, depth) }
    } catch let error as ShelfError {
      if case .damaged = error { unsound[seen] = error }
      throw error
    }
    if depth >= .checksums { sound.insert(seen) }
  }

  private func inspect(_ file: ShelfManifest.StoredFile, at place: PointPlace, _ depth: Depth) throws {
    let descriptor = try shelf.file(file.name, at: place)
    let size = try descriptor.attributes().size
    guard size == file.size else {
      throw damaged(place, file.name, "it has \(size) bytes instead of \(file.size)")
    }
    guard depth >= .checksums else { return }
    let (sum, _) = try hashed(descriptor, cancellation)
    guard sum == file.sha256 else { throw damaged(place, file.name, "its checksum is another one") }
  }

  /// Opens an archive and compares what it holds with what the point's manifest says.
  ///
  /// - Parameter need: a place in the manifest's needs; `nil` for the point's own archive.
  private func inspectContents(of point: ShelfPoint, need: Int?) throws {
    let archives = PointArchives(shelf, point, keys, cancellation)
    let place = archives.place(of: need)
    try named(place.point, place.file, opening: point) {
      let unmet = try archives.read(need) { wanted, read in
        var size: Int64 = 0
        let sum = try read { bytes in size += Int64(bytes.count) }
        let others = wanted.filter { !$0.isMet(by: sum, size) }
        self.progress?.count { counters in
          counters.files += wanted.count - others.count
          if others.count < wanted.count { counters.bytes += size }
        }
        return others
      }
      guard let first = unmet.first else { return }
      let path = displayed(first.wanted.path)
      let problem: Message = first.isOther ? "'\(path)' in it is not what was backed up" : "'\(path)' is missing in it"
      throw damaged(place.point, place.file, problem)
    }
  }

  /// Looks whether the keys open a point, if it is encrypted.
  ///
  /// - Precondition: its archives are as they were written (`checksums`): damage would be taken for another key.
  /// - Throws: `ShelfError.sealed` if they do not.
  func tryKeys(on point: ShelfPoint) throws {
    try opening(point) { try PointArchives(shelf, point, keys, cancellation).tryKeys() }
  }

  /// Where an archive is as it was written and does not open, the key is another one.
  private func opening(_ point: ShelfPoint, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as ArchiveError where [.keyMissing, .wrongKey].contains(error.reason) {
      guard let encryption = point.manifest.archive.encryption else { throw error }
      throw ShelfError.sealed(point: displayed(point.name), encryption, because: error.cause)
    }
  }

  private func damaged(_ place: PointPlace, _ file: PathBytes, _ problem: Message) -> ShelfError {
    .damaged(point: displayed(place.name), file: displayed(file), problem)
  }

  /// What a file says by not opening is damage too, unless the system is at its end.
  ///
  /// - Parameter opened: the point whose contents are read, if they are.
  private func named(
    _ place: PointPlace, _ file: PathBytes, opening opened: ShelfPoint? = nil, _ body: () throws -> Void
  ) throws {
    do {
      if let opened { try opening(opened, body) } else { try body() }
    } catch let error as SystemError {
      throw damaged(place, file, error.cause)
    } catch let error as ArchiveError {
      throw damaged(place, file, error.text)
    } catch let error as ShelfError {
      guard case .malformedManifest(let problem) = error else { throw error }
      throw damaged(place, file, problem.text)
    }
  }
}
