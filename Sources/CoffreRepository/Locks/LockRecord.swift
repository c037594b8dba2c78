package import CoffreCore
import CoffreSystem

/// Coffre's own note, outside the repository, of the locks its processes hold: proof that one of them is dead.
///
/// One small file per lock in the state folder, named by the lock's id. A lock without such a file is somebody else's, and
/// only restic's rules apply to it.
package struct LockRecord: Sendable {
  private let folder: PathBytes?

  /// - Parameter folder: `nil` keeps no record; then a crashed process's lock has to be removed by hand.
  package init(folder: PathBytes?) { self.folder = folder }

  private func path(of id: LockID) -> PathBytes? { folder.map { joined($0, id.hexBytes) } }

  /// Failing to note is no failure of the job: the lock then merely outlives a crash.
  func note(_ id: LockID) {
    guard let folder, let path = path(of: id), let own = ProcessIdentity.current() else { return }
    do {
      try makeDirectories(folder, permissions: 0o700)
      try writeFileAtomically(Array(text(of: own).utf8), path, permissions: 0o600)
    } catch {
      log.debug("a lock could not be noted", ["error": "\(error)"])
    }
  }

  func forget(_ id: LockID) {
    guard let path = path(of: id) else { return }
    try? removeFile(path)
  }

  /// Whether the lock was ours and its process is provably gone: another boot, or the same boot and process namespace and
  /// no process with that number and start time.
  func isDead(_ id: LockID) -> Bool {
    guard let path = path(of: id), let bytes = try? readFile(path, limit: 4096), let noted = process(in: bytes) else {
      return false
    }
    return noted.liveness == .dead
  }

  private func text(of process: ProcessIdentity) -> String {
    "\(process.processID)\n\(process.bootID)\n\(process.pidNamespace)\n\(process.startTime)\n"
  }

  private func process(in bytes: [UInt8]) -> ProcessIdentity? {
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    guard lines.count == 4, let processID = Int32(lines[0]), let startTime = UInt64(lines[3]) else { return nil }
    return ProcessIdentity(
      processID: processID, bootID: lines[1], pidNamespace: lines[2], startTime: startTime)
  }
}
