import CoffreCore

extension Restorer {
  /// Removes from the restored directories what the snapshot lacks. Last of all, and only if nothing else went wrong.
  func clear(after walk: RestoreWalk) throws {
    guard request.clears, let place = session as? any ClearableRestore else { return }
    guard progress.snapshot.missing == 0 else {
      return progress.warn(
        "not-cleared", "--delete", "nothing was deleted, because the snapshot could not be restored whole",
        isLoss: false)
    }
    // Patterns of the backup: what they left out, the snapshot never held.
    let leftOut: PatternList
    do throws(Pattern.Invalid) {
      leftOut = try PatternList(request.snapshot.snapshot.excludes)
    } catch {
      return progress.warn(
        "not-deleted", "--delete",
        "nothing was deleted, because the pattern '\(error.pattern)' of the backup cannot be read: \(error.problem)")
    }
    let excludes = request.excludes
    let spares = { (path: [PathBytes], source: [PathBytes]) in excludes.matches(path) || leftOut.matches(source) }
    try walk.forEachMade { directory in
      try cancellation.check()
      guard let source = directory.source else { return }
      let held = Set(directory.nodes.map(\.name))
      guard let contents = try place.contents(of: directory.number) else { return }
      // An empty folder may be one whose file system the backup did not enter.
      guard !contents.isMountPoint || !held.isEmpty else { return }
      for name in contents.names.sorted(by: { $0.lexicographicallyPrecedes($1) }) where !held.contains(name) {
        let (path, source) = (directory.path + [name], source + [name])
        guard request.includes.isEmpty || request.includes.matches(path), !spares(path, source) else { continue }
        let below = { (names: [[UInt8]]) in spares(path + names, source + names) }
        try place.clear(name, in: directory.number, sparing: below) { note($0) }
      }
    }
  }

  private func note(_ clearing: Clearing) {
    switch clearing {
    case .removed(let path, let size):
      progress.count { $0.entriesDeleted += 1 }
      progress.item("deleted", path, size: size)
    case .kept(let path, let reason):
      progress.warn("kept", displayed(path), "not deleted: \(reason)", isLoss: false)
    case .failed(let error):
      progress.warn("not-deleted", displayed(error.path), "cannot \(.word(error.action)) it: \(error.cause)")
    }
  }
}
