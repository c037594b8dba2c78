package import CoffreCore
package import CoffreRepository
import CoffreSystem
import Synchronization

/// One forget: drops snapshots by rules, or those that were named. What only they needed stays until a prune.
///
/// The plan is made without a lock in the way of others. The exclusive lock is held around the removal only, which begins
/// with a new look: if the snapshots changed meanwhile, the rules decide again. Where a prune follows, which wants the
/// lock too, it comes first, unless somebody else is at work: then it is waited for only if something is to go.
package final class ForgetJob: Job {
  /// What says which snapshots go.
  package enum Choice: Sendable {
    case rules(RetentionPolicy, SnapshotGrouping)
    /// Ids, their beginnings, or `latest`.
    case named([String])
    /// Everything that the filter lets through.
    case all
  }

  package struct Options: Sendable {
    package var choice: Choice
    /// With names it narrows `latest` only.
    package var filter = SnapshotFilter()
    package var isDryRun = false

    package init(_ choice: Choice) { self.choice = choice }
  }

  package let description: JobDescription
  private let access: RepositoryAccess
  private let options: Options
  private let onPlan: @Sendable (ForgetPlan) -> Void
  private let gone = Mutex<[SnapshotID]>([])
  private let remaining = Mutex<[ListedObject]?>(nil)

  /// - Parameter onPlan: told what will happen, once, before the first snapshot is removed.
  package init(_ access: RepositoryAccess, options: Options, onPlan: @escaping @Sendable (ForgetPlan) -> Void) {
    self.access = access
    self.options = options
    self.onPlan = onPlan
    var subjects: [String] = []
    if case .named(let texts) = options.choice { subjects = texts }
    description = JobDescription(kind: "forget", repository: access.location, subjects: subjects)
  }

  /// What was removed, or in a dry run would have been: for a prune that follows.
  package var removed: [SnapshotID] { gone.withLock { $0 } }

  /// All snapshots that are left, as seen under a lock that is kept for the prune; `nil` if none is.
  package var left: [ListedObject]? { access.isAlone ? remaining.withLock { $0 } : nil }

  package func progress(elapsed: Duration) -> JobProgress? { nil }
}

// MARK: Working

extension ForgetJob {
  package func perform(_ context: JobContext) throws -> JobResult {
    let start = ContinuousClock.now
    let repository = try access.open()
    if options.isDryRun {
      let plan = try access.withLock(on: repository, for: .reading, context) { _ in
        try makePlan(repository, context).plan
      }
      return finish(plan, removed: plan.removals, failed: 0, since: start)
    }
    if access.keepsLock, let result = try performLocked(repository, context, since: start) { return result }
    let (first, seen) = try makePlan(repository, context)
    guard !first.removals.isEmpty else { return finish(first, removed: [], failed: 0, since: start) }
    return try access.withLock(on: repository, for: .makingRoom, context) { confirm in
      let (plan, present) = try stillValid(first, seen: seen, repository, context)
      return try carryOut(plan, among: present, repository, context, confirm, since: start)
    }
  }

  /// - Returns: `nil` if somebody else is at work; then nothing was done.
  private func performLocked(
    _ repository: Repository, _ context: JobContext, since start: ContinuousClock.Instant
  ) throws -> JobResult? {
    var hasLock = false
    do {
      return try access.withLock(on: repository, for: .makingRoom, context, patience: .zero) { confirm in
        hasLock = true
        let (plan, present) = try makePlan(repository, context)
        guard !plan.removals.isEmpty else { return finish(plan, removed: [], failed: 0, since: start) }
        return try carryOut(plan, among: present, repository, context, confirm, since: start)
      }
    } catch {
      guard !hasLock, let error = error as? RepositoryError, case .locked = error else { throw error }
      return nil
    }
  }

  /// - Parameter present: all snapshots, as seen under the lock.
  private func carryOut(
    _ plan: ForgetPlan, among present: [ListedObject], _ repository: Repository, _ context: JobContext,
    _ confirm: () throws -> Void, since start: ContinuousClock.Instant
  ) throws -> JobResult {
    onPlan(plan)
    try confirm()
    var removed: [SnapshotID] = []
    defer {
      gone.withLock { $0 = removed }
      let removed = Set(removed)
      remaining.withLock { $0 = present.filter { !removed.contains($0.id) } }
    }
    var failed = 0
    for id in plan.removals {
      try context.cancellation.check()
      do throws(StoreError) {
        try repository.removeSnapshot(id)
        removed.append(id)
      } catch {
        // Is it this one, or is it all of them, for ever?
        if removed.isEmpty, failed == 0 { try repository.confirmRemoval() }
        guard error.concernsOneObject else { throw error }
        failed += 1
        context.events.take(
          .warning(
            JobWarning(
              code: "not-removed", subject: id.description, message: "cannot be removed: \(error.cause)",
              isLoss: true)))
      }
    }
    return result(plan, removed: removed, failed: failed, since: start)
  }

