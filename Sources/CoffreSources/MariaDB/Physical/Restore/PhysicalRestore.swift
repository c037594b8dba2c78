import CoffreCore
import CoffreSystem

/// Makes the folder of a server from a physical backup: extracts it, lets mariadb-backup replay its log, and starts a server
/// of ours on it, which must open what the manifest names. Then it is stopped, and the folder gets its name.
///
/// It never touches a folder that holds anything, and leaves none behind that failed.
final class PhysicalRestore: PullingRestore {
  private let settings: DatabaseRestoreSettings
  private let cancellation: Cancellation
  private let target: PathBytes

  /// - Precondition: the address names a folder.
  init(_ settings: DatabaseRestoreSettings, cancellation: Cancellation) throws {
    guard let path = settings.location.folder else { preconditionFailure("a restore to a server") }
    self.settings = settings
    self.cancellation = cancellation
    target = try absolutePath(of: Array(path.utf8))
  }

  /// Nothing is held between runs.
  func close() {}

  func run(
    _ contents: any SnapshotContents, progress: @escaping @Sendable (Int64) -> Void
  ) throws(SourceError) -> [SourceNote] {
    let source = try RestoreSource(contents, of: .mariadbPhysical, progress: progress)
    let tools = try RestoreTools(for: source.manifest, cancellation: cancellation)
    let folder = try FolderInTheMaking(target)
    let leftovers = folder.leftovers.map { path in
      SourceNote(
        subject: displayed(path),
        message: "half a restore that was ended by force; remove it, unless another restore is running")
    }
    do throws(SourceError) {
      let extraction = StreamExtraction(tools.backup, to: folder.files, cancellation: cancellation)
      let stream = Array(PhysicalBackup.fileName.utf8)
      let serverSettings = try extraction.run(
        source.contents.read(stream), of: stream, progress: source.progress)
      try RestoreTools.prepare(folder.files, by: tools.backup, cancellation: cancellation)
      let proof = PhysicalProof(tools.server, of: folder.files, holding: source.manifest, cancellation: cancellation)
      let notes = try proof.run(with: serverSettings)
      try folder.place()
      return leftovers + notes + [owner]
    } catch {
      guard let left = folder.clear() else { throw error }
      throw SourceError(
        error.reason == .cancelled ? .failed : error.reason, error.action, error.path,
        because: "\(error.cause); half of it is in '\(displayed(left))', and could not be removed",
        advice: error.explanation.advice)
    }
  }

  private var owner: SourceNote {
    SourceNote(
      subject: displayed(target),
      message: "its files belong to whoever ran this: give them to the server's user before you start it (chown)",
      isGood: true)
  }
}
