import CoffreCore
import CoffreSystem
import OpenSSLKit

/// Points get their names, and lose them: in one step for whoever looks, whatever ends the run.
///
/// A point in files is one as soon as its manifest has its name: that comes last, and goes first. The hidden folder in which
/// the manifest lies before and afterwards tells whose the other files are that stand there without one.
extension ShelfFolder {
  /// Gives what lies whole in a hidden folder the name of its point. Of a point in files the folder stays, and is to be
  /// discarded.
  ///
  /// - Parameter hidden: has the archive under its final name, the manifest and the checksums as in the folder of a point.
  /// - Throws: `SystemError.isExisting` if something has one of the names.
  func show(_ hidden: PathBytes, as point: ShelfPoint) throws(SystemError) {
    guard point.place.form == .file else {
      try descriptor.rename(hidden, to: descriptor, point.name, replacing: false)
      return try descriptor.synchronize()
    }
    let inside = PointPlace(hidden, .folder)
    let folder = try folder(hidden)
    for file in point.manifest.archive.files {
      try folder.rename(file.name, to: descriptor, file.name, replacing: false)
    }
    try folder.rename(inside.sumsName, to: descriptor, point.place.sumsName, replacing: false)
    // No manifest may be on the disk before what it speaks of.
    try descriptor.synchronize()
    try folder.rename(inside.manifestName, to: descriptor, point.place.manifestName, replacing: false)
    try descriptor.synchronize()
  }

  /// Takes a point away: at once under its name, then its files.
  func remove(_ point: ShelfPoint, under lock: ShelfLock) throws(SystemError) {
    let gone = temporaryName(ending: Self.goneEnd)
    switch point.place.form {
    case .folder:
      try descriptor.rename(point.name, to: descriptor, gone, replacing: false)
      try descriptor.synchronize()
    case .file:
      try descriptor.makeDirectory(gone, permissions: 0o700)
      let folder = try folder(gone)
      let names = point.manifest.archive.files.map(\.name) + [point.place.sumsName]
      // On a full disk too room must be made; then checksums alone tell whose the files are, if this ends halfway.
      try? RemovedFiles(names, in: descriptor).write(to: folder)
      try descriptor.rename(
        point.place.manifestName, to: folder, PointPlace(gone, .folder).manifestName, replacing: false)
      try folder.synchronize()
      try descriptor.synchronize()
      for name in names where try isRegularFile(name) {
        try descriptor.rename(name, to: folder, name, replacing: false)
      }
      try descriptor.synchronize()
    }
    try removeTree(joined(path, gone))
  }

  /// What else stands in the place of a file is somebody else's.
  private func isRegularFile(_ name: PathBytes) throws(SystemError) -> Bool {
    do throws(SystemError) {
      return try descriptor.attributes(of: name).kind == .file
    } catch {
      guard error.isNotFound else { throw error }
      return false
    }
  }
}

// MARK: What ended halfway

extension ShelfFolder {
  /// Removes a hidden folder, and before that what had its name already of the point that it is about.
  func discard(_ hidden: PathBytes, _ cancellation: Cancellation) throws {
    // Under its own name too: some file systems take two steps for a rename, and it had taken place.
    if let told = try told(by: hidden), try !isThere(told.file, cancellation) {
      let sums = told.manifest.sums(at: told.place, manifest: told.file.sha256).encoded()
      let sum = SHA256Hasher().hash(sums.span)
      let list = ShelfManifest.StoredFile(name: told.place.sumsName, size: Int64(sums.count), sha256: sum)
      let removed = try RemovedFiles(in: folder(hidden))
      for (index, file) in (told.manifest.archive.files + [list]).enumerated()
      where try removed?.isAsFound(index, file.name, in: descriptor) == true || isThere(file, cancellation) {
        try descriptor.removeFile(file.name)
      }
      // Afterwards nobody knows any more whose they were.
      try descriptor.synchronize()
    }
    try removeTree(joined(path, hidden))
  }

  /// Whether a point is just getting its name, or losing it: or was when its run ended.
  func isBetween(_ place: PointPlace) throws -> Bool {
    try temporaryNames().contains { name in
      // Whoever may not look into it may not write either.
      (try? told(by: name))?.place == place
    }
  }

  private struct Told {
    let manifest: ShelfManifest
    /// The manifest's own, under its final name.
    let file: ShelfManifest.StoredFile
    let place: PointPlace
  }

  /// The point in files that a hidden folder is about.
  ///
  /// - Returns: `nil` if it tells of none: where the manifest is not there or not whole, nothing of the point is elsewhere.
  /// - Throws: if it cannot be read: then nothing may be removed that it may tell of.
  private func told(by hidden: PathBytes) throws -> Told? {
    do {
      let inside = PointPlace(hidden, .folder)
      let manifest = try ShelfManifestReader(try self.manifest(at: inside)).head
      guard let name = manifest.nameInOneFile else { return nil }
      let place = PointPlace(name, .file)
      let (sum, size) = try hashed(try self.manifest(at: inside), Cancellation())
      let file = ShelfManifest.StoredFile(name: place.manifestName, size: size, sha256: sum)
      return Told(manifest: manifest, file: file, place: place)
    } catch is ShelfError {
      return nil
    } catch let error as SystemError {
      guard error.isNotFound else { throw error }
      return nil
    }
  }

  /// Whether a file is on the shelf, byte for byte: another of its name is somebody else's.
  private func isThere(_ file: ShelfManifest.StoredFile, _ cancellation: Cancellation) throws -> Bool {
    guard try has(file.name) else { return false }
    let attributes = try descriptor.attributes(of: file.name)
    guard attributes.kind == .file, attributes.size == file.size else { return false }
    let found = try descriptor.open(file.name, for: .reading, [.noFollow, .nonBlocking])
    return try hashed(found, cancellation).sha256 == file.sha256
  }
}
