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
      try writeFileAtomically(Array(Note(own).text.utf8), path, permissions: 0o600)
    } catch {
      log.debug("a lock could not be noted", ["error": "\(error)"])
    }
  }

  func forget(_ id: LockID) {
    guard let path = path(of: id) else { return }
    try? removeFile(path)
  }

  /// Whether the lock was ours and its process is provably gone: no process with that number and start time in the same
  /// boot and process namespace; or another boot of the same machine, begun after the lock's last refresh.
  ///
  /// The folder may be shared by several machines (a home on a server, a volume of containers): what another machine
  /// noted proves nothing here.
  func isDead(_ id: LockID, _ lock: LockFile) -> Bool {
    guard let path = path(of: id), let bytes = try? readFile(path, limit: 4096), let noted = Note(bytes),
      noted.machine == Self.machine, lock.hostname == hostName()
    else { return false }
    if noted.process.bootID != ProcessIdentity.current()?.bootID {
      guard let bootTime = Clock.bootTime() else { return false }
      return lock.time.seconds < bootTime
    }
    return noted.process.liveness == .dead
  }

  /// Another one for each installation and each name it goes by.
  static let machine: String = {
    let bytes = (try? readFile(Array("/etc/machine-id".utf8), limit: 256)) ?? []
    return displayed(bytes).filter { !$0.isWhitespace } + "/" + hostName()
  }()

  /// What is written down of a lock: the process that holds it, and the machine it runs on.
  private struct Note {
    let process: ProcessIdentity
    let machine: String

    init(_ process: ProcessIdentity) {
      self.process = process
      machine = LockRecord.machine
    }

    init?(_ bytes: [UInt8]) {
      let lines = displayed(bytes).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      guard lines.count >= 5, let processID = Int32(lines[0]), let startTime = UInt64(lines[3]) else { return nil }
      process = ProcessIdentity(
        processID: processID, bootID: lines[1], pidNamespace: lines[2], startTime: startTime)
      machine = lines[4]
    }

    var text: String {
      "\(process.processID)\n\(process.bootID)\n\(process.pidNamespace)\n\(process.startTime)\n\(machine)\n"
    }
  }
}
