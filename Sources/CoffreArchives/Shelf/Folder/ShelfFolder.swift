package import CoffreCore
import CoffreSystem

/// A shelf: a folder whose folders are points.
///
/// What has a final name is whole and was read back. What is being made or removed has a hidden name of its own.
package final class ShelfFolder: Sendable {
  package let path: PathBytes
  let descriptor: FileDescriptor

  static let sumsName = Array("SHA256SUMS".utf8)
  private static let temporaryStart = Array(".coffre-".utf8)
  static let partEnd = Array(".part".utf8)
  static let goneEnd = Array(".gone".utf8)

  /// - Parameter creating: whether a folder that is not there is made, with those above it.
  /// - Throws: `ShelfError.noShelf` if there is none.
  package init(_ path: PathBytes, creating: Bool = false) throws {
    self.path = path
    do throws(SystemError) {
      if creating { try makeDirectories(path, permissions: 0o700) }
      descriptor = try FileDescriptor.openDirectory(path: path)
    } catch {
      if error.isNotFound { throw ShelfError.noShelf(displayed(path)) }
      throw error
    }
  }

  /// Whether an entry of the shelf has the name.
  func has(_ name: PathBytes) throws -> Bool {
    do throws(SystemError) {
      _ = try descriptor.attributes(of: name)
      return true
    } catch {
      guard error.isNotFound else { throw error }
      return false
    }
  }

  func folder(_ point: PathBytes) throws(SystemError) -> FileDescriptor {
    try descriptor.open(point, for: .reading, [.directory, .noFollow, .nonBlocking])
  }

  /// A regular file of a point.
  func file(_ name: PathBytes, of point: PathBytes) throws(SystemError) -> FileDescriptor {
    let folder = try folder(point)
    let file = try folder.open(name, for: .reading, [.noFollow, .nonBlocking])
    guard try file.attributes().kind == .file else { throw SystemError.notFound(joined(joined(path, point), name)) }
    return file
  }
}

// MARK: Listing

/// What lies on a shelf.
package struct ShelfListing: Sendable {
  /// Oldest first.
  package var points: [ShelfPoint] = []
  /// Folders that were points once, and why they are none any more.
  package var unreadable: [(name: PathBytes, cause: Message)] = []

  package func point(_ name: PathBytes) -> ShelfPoint? { points.first { $0.name == name } }
}

extension ShelfFolder {
  /// All points. Folders and files of others are passed over.
  ///
  /// - Throws: unless the listing is complete: a shelf that cannot be listed is not an empty one.
  package func points() throws -> ShelfListing {
    var listing = ShelfListing()
    for name in try descriptor.entryNames().sorted(by: { $0.lexicographicallyPrecedes($1) })
    where name.first != UInt8(ascii: ".") {
      do {
        if let point = try point(named: name) { listing.points.append(point) }
      } catch let error as ShelfError {
        listing.unreadable.append((name, error.text))
      } catch let error as SystemError {
        // A removal takes the name away first: what is gone since it was listed is no damage.
        if error.isNotFound, try !has(name) { continue }
        listing.unreadable.append((name, error.cause))
      }
    }
    listing.points = listing.points.sortedByTime
    return listing
  }

  /// Made by the file system itself, and mostly closed to all but its owner.
  private static let lostAndFound = Array("lost+found".utf8)

  /// - Returns: `nil` for what is no point.
  func point(named name: PathBytes) throws -> ShelfPoint? {
    let attributes = try descriptor.attributes(of: name)
    guard attributes.kind == .directory, name != Self.lostAndFound else { return nil }
    let names = Set(try folder(name).entryNames())
    let hasManifest = names.contains(ShelfManifest.fileName)
    guard names.contains(Self.sumsName) else {
      guard hasManifest else { return nil }
      let head = try? ShelfManifestReader(try file(ShelfManifest.fileName, of: name)).head
      guard head != nil else { return nil }
      throw ShelfError.damaged(point: displayed(name), file: displayed(Self.sumsName), "it is missing")
    }
    guard let sums = try sums(of: name, mayBeForeign: !hasManifest) else { return nil }
    guard let sum = sums[ShelfManifest.fileName] else {
      // Somebody else's list of checksums.
      guard hasManifest else { return nil }
      throw ShelfError.damaged(point: displayed(name), file: displayed(Self.sumsName), "it is not whole")
    }
    guard hasManifest else {
      throw ShelfError.damaged(point: displayed(name), file: displayed(ShelfManifest.fileName), "it is missing")
    }
    do {
      let head = try ShelfManifestReader(try file(ShelfManifest.fileName, of: name)).head
      return ShelfPoint(name: name, manifest: head, manifestSum: sum)
    } catch let error as ShelfError {
      guard try isForeign(name, sum, error) else { throw error }
      return nil
    }
  }

  /// Whether a manifest that cannot be read is somebody else's: many programs have a file of this name.
  ///
  /// One of ours that looks so was changed, and has another checksum than its list says.
  private func isForeign(_ name: PathBytes, _ sum: Digest, _ error: ShelfError) throws -> Bool {
    switch error {
    case .foreignManifest: break
    case .malformedManifest:
      var start = makeBuffer(256)
      let count = try file(ShelfManifest.fileName, of: name).readFully(into: &start, from: 0)
      guard !displayed(start[..<count]).contains(ShelfManifest.format) else { return false }
    default: return false
    }
    return try hashed(try file(ShelfManifest.fileName, of: name), Cancellation()).sha256 == sum
  }

  /// - Parameter mayBeForeign: whether a list that is none of ours means that the folder is none either.
  private func sums(of name: PathBytes, mayBeForeign: Bool) throws -> CheckSums? {
    do {
      return try CheckSums(decoding: try file(Self.sumsName, of: name).readToEnd(expecting: 512, limit: 1 << 20))
    } catch let error as ShelfError {
      guard mayBeForeign else { throw error }
      return nil
    } catch let error as SystemError {
      // Longer than any of ours.
      guard mayBeForeign, error.isNoSpace else { throw error }
      return nil
    }
  }
}

// MARK: Temporary names

extension ShelfFolder {
  /// A name that nobody has.
  func temporaryName(ending: PathBytes) -> PathBytes { CoffreSystem.temporaryName() + ending }

  /// Removes what runs left that are dead. Archives that somebody is writing into this folder stay.
  ///
  /// - Parameter lock: the writer's: whoever has it knows that nobody else makes or removes a point.
  /// - Returns: how many there were.
  @discardableResult
  func removeLeftovers(under lock: ShelfLock) throws -> Int {
    // These tell by themselves who writes them.
    var count = try CoffreSystem.removeLeftovers(in: descriptor).count
    for name in try descriptor.entryNames() where Self.isTemporary(name) {
      try removeTree(joined(path, name))
      count += 1
    }
    return count
  }

  /// Whether a name is one of `temporaryName(ending:)`: that of a point, which only who has the writer's lock makes.
  private static func isTemporary(_ name: PathBytes) -> Bool {
    [partEnd, goneEnd].contains { end in
      guard name.starts(with: temporaryStart), name.suffix(end.count) == end[...] else { return false }
      let digits = name.dropFirst(temporaryStart.count).dropLast(end.count)
      return digits.count == 16 && digits.allSatisfy { Array("0123456789abcdef".utf8).contains($0) }
    }
  }

  /// Takes a point away: at once under its name, then its files.
  func remove(_ point: PathBytes, under lock: ShelfLock) throws {
    let gone = temporaryName(ending: Self.goneEnd)
    try descriptor.rename(point, to: descriptor, gone, replacing: false)
    try descriptor.synchronize()
    try removeTree(joined(path, gone))
  }
}
