package import CoffreCore
package import CoffreRepository
import CoffreSystem

extension Secret {
  /// Of the repositories that tests make; also of those in `Vectors`.
  package static let ofTests = Secret("coffre-test")
}

extension MachineIdentity {
  package static let ofTests = MachineIdentity(hostName: "machine", userName: "tester", userID: 1000, groupID: 100)
}

extension KeyCost {
  /// Cheap on purpose: thousands of openings in one test.
  package static let ofTests = KeyCost(n: 16, r: 1, p: 1)
}

// MARK: Making and opening

extension Repository {
  /// A new repository with a cheap key and a fixed polynomial.
  package static func forTest(in store: any Store, version: Int = 2) throws -> Repository {
    try create(
      store: store, password: .ofTests, cost: .ofTests, version: version,
      polynomial: RabinPolynomial(0x3d_a335_8b4d_c173), machine: .ofTests)
  }

  package static func opened(_ store: any Store) throws -> Repository { try open(store: store, password: .ofTests) }
}

// MARK: Whole jobs, without locks

extension Repository {
  /// Backs up a session as the command does: parent, index, archiver; closes the session.
  @discardableResult
  package func backUp(
    _ session: any SourceSession, events: EventLog = EventLog(), time: Int64 = 1_700_001_000, parent: Bool = true,
    cancellation: Cancellation = Cancellation(), _ change: (inout ArchiveRequest) -> Void = { _ in }
  ) throws -> ArchiveResult {
    defer { session.close() }
    var request = ArchiveRequest(
      machine: .ofTests, time: Timestamp(seconds: time, nanoseconds: 0), program: "coffre test", threadCount: 2)
    if parent {
      request.parent = try self.parent(
        matching: SnapshotFilter(hosts: ["machine"], paths: session.paths.map { displayed($0) }),
        notAfter: request.time,
        report: { events.take(.note($0.text)) })
    }
    change(&request)
    let loaded = try loadIndex(cancellation: cancellation)
    let progress = ArchiveProgress(events: events, reportsItems: false)
    return try Archiver(
      repository: self, index: loaded.index, session: session, request: request, progress: progress,
      cancellation: cancellation
    ).run()
  }

  @discardableResult
  package func backUp(_ entries: [MemoryEntry], events: EventLog = EventLog(), time: Int64 = 1_700_001_000) throws
    -> ArchiveResult
  {
    try backUp(MemorySession(entries), events: events, time: time)
  }

  /// Checks everything, data too.
  package func examined(
    data: CheckRequest.DataShare = .all, threads: Int = 2, cancellation: Cancellation = Cancellation()
  ) throws -> Examination {
    let events = EventLog()
    let findings = CheckFindings(events: events)
    var request = CheckRequest(threadCount: threads)
    request.data = data
    try Checker(repository: self, request: request, findings: findings, cancellation: cancellation).run()
    return Examination(counters: findings.snapshot, warnings: events.warnings)
  }

  /// Restores a snapshot into any session, which is closed.
  package func restore(
    _ snapshot: StoredSnapshot, to session: any RestoreSession, events: EventLog = EventLog(), threads: Int = 2,
    cancellation: Cancellation = Cancellation(), _ change: (inout RestoreRequest) -> Void = { _ in }
  ) throws {
    defer { session.close() }
    var request = RestoreRequest(snapshot: snapshot, threadCount: threads)
    change(&request)
    let loaded = try loadIndex(cancellation: cancellation)
    try Restorer(
      repository: self, index: loaded.index, session: session, request: request,
      progress: RestoreProgress(events: events, reportsItems: false), cancellation: cancellation
    ).run()
  }

  /// Restores a snapshot into memory.
  package func restored(_ snapshot: StoredSnapshot, events: EventLog = EventLog(), threads: Int = 2) throws
    -> [PathBytes: MemoryRestore.Item]
  {
    let target = MemoryRestore()
    try restore(snapshot, to: target, events: events, threads: threads)
    return target.items
  }

  /// All snapshots, oldest first; throws if one cannot be read.
  package func soundSnapshots() throws -> [StoredSnapshot] {
    let (found, unreadable) = try snapshots()
    if let error = unreadable.first { throw error }
    return found
  }

  /// Every snapshot, oldest first, restored without a loss.
  package func restoredWhole() throws -> [[PathBytes: MemoryRestore.Item]] {
    try soundSnapshots().map { snapshot in
      let events = EventLog()
      let items = try restored(snapshot, events: events)
      guard events.losses.isEmpty else { throw Lossy(description: events.text) }
      return items
    }
  }

  package struct Lossy: Error, CustomStringConvertible {
    package let description: String
  }
}

/// What a check said.
package struct Examination: Sendable {
  package let counters: CheckFindings.Counters
  package let warnings: [JobWarning]

  package var isSound: Bool { counters.errors == 0 }
  package var damages: [JobWarning] { warnings.filter { $0.code == "damaged" } }
  package var hints: [JobWarning] { warnings.filter { $0.code == "hint" } }

  /// Whether some damage is told of this object.
  package func names(_ text: String) -> Bool {
    damages.contains { $0.subject.contains(text) || $0.message.contains(text) }
  }

  package var text: String { warnings.map { "\($0.code) \($0.subject): \($0.message)" }.joined(separator: "\n") }
}
