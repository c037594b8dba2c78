package import CoffreCore
package import CoffreSystem

/// An archive file that is being made: under a temporary name until `show`.
///
/// Let go before `show`, it leaves nothing. What a killed run left is removed by `removeLeftovers(in:)` of the folder.
package final class NewArchive {
  /// Takes the entries.
  package let writer: any ArchiveWriter
  package let traits: ArchiveTraits
  /// Where it lies until it is shown.
  package let temporaryPath: PathBytes
  private let folder: FileDescriptor
  private let name: PathBytes
  private let file: MeasuredFile
  private let seal: any EndingSink
  private var temporary: PathBytes?

  /// - Parameters:
  ///   - path: of the file in the end; its folder must be there.
  ///   - seal: an encryption around the whole archive.
  ///   - permissions: of the file, less the process's umask.
  package init(
    at path: PathBytes, as format: any ArchiveFormat, _ settings: ArchiveSettings = ArchiveSettings(),
    sealedBy seal: ArchiveSeal = .none, permissions: UInt16 = 0o600
  ) throws {
    let (folderPath, name) = splitPath(path)
    folder = try FileDescriptor.openDirectory(path: folderPath)
    self.name = name
    traits = format.traits(with: settings)
    let temporary = PartName().name(of: 0)
    temporaryPath = joined(folderPath, temporary)
    var settings = settings
    // What waits beside the archive is found, and removed, with it.
    if settings.workFolder == nil { settings.workFolder = folderPath }
    do {
      file = try MeasuredFile(
        temporary, in: folder, named: path, permissions: permissions, cancellation: settings.cancellation)
      self.seal = try seal.sink(into: file, cancellation: settings.cancellation)
      writer = try format.makeWriter(into: self.seal, settings)
    } catch {
      try? folder.removeFile(temporary)
      throw error
    }
    self.temporary = temporary
  }

  deinit { abandon() }

  /// Ends the archive and brings it to the disk, still under its temporary name: now it can be verified.
  package func finish() throws -> ArchiveSum {
    try writer.finish()
    try seal.finish()
    return try file.finish()
  }

  /// Reads the file again, which `finish` ended; not what came as a file, whose sum tells what was read of it.
  ///
  /// - Returns: whether it has the bytes that were written.
  package func readsBack(as sum: ArchiveSum, _ cancellation: Cancellation) throws -> Bool {
    guard !file.isAdopted else { return true }
    let found = try hashed(try FileDescriptor.open(temporaryPath, for: .reading, .noFollow), cancellation)
    return found.sha256 == sum.digest && found.size == sum.size
  }

  /// Gives it its name.
  ///
  /// - Parameter replacing: whether what has the name already goes; if not, `SystemError.isExisting` is thrown.
  package func show(replacing: Bool) throws(SystemError) {
    guard let temporary else { preconditionFailure("it is shown or abandoned already") }
    try folder.rename(temporary, to: folder, name, replacing: replacing)
    self.temporary = nil
    try folder.synchronize()
  }

  /// Removes what was written; after `show` it does nothing.
  package func abandon() {
    guard let temporary else { return }
    try? folder.removeFile(temporary)
    self.temporary = nil
  }
}
