package import CoffreCore
package import CoffreSystem

/// A shelf: a folder whose folders are points, or whose files are.
///
/// What has a final name is whole and was read back. What is being made or removed has a hidden name of its own.
package final class ShelfFolder: Sendable {
  package let path: PathBytes
  let descriptor: FileDescriptor

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

  /// The folder's own.
  package func attributes() throws(SystemError) -> EntryAttributes { try descriptor.attributes() }

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

  /// A folder on the shelf.
  func folder(_ name: PathBytes) throws(SystemError) -> FileDescriptor {
    try descriptor.open(name, for: .reading, [.directory, .noFollow, .nonBlocking])
  }

  /// A regular file of a point.
  func file(_ name: PathBytes, at place: PointPlace) throws(SystemError) -> FileDescriptor {
    let file: FileDescriptor
    switch place.form {
    case .folder: file = try folder(place.name).open(name, for: .reading, [.noFollow, .nonBlocking])
    case .file: file = try descriptor.open(name, for: .reading, [.noFollow, .nonBlocking])
    }
    guard try file.attributes().kind == .file else {
      throw SystemError.notFound(joined(path, place.path(of: name)))
    }
    return file
  }

  func manifest(at place: PointPlace) throws(SystemError) -> FileDescriptor {
    try file(place.manifestName, at: place)
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
  func removeLeftovers(under lock: ShelfLock, _ cancellation: Cancellation) throws -> Int {
    // These tell by themselves who writes them.
    var count = try CoffreSystem.removeLeftovers(in: descriptor).count
    for name in try temporaryNames() {
      try discard(name, cancellation)
      count += 1
    }
    return count
  }

  /// Names of points that are being made or removed, or were when their run ended: only who has the writer's lock makes
  /// those.
  func temporaryNames() throws(SystemError) -> [PathBytes] { try descriptor.entryNames().filter(Self.isTemporary) }

  /// Whether a name is one of `temporaryName(ending:)`.
  private static func isTemporary(_ name: PathBytes) -> Bool {
    [partEnd, goneEnd].contains { end in
      guard name.starts(with: temporaryStart), name.suffix(end.count) == end[...] else { return false }
      let digits = name.dropFirst(temporaryStart.count).dropLast(end.count)
      return digits.count == 16 && digits.allSatisfy { Array("0123456789abcdef".utf8).contains($0) }
    }
  }
}