  /// For ends at which nothing is touched.
  private func finish(
    _ plan: ForgetPlan, removed: [SnapshotID], failed: Int, since start: ContinuousClock.Instant
  ) -> JobResult {
    onPlan(plan)
    gone.withLock { $0 = removed }
    return result(plan, removed: removed, failed: failed, since: start)
  }

  private func result(
    _ plan: ForgetPlan, removed: [SnapshotID], failed: Int, since start: ContinuousClock.Instant
  ) -> JobResult {
    var facts = [JobFact("dryRun", .flag(options.isDryRun))]
    if case .rules = options.choice {
      facts += [JobFact("groups", .count(plan.groups.count)), JobFact("snapshotsKept", .count(plan.kept))]
    }
    facts += [
      JobFact("snapshotsRemoved", .count(removed.count)),
      JobFact("snapshotsNotRemoved", .count(failed)), JobFact("removed", .list(removed.map(\.description))),
      JobFact("duration", .duration(ContinuousClock.now - start)),
    ]
    return JobResult(exitCode: failed > 0 ? .partial : .done, facts: facts)
  }
}

// MARK: Deciding

extension ForgetJob {
  /// - Returns: the plan, and the snapshots that were there before it was made.
  private func makePlan(_ repository: Repository, _ context: JobContext) throws -> (
    plan: ForgetPlan, seen: [ListedObject]
  ) {
    let seen = try repository.store.listObjects(.snapshot)
    switch options.choice {
    case .named(let texts):
      return (ForgetPlan(groups: [], named: try named(texts, among: seen, repository, context)), seen)
    case .all:
      let found = try matching(seen, repository, context)
      return (ForgetPlan(groups: [], named: found.map { NamedSnapshot($0) }), seen)
    case .rules(let policy, let grouping):
      let now = Clock.now()
      let groups = grouping.groups(of: try matching(seen, repository, context)).map {
        ForgetPlan.Group(key: $0.key, decision: policy.decide(on: $0.snapshots, now: now))
      }
      for group in groups where group.decision.kept.isEmpty { throw ForgetRefused.nothingLeft(group.key) }
      return (ForgetPlan(groups: groups, named: []), seen)
    }
  }

  /// What the filter lets through; refused while some snapshot cannot be read, for nobody knows where it belongs.
  private func matching(_ seen: [ListedObject], _ repository: Repository, _ context: JobContext) throws
    -> [StoredSnapshot]
  {
    let (found, unreadable) = try repository.snapshots(among: seen)
    if let error = unreadable.first { throw ForgetRefused.unreadable(error, count: unreadable.count) }
    context.tellMisses(of: options.filter, among: found)
    return found.filter { options.filter.matches($0.snapshot) }
  }

  private func named(
    _ texts: [String], among seen: [ListedObject], _ repository: Repository, _ context: JobContext
  ) throws -> [NamedSnapshot] {
    var ids: [String] = []
    for text in texts {
      guard text == "latest" else {
        ids.append(text)
        continue
      }
      var unreadable: [RepositoryError] = []
      let newest = try repository.findSnapshot(
        "latest", filter: options.filter, demandsOneGroup: true, among: seen
      ) { unreadable.append($0) }
      // It might be the newest itself.
      if let error = unreadable.first { throw ForgetRefused.unreadable(error, count: unreadable.count) }
      ids.append(newest.id.description)
    }
    let named = try repository.namedSnapshots(ids, among: seen)
    for damage in named.compactMap(\.damage) {
      let (subject, problem) = damage.finding
      context.events.take(
        .warning(
          JobWarning(
            code: "unreadable-snapshot", subject: subject,
            message: "\(problem); it is forgotten nevertheless, because it was named", isLoss: false)))
    }
    return named
  }

  /// The plan to carry out now that nobody else can change anything.
  ///
  /// Rules decide again if a snapshot came or went since. Named snapshots stay those that were found: `latest` must not
  /// become another one.
  ///
  /// - Returns: all snapshots, too.
  private func stillValid(
    _ plan: ForgetPlan, seen: [ListedObject], _ repository: Repository, _ context: JobContext
  ) throws -> (plan: ForgetPlan, present: [ListedObject]) {
    let present = try repository.store.listObjects(.snapshot)
    let ids = Set(present.map(\.id))
    guard ids != Set(seen.map(\.id)) else { return (plan, present) }
    guard case .rules = options.choice else {
      return (ForgetPlan(groups: [], named: plan.named.filter { ids.contains($0.id) }), present)
    }
    context.note("the snapshots changed meanwhile: deciding again")
    let (decided, listed) = try makePlan(repository, context)
    return (decided, listed)
  }
}
