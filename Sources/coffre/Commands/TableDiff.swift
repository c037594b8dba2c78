import CoffreCore
import CoffreRepository
import CoffreSources

/// `snapshot diff` of two backups of databases: tables, and on request their rows.
struct TableDiff {
  let before: DatabaseBackup
  let after: DatabaseBackup
  /// How many rows of each kind are named; `nil` to compare no rows.
  let namedRows: Int?
  let console: Console

  /// - Returns: `nil` unless both snapshots are backups of databases of one kind.
  init?(
    _ snapshots: [StoredSnapshot], _ places: ReservedFolders, namedRows: Int?, with loader: BlobLoader,
    _ console: Console
  ) throws {
    var backups: [DatabaseBackup] = []
    for stored in snapshots {
      guard places.mayLie(in: stored.snapshot) else { return nil }
      let folders = try places.folders(in: stored, with: loader)
      if folders.isEmpty { return nil }
      let folder = try ReservedFolders.Folder.only(folders, of: stored)
      backups.append(try DatabaseBackup(in: folder, of: stored, with: loader))
    }
    guard backups.count == 2, backups[0].manifest.kind == backups[1].manifest.kind else { return nil }
    before = backups[0]
    after = backups[1]
    self.namedRows = namedRows
    self.console = console
  }

  func run(in repository: Repository) throws {
    let comparison = ManifestComparison(before.manifest, after.manifest)
    let output = TableDiffOutput(console, before: before, after: after)
    guard let namedRows else {
      for table in comparison.tables { try output.add(table) }
      return try output.finish(comparison)
    }
    let view = try RepositoryView(of: repository, cancellation: console.cancellation)
    try FolderContents.reading(
      before.folder.path, of: before.stored, in: view, bytesAhead: TableRowComparison.bytesAhead,
      cancellation: console.cancellation
    ) { old in
      try FolderContents.reading(
        after.folder.path, of: after.stored, in: view, bytesAhead: TableRowComparison.bytesAhead,
        cancellation: console.cancellation
      ) { new in
        if after.manifest.kind == .sqlite {
          return try compareImages(old, new, comparison, namedRows, output)
        }
        var limits = RowDifference.Limits()
        limits.named = namedRows
        let rows = TableRowComparison(before: old, after: new, limits: limits, cancellation: console.cancellation)
        for table in comparison.tables {
          try output.add(table)
          try compare(table, by: rows, output)
        }
      }
    }
    try output.finish(comparison)
  }

  private func compare(
    _ table: ManifestComparison.Table, by rows: TableRowComparison, _ output: TableDiffOutput
  ) throws {
    guard table.change == .changed, let old = table.before, let new = table.after else { return }
    guard table.hasSameShape else {
      return try output.notCompared(table, "shape", because: "its columns or its key are others")
    }
    guard new.rowSum != nil, after.manifest.kind != .mongodb else {
      return try output.notCompared(table, "no-lines", because: "its rows are no lines of text")
    }
    do {
      try output.add(
        try rows.compare(old, with: new), of: table, names: new.key.isEmpty ? new.columns : new.key)
    } catch is RowDifference.TooLarge {
      try output.notCompared(table, "too-large", because: "too many rows differ to compare them in memory")
    }
  }
}

// MARK: SQLite

extension TableDiff {
  /// SQLite compares the rows of both images itself; only the pages that it touches are read.
  private func compareImages(
    _ old: FolderContents, _ new: FolderContents, _ comparison: ManifestComparison, _ limit: Int,
    _ output: TableDiffOutput
  ) throws {
    guard let oldPath = before.manifest.databases.first?.path, let newPath = after.manifest.databases.first?.path
    else { return }
    do {
      let path = Array(newPath.utf8)
      let image = try SQLiteImage(try new.open(path), named: path, cancellation: console.cancellation)
      let older = try image.attach(older: try old.open(Array(oldPath.utf8)))
      for table in comparison.tables {
        try output.add(table)
        guard table.change == .changed, let name = table.after?.name.name, table.before != nil else { continue }
        if table.hasSameShape, let found = try image.difference(of: name, with: older, limit: limit) {
          try output.add(found.outcome, of: table, names: found.key)
        } else {
          try output.notCompared(table, "shape", because: "its columns or its key are others")
        }
      }
    } catch {
      throw old.failure ?? new.failure ?? error
    }
  }
}
