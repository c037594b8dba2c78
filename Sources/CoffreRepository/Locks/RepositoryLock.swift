package import CoffreCore
import CoffreSystem
import OpenSSLKit

/// How a lock is asked for.
package struct LockRequest: Sendable {
  package enum Mode: Sendable { case shared, exclusive }

  /// Where to go on without a lock if none can be written. Others' locks count all the same.
  package enum Waiver: Sendable {
    case nowhere
    /// Where there is no space for one: what makes room there must be possible.
    case whereFull
    /// Wherever: reading from a full or read-only place must be possible.
    case whereUnwritable
  }

  package let mode: Mode
  package let waiver: Waiver
  /// How long to try again while somebody else is at work.
  package let patience: Duration
  package let machine: MachineIdentity
  package let record: LockRecord
  /// Tests hurry.
  var pace = Pace()

  /// How a held lock is kept fresh.
  struct Pace: Sendable {
    var refreshInterval = Duration.seconds(300)
    /// Peers take a lock for dead after 30 minutes: well before, we stop.
    var lossAge = Duration.seconds(1350)
    /// For so long after the store showed the lock it is not asked again, where asking is a request.
    var trust = Duration.seconds(60)
  }

  package init(
    mode: Mode, waiver: Waiver = .nowhere, patience: Duration = .zero, machine: MachineIdentity, record: LockRecord
  ) {
    self.mode = mode
    self.waiver = waiver
    self.patience = patience
    self.machine = machine
    self.record = record
  }
}

extension Repository {
  /// Runs `body` while holding a lock; it is refreshed meanwhile and removed at every end.
  ///
  /// If it cannot be refreshed for 22.5 minutes, or somebody removed it, `cancellation` is raised and the run ends with
  /// `.lockLost`.
  ///
  /// - Parameters:
  ///   - note: told when a dead lock of ours was taken away or somebody is waited for.
  ///   - body: told how to ask whether the lock still holds, before what it protects is made final.
  package func withLock<Result>(
    _ request: LockRequest, cancellation: Cancellation, note: @escaping @Sendable (Message) -> Void,
    _ body: (_ confirm: @escaping @Sendable () throws -> Void) throws -> Result
  ) throws -> Result {
    let lease = try lock(request, cancellation: cancellation, note: note)
    defer { lease.release() }
    return try lease.hold(during: body)
  }

  /// Takes a lock that is kept until it is released; see `withLock`.
  package func lock(
    _ request: LockRequest, cancellation: Cancellation, note: @escaping @Sendable (Message) -> Void
  ) throws -> LockLease {
    do {
      let lock = try HeldLock.acquire(request, in: self, cancellation: cancellation, note: note)
      return try LockLease(lock, location: location, cancellation)
    } catch let error as StoreError where request.waives(error) {
      guard request.mode == .exclusive else {
        note("no lock could be written (\(error.cause)); going on without: let nobody prune this repository meanwhile")
        return LockLease(location: location) {}
      }
      note("no lock could be written (\(error.cause)); going on without: let nobody else use this repository meanwhile")
      return LockLease(location: location) { try HeldLock.refuseOthers(request, in: self, note: note) }
    }
  }
}

extension LockRequest {
  fileprivate func waives(_ error: StoreError) -> Bool {
    guard error.action == .save else { return false }
    return switch waiver {
    case .nowhere: false
    case .whereFull: error.reason == .noSpace
    case .whereUnwritable: [.noSpace, .noPermission, .refused].contains(error.reason)
    }
  }
}

/// A lock of ours in the repository.
final class HeldLock: Sendable {
  private struct State: Sendable {
    /// The newest last; older ones are there only if they could not be removed.
    var ids: [LockID]
    var refreshed = ContinuousClock.now
    /// When the store last showed that the newest is there.
    var seen: Sighting
    var isReleased = false
    var isLost = false
  }

  private let repository: Repository
  private let request: LockRequest
  private let state: Monitor<State>

  private init(_ id: LockID, seen: Sighting, _ request: LockRequest, in repository: Repository) {
    self.repository = repository
    self.request = request
    state = Monitor(State(ids: [id], seen: seen))
  }

  var isLost: Bool { state.withLock { $0.isLost } }
}

// MARK: Acquiring

