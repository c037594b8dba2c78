import CoffreCore

extension Repository {
  /// The snapshots that a command is about, oldest first, each once.
  ///
  /// - Parameters:
  ///   - names: ids, their beginnings, or `latest`, for which the filter counts; empty for all that match the filter.
  ///   - report: told of snapshots that cannot be read.
  package func chooseSnapshots(
    _ names: [String], filter: SnapshotFilter = SnapshotFilter(), report: (RepositoryError) -> Void
  ) throws -> [StoredSnapshot] {
    guard !names.isEmpty else {
      let (all, unreadable) = try snapshots()
      unreadable.forEach { report($0) }
      return all.filter { filter.matches($0.snapshot) }
    }
    var chosen: [StoredSnapshot] = []
    for name in names {
      let found = try findSnapshot(name, filter: filter, report: report)
      if !chosen.contains(where: { $0.id == found.id }) { chosen.append(found) }
    }
    return chosen.sorted { $0.snapshot.time.isBefore($1.snapshot.time) }
  }
}
