package import CoffreCore
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

  /// Opens the store and the repository with its password. When only the password's key is missing, it tells the store
  /// to whoever has something else to begin.
  package typealias Opening = @Sendable (_ meanwhile: (any Store) -> Void) throws -> Repository

  private let opening: Opening
  package let location: String
  package let machine: MachineIdentity
  package let lockRecord: LockRecord
  /// How long to wait for a lock.
  package let patience: Duration
  /// What outlasts a job; `nil` if nothing does.
  private var estate: JobEstate?

  package init(
    location: String, machine: MachineIdentity, lockRecord: LockRecord, patience: Duration,
    open opening: @escaping Opening
  ) {
    self.location = location
    self.machine = machine
    self.lockRecord = lockRecord
    self.patience = patience
    self.opening = opening
  }

  package func open() throws -> Repository { try opening { _ in } }

  /// Opens the repository and holds a lock on it while `body` runs.
  ///
  /// - Parameters:
  ///   - meanwhile: told the store while the repository is opened, for what can begin at once; returns soon. Not called if
  ///     it is open already.
  ///   - body: told how to ask whether the lock still holds.
  package func withRepository<Result>(
    _ use: Use, _ context: JobContext, meanwhile: (any Store) -> Void = { _ in },
    _ body: (Repository, _ confirm: @escaping @Sendable () throws -> Void) throws -> Result
  ) throws -> Result {
    let repository = try opening(meanwhile)
    return try withLock(on: repository, for: use, context) { confirm in try body(repository, confirm) }
  }

  /// Holds a lock on a repository that is open already: for jobs that need one lock after the other. An exclusive lock
  /// that an earlier job has kept serves every use.
  ///
  /// - Parameters:
  ///   - patience: how long to wait for it, if not as long as always.
  ///   - body: told how to ask whether the lock still holds.
  func withLock<Result>(
    on repository: Repository, for use: Use, _ context: JobContext, patience: Duration? = nil,
    _ body: (_ confirm: @escaping @Sendable () throws -> Void) throws -> Result
  ) throws -> Result {
    if let lease = estate?.lease { return try lease.hold(during: body) }
    let request = LockRequest(
      mode: use.mode, waiver: use.waiver, patience: patience ?? self.patience,
      machine: machine, record: lockRecord)
    let lease = try repository.lock(request, cancellation: context.cancellation, note: { context.note($0) })
    let result: Result
    do {
      result = try lease.hold(during: body)
    } catch {
      lease.release()
      throw error
    }
    if let estate, keepsLock, request.mode == .exclusive, lease.isWritten {
      estate.keep(lease)
    } else {
      lease.release()
    }
    return result
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

// MARK: Several jobs in a row

extension RepositoryAccess {
  /// The same for several jobs in a row: the first opens the repository, the others take it as it is open. The password
  /// is asked for once.
  ///
  /// - Parameter keepsLock: an exclusive lock of one job stays for the next one, until `letGo`.
  package func openedOnce(keepsLock: Bool = false) -> RepositoryAccess {
    let estate = JobEstate(keepsLock: keepsLock)
    var access = RepositoryAccess(
      location: location, machine: machine, lockRecord: lockRecord, patience: patience,
      open: { [opening] meanwhile in try estate.repository { try opening(meanwhile) } })
    access.estate = estate
    return access
  }

  var keepsLock: Bool { estate?.keepsLock == true }
  /// Whether an exclusive lock is held since an earlier job.
  var isAlone: Bool { estate?.lease != nil }

  /// Releases the lock that is kept, if one is.
  package func letGo() { estate?.takeLease()?.release() }
}

/// What jobs leave to the next one of the same command.
private final class JobEstate: Sendable {
  let keepsLock: Bool
  private let opened = Mutex<Repository?>(nil)
  private let kept = Mutex<LockLease?>(nil)

  init(keepsLock: Bool) { self.keepsLock = keepsLock }

  func repository(_ open: () throws -> Repository) throws -> Repository {
    try opened.withLock { repository in
      if let repository { return repository }
      let opened = try open()
      repository = opened
      return opened
    }
  }

  var lease: LockLease? { kept.withLock { $0 } }
  func keep(_ lease: LockLease) { kept.withLock { $0 = lease } }

  func takeLease() -> LockLease? {
    kept.withLock { kept in
      defer { kept = nil }
      return kept
    }
  }
}
