import CoffreCore
package import CoffreRepository

/// Which snapshots a job makes anew.
package struct RewriteSelection: Sendable {
  /// Ids, their beginnings, or `latest`; empty for all that the filter lets through.
  package var texts: [String]
  package var filter: SnapshotFilter

  package init(texts: [String], filter: SnapshotFilter) {
    self.texts = texts
    self.filter = filter
  }

  struct Found {
    let chosen: [StoredSnapshot]
    let all: [StoredSnapshot]
    /// Files that might have been meant, but cannot be read.
    let unreadable: [RepositoryError]
  }

  /// Whether every snapshot is meant.
  var isEverything: Bool { texts.isEmpty && filter == SnapshotFilter() }

  func find(in repository: Repository, _ context: JobContext) throws -> Found {
    let (all, unreadable) = try repository.snapshots()
    guard !texts.isEmpty else {
      context.tellMisses(of: filter, among: all)
      return Found(chosen: all.filter { filter.matches($0.snapshot) }, all: all, unreadable: unreadable)
    }
    var seen: Set<SnapshotID> = []
    var chosen: [StoredSnapshot] = []
    for text in texts {
      let found = try repository.findSnapshot(text, filter: filter) { _ in }
      if seen.insert(found.id).inserted { chosen.append(found) }
    }
    return Found(chosen: chosen, all: all, unreadable: [])
  }
}

/// What became of the snapshots, as facts for the summary.
struct RewriteTally {
  let outcomes: [SnapshotOutcome]

  func count(_ kinds: SnapshotOutcome.Kind...) -> Int { outcomes.count { kinds.contains($0.kind) } }

  private var made: [SnapshotOutcome] { outcomes.filter { $0.kind == .rewritten } }

  var facts: [JobFact] {
    [
      JobFact("snapshots", .count(outcomes.count)), JobFact("rewritten", .count(made.count)),
      JobFact("unchanged", .count(count(.unchanged))), JobFact("alreadyRewritten", .count(count(.alreadyRewritten))),
      JobFact("refused", .count(count(.refused))), JobFact("unreadable", .count(count(.lost))),
      JobFact("oldSnapshots", .list(made.map(\.old.id.description))),
      JobFact("newSnapshots", .list(made.compactMap { $0.newID?.description })),
      JobFact("forgotten", .list(outcomes.filter(\.isForgotten).map(\.old.id.description))),
    ]
  }

  /// One line for each snapshot that changes.
  func tell(_ context: JobContext, isDryRun: Bool) {
    for outcome in outcomes {
      guard let new = outcome.new else { continue }
      let old = outcome.old.id.short
      let files = counted(Int(clamping: outcome.fileCount), "file")
      let content: Message = "\(files), \(byteText(Int64(clamping: outcome.fileBytes)))"
      if outcome.kind == .alreadyRewritten {
        context.note("snapshot \(old) of \(new.time): was made anew before, as \(outcome.newID?.short ?? "")")
      } else if let id = outcome.newID {
        context.note("snapshot \(old) of \(new.time): made anew as \(id.short), \(content)")
      } else if isDryRun {
        context.note("snapshot \(old) of \(new.time): would be made anew, \(content)")
      }
    }
  }
}
