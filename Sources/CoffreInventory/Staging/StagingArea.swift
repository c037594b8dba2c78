package import CoffreCore
import CoffreSystem
import Synchronization

/// Where a run of an inventory puts copies for the time that it needs them: a folder of its own, which only this user may
/// enter, beside those of other runs.
///
/// Each run holds a lock (`flock`) on a file in its folder as long as it lives. The kernel lets go of it when the process is
/// gone, however it ended: so nobody has to believe in numbers of processes to know which folders are left over.
package final class StagingArea: Sendable {
  package let root: PathBytes

  private struct State {
    var folder: PathBytes?
    var lock: HeldLock?
    var isClosed = false
  }

  private let state = Mutex(State())

  private static let prefix = Array("coffre-run-".utf8)
  private static let lockName = Array("lock".utf8)
  private static let attempts = 100

  /// `TMPDIR`, or `/var/tmp`: a data directory is large, `/tmp` is memory on many machines, and what a killed run left must
  /// still be known after the machine was started again.
  package static func defaultRoot() -> PathBytes {
    guard let chosen = Environment.bytes("TMPDIR"), !chosen.isEmpty else { return Array("/var/tmp".utf8) }
    return chosen
  }

  /// Makes nothing yet: most runs need no copy.
  ///
  /// - Parameter root: a folder; it is made if it is not there.
  package init(root: PathBytes) throws(SourceError) {
    do throws(SystemError) {
      self.root = try absolutePath(of: root)
      try makeDirectories(self.root, permissions: 0o700)
      _ = try FileDescriptor.openDirectory(path: self.root)
    } catch {
      throw Self.refusal(error, root)
    }
  }

  deinit { close() }

  static let advice: Message = "Name another folder for temporary copies, with --temp-dir or in the variable TMPDIR."

  private static func refusal(_ error: SystemError, _ root: PathBytes) -> SourceError {
    SourceError(staging: error, "use for temporary copies the folder", root, advice: advice)
  }
}

/// A lock that is held until it is let go.
private final class HeldLock: Sendable {
  private let file: FileDescriptor

  init(_ file: consuming FileDescriptor) { self.file = file }

  func release() { try? file.unlock() }
}

// MARK: The run's own folder

extension StagingArea {
  /// Makes a folder for one row, empty, within the run's own.
  ///
  /// - Parameter name: unique in the run.
  /// - Throws: also after `close`.
  func makeFolder(_ name: String) throws(SourceError) -> PathBytes {
    do throws(SystemError) {
      return try state.withLock { state throws(SystemError) in
        guard !state.isClosed else { throw SystemError.notFound(root) }
        if state.folder == nil { (state.folder, state.lock) = try makeOwn() }
        guard let folder = state.folder else { throw SystemError.notFound(root) }
        let path = joined(folder, Array(name.utf8))
        try FileDescriptor.openDirectory(path: folder).makeDirectory(Array(name.utf8), permissions: 0o700)
        return path
      }
    } catch {
      throw Self.refusal(error, root)
    }
  }

  /// Between making a folder and locking it, another run may take it for one of the dead: then it is made again.
  private func makeOwn() throws(SystemError) -> (PathBytes, HeldLock) {
    let above = try FileDescriptor.openDirectory(path: root)
    for _ in 0..<Self.attempts {
      let name = Self.prefix + temporaryName().suffix(16)
      try above.makeDirectory(name, permissions: 0o700)
      do throws(SystemError) {
        let folder = try above.open(name, for: .reading, [.directory, .noFollow])
        let file = try folder.open(Self.lockName, for: .readingAndWriting, [.create, .noFollow], permissions: 0o600)
        guard try file.tryLock(.exclusive), try Self.isStillThere(file, in: folder) else { continue }
        return (joined(root, name), HeldLock(file))
      } catch {
        guard error.isNotFound else {
          try? removeTree(joined(root, name))
          throw error
        }
      }
    }
    throw SystemError.notFound(root)
  }

  /// Whether the name still stands for the file that is locked, in a folder that was not removed.
  private static func isStillThere(
    _ file: borrowing FileDescriptor, in folder: borrowing FileDescriptor
  ) throws(SystemError) -> Bool {
    try folder.attributes(of: lockName).inode == file.attributes().inode
  }

  /// Removes all that this run made. To be called at every end; again is fine.
  ///
  /// - Returns: what could not be removed; `nil` if nothing is left.
  @discardableResult
  package func close() -> PathBytes? {
    let (folder, lock) = state.withLock { state in
      defer { state = State(isClosed: true) }
      return (state.folder, state.lock)
    }
    guard let folder else { return nil }
    let isRemoved = (try? removeTree(folder)) != nil
    lock?.release()
    return isRemoved ? nil : folder
  }
}

// MARK: Those of the dead

extension StagingArea {
  /// Removes the folders of runs that ended without doing so. Those of runs that live, and what belongs to other users, stay.
  ///
  /// - Returns: what was removed, and what could not be.
  package func removeStale() -> [SourceNote] {
    guard let above = try? FileDescriptor.openDirectory(path: root), let names = try? above.entryNames() else {
      return []
    }
    let own = state.withLock { $0.folder }
    var notes: [SourceNote] = []
    for name in names.sorted(by: { $0.lexicographicallyPrecedes($1) }) where name.starts(with: Self.prefix) {
      let path = joined(root, name)
      guard path != own else { continue }
      do throws(SystemError) {
        guard try Self.removeIfDead(name, in: above) else { continue }
        notes.append(
          SourceNote(
            subject: displayed(path),
            message: "'\(displayed(path))' is removed: a run that was ended by force had left it", isGood: true))
      } catch {
        if error.isNotFound { continue }
        notes.append(
          SourceNote(
            subject: displayed(path),
            message: "a run that was ended by force left it, and it cannot be removed: \(error.cause)"))
      }
    }
    return notes
  }

  /// - Returns: whether it was removed.
  private static func removeIfDead(_ name: PathBytes, in above: borrowing FileDescriptor) throws(SystemError) -> Bool {
    let found = try above.attributes(of: name)
    // A folder for temporary files is open to everybody: what others put there is theirs.
    guard found.kind == .directory, found.userID == effectiveUserID else { return false }
    let folder = try above.open(name, for: .reading, [.directory, .noFollow])
    // Also where it was killed before there was a lock.
    let file = try folder.open(lockName, for: .readingAndWriting, [.create, .noFollow], permissions: 0o600)
    guard try file.tryLock(.exclusive), try isStillThere(file, in: folder) else { return false }
    defer { try? file.unlock() }
    try removeTree(joined(above.path, name))
    return true
  }
}

extension SourceError {
  /// Of a copy that could not be made.
  init(staging error: SystemError, _ action: String, _ path: PathBytes, advice: Message? = nil) {
    let reason: Reason =
      if error.isNotFound {
        .vanished
      } else if error.isNoPermission || error.isReadOnly {
        .noPermission
      } else {
        error.isNoSpace ? .noSpace : .failed
      }
    let usual: Message? = reason == .noPermission ? "Run as a user who may do this." : nil
    self.init(reason, action, path, because: error.cause, advice: advice ?? usual)
  }
}
