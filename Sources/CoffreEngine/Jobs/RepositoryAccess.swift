import CoffreCore
package import CoffreRepository
import Synchronization

/// How a job gets at its repository: composed by the command, opened by the job.
package struct RepositoryAccess: Sendable {
  /// What is done there, which decides the lock.
  package enum Use: Sendable, Hashable {
    /// A shared lock if one can be written: reading from a full or read-only place must be possible.
    case reading
    /// A shared lock: others may add too.
    case adding
    /// An exclusive lock.
    case removing
    /// The same, but where the disk is too full for a lock none, as long as nobody else holds one: for what makes room.
    case makingRoom
  }

  /// Opens the store and the repository with its password.
  package let open: @Sendable () throws -> Repository
  package let location: String
  package let machine: MachineIdentity
  package let lockRecord: LockRecord
  /// How long to wait for a lock.
  package let patience: Duration

  package init(
    location: String, machine: MachineIdentity, lockRecord: LockRecord, patience: Duration,
    open: @escaping @Sendable () throws -> Repository
  ) {
    self.location = location
    self.machine = machine
    self.lockRecord = lockRecord
    self.patience = patience
    self.open = open
  }

  /// Opens the repository and holds a lock on it while `body` runs.
  ///
  /// - Parameter body: told how to ask whether the lock still holds.
  package func withRepository<Result>(
    _ use: Use, _ context: JobContext,
    _ body: (Repository, _ confirm: @escaping @Sendable () throws -> Void) throws -> Result
  ) throws -> Result {
    let repository = try open()
    return try withLock(on: repository, for: use, context) { confirm in try body(repository, confirm) }
  }

  /// Holds a lock on a repository that is open already: for jobs that need one lock after the other.
  ///
  /// - Parameter body: told how to ask whether the lock still holds.
  func withLock<Result>(
    on repository: Repository, for use: Use, _ context: JobContext,
    _ body: (_ confirm: @escaping @Sendable () throws -> Void) throws -> Result
  ) throws -> Result {
    let request = LockRequest(
      mode: use.mode, waiver: use.waiver, patience: patience,
      machine: machine, record: lockRecord)
    return try repository.withLock(request, cancellation: context.cancellation, note: { context.note($0) }, body)
  }
}

extension RepositoryAccess.Use {
  fileprivate var mode: LockRequest.Mode {
    switch self {
    case .reading, .adding: .shared
    case .removing, .makingRoom: .exclusive
    }
  }

  fileprivate var waiver: LockRequest.Waiver {
    switch self {
    case .reading: .whereUnwritable
    case .adding, .removing: .nowhere
    case .makingRoom: .whereFull
    }
  }
}

extension RepositoryAccess {
  /// The same for several jobs in a row: the first opens the repository, the others take it as it is open. The password
  /// is asked for once.
  package func openedOnce() -> RepositoryAccess {
    let opened = OpenedRepository()
    return RepositoryAccess(
      location: location, machine: machine, lockRecord: lockRecord, patience: patience,
      open: { [open] in try opened.get(open) })
  }
}

private final class OpenedRepository: Sendable {
  private let repository = Mutex<Repository?>(nil)

  func get(_ open: () throws -> Repository) throws -> Repository {
    try repository.withLock { repository in
      if let repository { return repository }
      let opened = try open()
      repository = opened
      return opened
    }
  }
}