extension HeldLock {
  /// Looks, writes the lock, looks again; on a store whose lists lag, waits 200 ms between (format: "Locks").
  static func acquire(
    _ request: LockRequest, in repository: Repository, cancellation: Cancellation,
    note: @Sendable (Message) -> Void
  ) throws -> HeldLock {
    let codec = repository.makeCodec()
    let deadline = ContinuousClock.now + request.patience
    var wait = Duration.seconds(5)
    var isFirst = true
    while true {
      do {
        return try tryAcquire(request, in: repository, with: codec, note: note)
      } catch let error as RepositoryError {
        guard case .locked(_, let holder, _) = error, ContinuousClock.now < deadline else { throw error }
        if isFirst { note("waiting for \(holder)") }
        isFirst = false
        try pause(for: min(wait, deadline - ContinuousClock.now), unless: cancellation)
        wait = min(wait * 2, .seconds(60))
      }
    }
  }

  private static func tryAcquire(
    _ request: LockRequest, in repository: Repository, with codec: BlobCodec, note: @Sendable (Message) -> Void
  ) throws -> HeldLock {
    _ = try checkConflicts(request, in: repository, except: nil, with: codec, note: note)
    let (id, size) = try write(request, in: repository, with: codec)
    do {
      if !repository.store.traits.listsAtOnce { try pause(for: .milliseconds(200), unless: Cancellation()) }
      let seen = Sighting()
      let own = try checkConflicts(request, in: repository, except: id, with: codec, note: note)
      // What is uploaded next is believed to be kept as it was sent: here it shows whether the store does that.
      if own?.sizeInBytes != Int64(size) { try verify(id, sizeInBytes: size, in: repository) }
      return HeldLock(id, seen: seen, request, in: repository)
    } catch {
      try? repository.store.remove(ObjectKind.lock.storeKey(of: id))
      request.record.forget(id)
      throw error
    }
  }

  /// For a lock that the list does not show as it was written; the list may lag.
  private static func verify(_ id: LockID, sizeInBytes size: Int, in repository: Repository) throws {
    let key = ObjectKind.lock.storeKey(of: id)
    let bytes: [UInt8]
    do throws(StoreError) {
      bytes = try repository.store.load(key, expectedSize: size)
    } catch {
      guard error.reason == .notFound else { throw error }
      throw RepositoryError.lockLost(location: repository.location)
    }
    guard SHA256Hasher().hash(bytes.span) == id else {
      throw RepositoryError.damaged(object: key.path, problem: "its name is not the hash of its content")
    }
  }

  /// Throws `.locked` if somebody has come meanwhile: for who goes without a lock of their own.
  fileprivate static func refuseOthers(
    _ request: LockRequest, in repository: Repository, note: @Sendable (Message) -> Void
  ) throws {
    _ = try checkConflicts(request, in: repository, except: nil, with: repository.makeCodec(), note: note)
  }

  private static func write(_ request: LockRequest, in repository: Repository, with codec: BlobCodec)
    throws(StoreError) -> (id: LockID, sizeInBytes: Int)
  {
    let lock = LockFile(
      time: Clock.now(), isExclusive: request.mode == .exclusive, hostname: request.machine.hostName,
      username: request.machine.userName, processID: Int64(ThisProcess.processID),
      userID: request.machine.userID, groupID: request.machine.groupID)
    let sealed = codec.sealUnpacked(lock.encoded().span)
    let id = codec.hasher.hash(sealed.span)
    // Noted before it exists: a lock of ours that nobody can recognise must never be.
    request.record.note(id)
    do throws(StoreError) {
      try repository.store.save(sealed.span, at: ObjectKind.lock.storeKey(of: id))
    } catch {
      request.record.forget(id)
      throw error
    }
    return (id, sealed.count)
  }

  /// Throws `.locked` if another lock stands in the way. Dead locks of our own are removed on the way.
  ///
  /// - Returns: the own lock as the list shows it.
  private static func checkConflicts(
    _ request: LockRequest, in repository: Repository, except own: LockID?, with codec: BlobCodec,
    note: @Sendable (Message) -> Void
  ) throws -> ListedObject? {
    let listed = try repository.store.listObjects(.lock)
    for object in listed where object.id != own && object.sizeInBytes > 0 {
      guard let lock = try load(object, in: repository, with: codec) else { continue }
      if request.record.isDead(object.id, lock) {
        try repository.store.remove(ObjectKind.lock.storeKey(of: object.id))
        request.record.forget(object.id)
        note("removed lock \(object.id.short), left by a Coffre process of this machine that is gone")
        continue
      }
      if request.mode == .exclusive || lock.isExclusive {
        throw RepositoryError.locked(
          location: repository.location, holder: lock.holder, advice: advice(on: lock, request: request))
      }
    }
    return listed.first { $0.id == own }
  }

