package import CoffreCore
package import CoffreRepository
import CoffreSystem
import Synchronization

/// Changes the tags of snapshots: each is saved anew, then its old file is removed.
package final class TagJob: Job {
  /// What becomes of a snapshot's tags.
  package enum Change: Sendable, Hashable {
    case set([String])
    case modify(adding: [String], removing: [String])

    /// Tags are compared byte for byte and named once.
    package func applied(to tags: [String]) -> [String] {
      switch self {
      case .set(let new): return new.reduce(into: []) { $0.addOnce($1) }
      case .modify(let adding, let removing):
        let grown = adding.reduce(into: tags) { $0.addOnce($1) }
        return grown.filter { tag in !removing.contains { $0.hasSameBytes(as: tag) } }
      }
    }
  }

  package struct Options: Sendable {
    /// Ids, their beginnings or `latest`; none means all that the filter lets through.
    package var names: [String] = []
    /// With names it narrows `latest` only.
    package var filter = SnapshotFilter()
    package var change: Change
    package var isDryRun = false

    package init(_ change: Change) { self.change = change }
  }

  /// One snapshot whose tags changed.
  package struct Retagged: Sendable {
    package let old: StoredSnapshot
    package let tags: [String]
    /// `nil` in a dry run.
    package let newID: SnapshotID?
  }

  package let description: JobDescription
  private let access: RepositoryAccess
  private let options: Options
  private let onChange: @Sendable (Retagged) -> Void

  /// - Parameter onChange: told of each snapshot whose tags changed, or in a dry run would.
  package init(_ access: RepositoryAccess, options: Options, onChange: @escaping @Sendable (Retagged) -> Void) {
    self.access = access
    self.options = options
    self.onChange = onChange
    description = JobDescription(kind: "tag", repository: access.location, subjects: options.names)
  }

  package func progress(elapsed: Duration) -> JobProgress? { nil }
}

// MARK: Working

extension TagJob {
  package func perform(_ context: JobContext) throws -> JobResult {
    let start = ContinuousClock.now
    let repository = try access.open()
    if options.isDryRun {
      let (found, unreadable) = try access.withLock(on: repository, for: .reading, context) { _ in
        try selected(in: repository, context)
      }
      let changed = found.filter { change(of: $0) != nil }
      for stored in changed {
        onChange(Retagged(old: stored, tags: options.change.applied(to: stored.tags), newID: nil))
      }
      return result(found.count, Outcome(changed: changed.map(\.id)), unreadable, since: start)
    }
    let (found, unreadable) = try selected(in: repository, context)
    var outcome = Outcome()
    if found.contains(where: { change(of: $0) != nil }) {
      outcome = try access.withLock(on: repository, for: .removing, context) { confirm in
        try repository.confirmRemoval()
        // Whoever rewrote or forgot one of them meanwhile has the last word on it.
        let present = try repository.snapshotIDs()
        return try retag(found.filter { present.contains($0.id) }, in: repository, confirm, context)
      }
    }
    return result(found.count, outcome, unreadable, since: start)
  }

  private struct Outcome {
    var changed: [SnapshotID] = []
    var new: [SnapshotID] = []
    var notRemoved = 0
  }

  private func retag(
    _ snapshots: [StoredSnapshot], in repository: Repository, _ confirm: () throws -> Void, _ context: JobContext
  ) throws -> Outcome {
    var outcome = Outcome()
    for stored in snapshots {
      guard let changed = change(of: stored) else { continue }
      try context.cancellation.check()
      let newID = try repository.saveRewritten(changed, of: stored.id)
      outcome.changed.append(stored.id)
      outcome.new.append(newID)
      onChange(Retagged(old: stored, tags: changed.tags, newID: newID))
      // The old one goes only while nobody can have taken our lock for dead: two are better than none.
      try confirm()
      do throws(StoreError) {
        try repository.removeSnapshot(stored.id)
      } catch {
        guard error.concernsOneObject else { throw error }
        outcome.notRemoved += 1
        context.events.take(
          .warning(
            JobWarning(
              code: "not-removed", subject: stored.id.description,
              message: "cannot be removed: \(error.cause); it stays beside \(newID.short), which has the new tags",
              isLoss: true)))
      }
    }
    return outcome
  }

  /// - Returns: the snapshot with its new tags; `nil` if it has them already.
  private func change(of stored: StoredSnapshot) -> Snapshot? {
    let tags = options.change.applied(to: stored.tags)
    guard !tags.map({ Array($0.utf8) }).elementsEqual(stored.tags.map { Array($0.utf8) }) else { return nil }
    var snapshot = stored.snapshot
    snapshot.tags = tags
    return snapshot
  }

  private func selected(in repository: Repository, _ context: JobContext) throws -> (
    found: [StoredSnapshot], unreadable: Int
  ) {
    guard options.names.isEmpty else {
      var found: [StoredSnapshot] = []
      for name in options.names {
        let stored = try repository.findSnapshot(name, filter: options.filter, demandsOneGroup: true) {
          context.passOver($0)
        }
        if !found.contains(where: { $0.id == stored.id }) { found.append(stored) }
      }
      return (found, 0)
    }
    let (all, unreadable) = try repository.snapshots()
    for error in unreadable {
      let (subject, problem) = error.finding
      context.events.take(
        .warning(
          JobWarning(
            code: "unreadable-snapshot", subject: subject, message: "\(problem); its tags stay as they are",
            isLoss: true)))
    }
    context.tellMisses(of: options.filter, among: all)
    return (all.filter { options.filter.matches($0.snapshot) }, unreadable.count)
  }

  private func result(
    _ found: Int, _ outcome: Outcome, _ unreadable: Int, since start: ContinuousClock.Instant
  ) -> JobResult {
    let facts = [
      JobFact("dryRun", .flag(options.isDryRun)), JobFact("snapshots", .count(found)),
      JobFact("snapshotsChanged", .count(outcome.changed.count)),
      JobFact("snapshotsNotRemoved", .count(outcome.notRemoved)),
      JobFact("snapshotsUnreadable", .count(unreadable)),
      JobFact("replaced", .list(outcome.changed.map(\.description))),
      JobFact("new", .list(outcome.new.map(\.description))),
      JobFact("duration", .duration(ContinuousClock.now - start)),
    ]
    return JobResult(exitCode: outcome.notRemoved > 0 || unreadable > 0 ? .partial : .done, facts: facts)
  }
}

extension [String] {
  fileprivate mutating func addOnce(_ tag: String) {
    if !contains(where: { $0.hasSameBytes(as: tag) }) { append(tag) }
  }
}
