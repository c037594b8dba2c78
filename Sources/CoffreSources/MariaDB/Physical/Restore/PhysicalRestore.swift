import CoffreCore
import CoffreSystem
import Synchronization

/// Makes the folder of a server from a physical backup: extracts it, lets mariadb-backup replay its log, and starts a server
/// of ours on it, which must open what the manifest names. Then it is stopped.
///
/// It never touches a folder that holds anything, and leaves none behind that failed.
final class PhysicalRestore: PullingRestore {
  private let settings: DatabaseRestoreSettings
  private let cancellation: Cancellation
  private let folder: PathBytes

  /// - Precondition: the address names a folder.
  init(_ settings: DatabaseRestoreSettings, cancellation: Cancellation) throws {
    guard let path = settings.location.folder else { preconditionFailure("a restore to a server") }
    self.settings = settings
    self.cancellation = cancellation
    folder = try absolutePath(of: Array(path.utf8))
  }

  /// Nothing is held between runs.
  func close() {}

  func run(
    _ contents: any SnapshotContents, progress: @escaping @Sendable (Int64) -> Void
  ) throws(SourceError) -> [SourceNote] {
    let source = try RestoreSource(contents, of: .mariadbPhysical, progress: progress)
    let tools = try RestoreTools(for: source.manifest, cancellation: cancellation)
    let target = try EmptyFolder(folder)
    do throws(SourceError) {
      let extraction = StreamExtraction(tools, to: folder, cancellation: cancellation)
      let serverSettings = try extraction.run(source)
      try tools.prepare(folder, cancellation: cancellation)
      let proof = PhysicalProof(tools, of: folder, holding: source.manifest, cancellation: cancellation)
      return try proof.run(with: serverSettings) + [owner]
    } catch {
      target.clear()
      throw error
    }
  }

  private var owner: SourceNote {
    SourceNote(
      subject: displayed(folder),
      message: "its files belong to whoever ran this: give them to the server's user before you start it (chown)",
      isGood: true)
  }
}

/// The folder that becomes a server's: made for it, or empty.
struct EmptyFolder {
  private let path: PathBytes
  private let isMade: Bool

  /// - Throws: for a folder that holds anything.
  init(_ path: PathBytes) throws(SourceError) {
    self.path = path
    do throws(SystemError) {
      isMade = (try? FileDescriptor.attributes(ofPath: path, .notFollowing)) == nil
      if isMade { try makeDirectories(path, permissions: 0o700) }
      let names = try FileDescriptor.openDirectory(path: path).entryNames()
      guard names.isEmpty else { throw SystemError.notEmpty(path) }
    } catch {
      let isFull = error.isNotEmpty
      throw SourceError(
        isFull ? .exists : SourceError(error, "use", path).reason, "restore to", path, because: error.cause,
        advice: isFull ? "Name a folder that is empty, or does not exist." : nil)
    }
  }

  /// Removes what was put there. What cannot be removed stays.
  func clear() {
    guard !isMade else {
      try? removeTree(path)
      return
    }
    let names = (try? FileDescriptor.openDirectory(path: path).entryNames()) ?? []
    for name in names { try? removeTree(joined(path, name)) }
  }
}