  /// - Returns: `nil` if it was released since it was listed.
  private static func load(_ object: ListedObject, in repository: Repository, with codec: BlobCodec) throws
    -> LockFile?
  {
    var attempt = 0
    while true {
      do {
        return try LockFile(decoding: try repository.loadUnpacked(.lock, object, with: codec))
      } catch let error as StoreError where error.reason == .notFound {
        return nil
      } catch {
        // It may be half-written on a store that is not atomic: look again before judging it.
        attempt += 1
        guard attempt < 3 else {
          throw (error as? RepositoryError)
            ?? RepositoryError.damaged(
              object: ObjectKind.lock.storeKey(of: object.id).path, problem: "it cannot be read")
        }
        try pause(for: .milliseconds(300 * attempt), unless: Cancellation())
      }
    }
  }

  private static func advice(on lock: LockFile, request: LockRequest) -> Message {
    guard lock.isStale(on: request.machine) else { return "Wait for it to end, or give --retry-lock 10m." }
    let why: Message =
      lock.isGone(on: request.machine)
      ? "its process is gone from this machine" : "it was not refreshed for more than half an hour"
    return "The lock looks dead: \(why). Run `coffre repo unlock`; it removes such locks only."
  }
}

extension LockFile {
  /// Who holds it, for people.
  var holder: Message { "process \(processID) of \(username) on \(hostname) since \(time)" }
}

// MARK: Keeping and releasing

extension HeldLock {
  func keepFresh(_ cancellation: Cancellation) {
    let codec = repository.makeCodec()
    while state.wait(for: request.pace.refreshInterval, until: { $0.isReleased }, then: { _ in true }) == nil {
      do throws(StoreError) {
        guard try isStillThere() else { return lose(cancellation) }
        try refresh(with: codec)
      } catch {
        log.warning("the lock could not be refreshed", ["cause": "\(error.cause)"])
        if ContinuousClock.now - state.withLock({ $0.refreshed }) >= request.pace.lossAge { return lose(cancellation) }
      }
    }
  }

  /// A machine that slept for long, or a store that hung, may find that somebody took the lock for dead and worked alone
  /// meanwhile.
  private func isStillThere() throws(StoreError) -> Bool {
    guard let id = state.withLock({ $0.ids.last }) else { return false }
    let now = Sighting()
    guard try repository.store.holds(ObjectKind.lock.storeKey(of: id)) else { return false }
    state.withLock { $0.seen = now }
    return true
  }

  private func lose(_ cancellation: Cancellation) {
    state.withLock { $0.isLost = true }
    cancellation.cancel(.failedElsewhere)
  }

  /// Throws unless the lock still protects what was done under it. Asked before a snapshot is saved.
  ///
  /// A store that is far away is asked only if it has not shown the lock just before: whoever may take a lock for dead
  /// waits half an hour.
  func confirm() throws {
    if !isLost, !repository.store.traits.listsAtOnce, state.withLock({ $0.seen }).isYounger(than: request.pace.trust) {
      return
    }
    guard !isLost, try isStillThere() else { throw RepositoryError.lockLost(location: repository.location) }
  }

  /// Writes a new lock, then removes the old ones: at no moment is there none.
  private func refresh(with codec: BlobCodec) throws(StoreError) {
    let (new, _) = try Self.write(request, in: repository, with: codec)
    let old = state.withLock { state in
      state.refreshed = .now
      defer { state.ids.append(new) }
      return state.ids
    }
    for id in old { remove(id) }
  }

  func stopRefreshing() { state.withLock { $0.isReleased = true } }

  func release() { for id in state.withLock({ $0.ids }) { remove(id) } }

  private func remove(_ id: LockID) {
    do throws(StoreError) {
      try repository.store.remove(ObjectKind.lock.storeKey(of: id))
      request.record.forget(id)
      state.withLock { $0.ids.removeAll { $0 == id } }
    } catch {
      log.warning("a lock could not be removed", ["lock": id.short, "cause": "\(error.cause)"])
    }
  }
}
