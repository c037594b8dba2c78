package import CoffreCore
import CoffreSystem

/// What lies on a shelf.
package struct ShelfListing: Sendable {
  /// What was a point once, and why it is none any more.
  package struct Unreadable: Sendable {
    package let place: PointPlace
    package let cause: Message
    package var name: PathBytes { place.name }
  }

  /// Oldest first. No two have one name.
  package var points: [ShelfPoint] = []
  package var unreadable: [Unreadable] = []

  package func point(_ name: PathBytes) -> ShelfPoint? { points.first { $0.name == name } }
}

extension ShelfFolder {
  /// All points. Folders and files of others are passed over.
  ///
  /// - Throws: unless the listing is complete: a shelf that cannot be listed is not an empty one.
  package func points() throws -> ShelfListing {
    var listing = ShelfListing()
    let found = try descriptor.entryNames().filter { $0.first != UInt8(ascii: ".") }
      .sorted { $0.lexicographicallyPrecedes($1) }
    let known = Set(found)
    for name in found {
      try take(PointPlace(name, .folder), knownBy: name, into: &listing) { try point(inFolder: name) }
      if let place = PointPlace(manifestNamed: name) {
        try take(place, knownBy: name, into: &listing) { try point(inFile: place) }
      } else if let place = PointPlace(sumsNamed: name), !known.contains(place.manifestName) {
        try take(place, knownBy: name, into: &listing) { try pointWithoutManifest(place) }
      }
    }
    var names: Set<PathBytes> = []
    for point in listing.points where !names.insert(point.name).inserted {
      listing.unreadable.append(.init(place: point.place, cause: "another backup has the same name"))
    }
    names = []
    listing.points = listing.points.filter { names.insert($0.name).inserted }.sortedByTime
    return listing
  }

  private func take(
    _ place: PointPlace, knownBy name: PathBytes, into listing: inout ShelfListing, _ read: () throws -> ShelfPoint?
  ) throws {
    func lose(_ cause: Message) { listing.unreadable.append(.init(place: place, cause: cause)) }
    do {
      if let point = try read() { listing.points.append(point) }
    } catch let error as ShelfError {
      lose(error.text)
    } catch let error as SystemError {
      // A removal takes the name away first: what is gone since it was listed is no damage.
      if error.isNotFound, try !has(name) { return }
      lose(error.cause)
    }
  }

  private func damaged(_ place: PointPlace, _ file: PathBytes, _ problem: Message) -> ShelfError {
    .damaged(point: displayed(place.name), file: displayed(file), problem)
  }
}

// MARK: Folders

extension ShelfFolder {
  /// Made by the file system itself, and mostly closed to all but its owner.
  private static let lostAndFound = Array("lost+found".utf8)

  /// - Returns: `nil` for what is no point.
  func point(inFolder name: PathBytes) throws -> ShelfPoint? {
    let place = PointPlace(name, .folder)
    let attributes = try descriptor.attributes(of: name)
    guard attributes.kind == .directory, name != Self.lostAndFound else { return nil }
    let names = Set(try folder(name).entryNames())
    let hasManifest = names.contains(place.manifestName)
    guard names.contains(place.sumsName) else {
      guard hasManifest, (try? ShelfManifestReader(try manifest(at: place)).head) != nil else { return nil }
      throw damaged(place, place.sumsName, "it is missing")
    }
    guard let sums = try sums(at: place, mayBeForeign: !hasManifest) else { return nil }
    guard let sum = sums[place.manifestName] else {
      // Somebody else's list of checksums.
      guard hasManifest else { return nil }
      throw damaged(place, place.sumsName, "it is not whole")
    }
    guard hasManifest else { throw damaged(place, place.manifestName, "it is missing") }
    do {
      let head = try ShelfManifestReader(try manifest(at: place)).head
      guard head.form == .folder else { throw damaged(place, place.manifestName, "it is that of another backup") }
      return ShelfPoint(place, manifest: head, manifestSum: sum)
    } catch let error as ShelfError {
      guard try isForeign(place, sum, error) else { throw error }
      return nil
    }
  }

  /// Whether a manifest that cannot be read is somebody else's: many programs have a file of this name.
  ///
  /// One of ours that looks so was changed, and has another checksum than its list says.
  ///
  /// - Parameter sum: what a list says, if there is one.
  private func isForeign(_ place: PointPlace, _ sum: Digest?, _ error: ShelfError) throws -> Bool {
    switch error {
    case .foreignManifest: break
    case .malformedManifest:
      var start = makeBuffer(256)
      let count = try manifest(at: place).readFully(into: &start, from: 0)
      guard !displayed(start[..<count]).contains(ShelfManifest.format) else { return false }
    default: return false
    }
    guard let sum else { return true }
    return try hashed(try manifest(at: place), Cancellation()).sha256 == sum
  }

  /// - Parameter mayBeForeign: whether a list that is none of ours means that this is no point either.
  private func sums(at place: PointPlace, mayBeForeign: Bool) throws -> CheckSums? {
    do {
      return try CheckSums(decoding: try file(place.sumsName, at: place).readToEnd(expecting: 512, limit: 1 << 20))
    } catch let error as ShelfError {
      guard mayBeForeign else { throw error }
      return nil
    } catch let error as SystemError {
      // Longer than any of ours, or not there at all.
      guard mayBeForeign, error.isNoSpace || error.isNotFound else { throw error }
      return nil
    }
  }
}

// MARK: Files

extension ShelfFolder {
  private func kind(of name: PathBytes) throws(SystemError) -> EntryKind { try descriptor.attributes(of: name).kind }

  /// - Returns: `nil` for what is no point.
  private func point(inFile place: PointPlace) throws -> ShelfPoint? {
    guard try kind(of: place.manifestName) == .file else { return nil }
    let head: ShelfManifest
    do {
      head = try ShelfManifestReader(try manifest(at: place)).head
    } catch let error as ShelfError {
      let sum = try sums(at: place, mayBeForeign: true)?[place.manifestName]
      guard try isForeign(place, sum, error) else { throw error }
      return nil
    }
    // Its archive is removed with it: that may be no file but its own.
    guard head.nameInOneFile == place.name else {
      throw damaged(place, place.manifestName, "it is that of another backup")
    }
    guard try has(place.sumsName) else {
      // Removed since: the manifest goes first.
      guard try has(place.manifestName) else { return nil }
      throw damaged(place, place.sumsName, "it is missing")
    }
    guard let sum = try sums(at: place, mayBeForeign: false)?[place.manifestName] else {
      throw damaged(place, place.sumsName, "it is not whole")
    }
    return ShelfPoint(place, manifest: head, manifestSum: sum)
  }

  /// Looks at a list of checksums beside which there was no manifest.
  ///
  /// - Returns: `nil` if it is somebody else's, or the point is just getting its name or losing it.
  private func pointWithoutManifest(_ place: PointPlace) throws -> ShelfPoint? {
    guard try kind(of: place.sumsName) == .file,
      try sums(at: place, mayBeForeign: true)?[place.manifestName] != nil, try !isBetween(place)
    else { return nil }
    // It got its name since the shelf was listed, or lost the last of it.
    if try has(place.manifestName) { return try point(inFile: place) }
    guard try has(place.sumsName) else { return nil }
    throw damaged(place, place.manifestName, "it is missing")
  }
}
