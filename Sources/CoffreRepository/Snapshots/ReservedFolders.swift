package import CoffreCore

/// Folders of certain kinds at the top of snapshots, such as `/@postgresql/db.example.org-5432`, each with a file that
/// makes it one.
package struct ReservedFolders: Sendable, Hashable {
  /// Names of top folders, such as `@postgresql`.
  package let kinds: [String]
  /// The name of the file that each such folder holds.
  package let marker: String
  /// Those of them whose folders lie at any depth, as `/@sqlite/srv/app/data.db`.
  package let deepKinds: [String]
  /// Only the folder that lies there, below its kind's.
  package var names: [PathBytes]

  package init(kinds: [String], deepKinds: [String] = [], marker: String, names: [PathBytes] = []) {
    self.kinds = kinds
    self.deepKinds = deepKinds
    self.marker = marker
    self.names = names
  }

  /// One of them.
  package struct Folder: Sendable, Hashable {
    package let kind: String
    /// One, or several where such folders lie deeper.
    package let names: [PathBytes]

    package var path: [PathBytes] { [Array(kind.utf8)] + names }
    /// `/@postgresql/db.example.org-5432`.
    package var text: String { displayed(path.reduce([UInt8(ascii: "/")]) { joined($0, $1) }) }
  }

  /// Those of a snapshot, in the order of kinds and names.
  package func folders(in stored: StoredSnapshot, with loader: BlobLoader) throws -> [Folder] {
    let user: Message = "snapshot \(stored.id.short)"
    let top = try loader.nodes(of: stored.snapshot.tree, for: user)
    var found: [Folder] = []
    for kind in kinds {
      guard let tree = Self.directory(Array(kind.utf8), among: top) else { continue }
      let depth = deepKinds.contains(kind) ? Self.greatestDepth : 1
      found += try names(below: tree, depth: depth, with: loader, for: user).map { Folder(kind: kind, names: $0) }
    }
    return found
  }

  /// Of a path that a file of this machine can have.
  private static let greatestDepth = 2048

  /// Folders with the marker, in their order; what lies below one of them is its own.
  private func names(
    below tree: TreeID, depth: Int, with loader: BlobLoader, for user: Message
  ) throws -> [[PathBytes]] {
    var found: [[PathBytes]] = []
    var waiting: [(names: [PathBytes], tree: TreeID)] = [([], tree)]
    while let (above, tree) = waiting.popLast() {
      let nodes = try loader.nodes(of: tree, for: user)
      if !above.isEmpty, nodes.contains(where: { $0.kind == .file && $0.name == Array(marker.utf8) }) {
        if names.isEmpty || above == names { found.append(above) }
        continue
      }
      guard above.count < depth else { continue }
      // The last one is taken first.
      for node in nodes.reversed() {
        guard node.kind == .directory, let subtree = node.subtree else { continue }
        if above.count < names.count, node.name != names[above.count] { continue }
        waiting.append((above + [node.name], subtree))
      }
    }
    return found
  }

  /// Whether it is worth to look into a snapshot: they would lie below, or above, what was asked for.
  package func mayLie(in snapshot: Snapshot) -> Bool {
    snapshot.paths.isEmpty
      || snapshot.paths.contains { path in
        guard let first = components(of: Array(path.utf8)).first else { return true }
        return kinds.contains { Array($0.utf8) == first }
      }
  }

  private static func directory(_ name: PathBytes, among nodes: [Node]) -> TreeID? {
    nodes.first { $0.kind == .directory && $0.name == name }?.subtree
  }
}

extension Repository {
  /// Finds the one snapshot that is meant among those that hold such a folder.
  ///
  /// - Parameters:
  ///   - text: `latest`, or an id or its unique beginning.
  ///   - demandsOneGroup: `latest` must not choose between different hosts and paths: something will be written.
  ///   - report: told of snapshots that were passed over because they cannot be read.
  package func findSnapshot(
    _ text: String, holding reserved: ReservedFolders, filter: SnapshotFilter = SnapshotFilter(),
    demandsOneGroup: Bool = false, with loader: BlobLoader, report: (RepositoryError) -> Void
  ) throws -> (snapshot: StoredSnapshot, folders: [ReservedFolders.Folder]) {
    guard text == "latest" else {
      let stored = try findSnapshot(text, report: report)
      let folders = try reserved.folders(in: stored, with: loader)
      guard !folders.isEmpty else { throw ReservedFolderError.absent(snapshot: stored.id.short, reserved) }
      return (stored, folders)
    }
    let (all, unreadable) = try snapshots()
    unreadable.forEach { report($0) }
    let candidates = all.filter { filter.matches($0.snapshot) && reserved.mayLie(in: $0.snapshot) }
    // The newest of each group.
    var newest: [(snapshot: StoredSnapshot, folders: [ReservedFolders.Folder])] = []
    for group in SnapshotGrouping.hostAndPaths.groups(of: candidates) {
      for stored in group.snapshots.reversed() {
        let folders = try reserved.folders(in: stored, with: loader)
        guard !folders.isEmpty else { continue }
        newest.append((stored, folders))
        break
      }
    }
    guard let found = newest.max(by: { $0.snapshot.snapshot.time.isBefore($1.snapshot.snapshot.time) }) else {
      throw ReservedFolderError.absent(snapshot: nil, reserved)
    }
    guard newest.count == 1 || !demandsOneGroup else {
      throw RepositoryError.ambiguousSnapshot(
        "latest",
        matches: newest.map { newest in
          let snapshot = newest.snapshot.snapshot
          return "\(newest.snapshot.id.short) (\(snapshot.hostname): \(snapshot.paths.joined(separator: ", ")))"
        })
    }
    return found
  }
}

extension ReservedFolders.Folder {
  /// The only one.
  package static func only(_ folders: [ReservedFolders.Folder], of stored: StoredSnapshot) throws(ReservedFolderError)
    -> ReservedFolders.Folder
  {
    guard folders.count == 1, let only = folders.first else {
      throw .several(snapshot: stored.id.short, folders)
    }
    return only
  }
}

/// A snapshot without what is looked for in it, or with too much of it.
package enum ReservedFolderError: Error, Sendable, Hashable {
  /// - Parameter snapshot: `nil` for all that were looked at.
  case absent(snapshot: String?, ReservedFolders)
  case several(snapshot: String, [ReservedFolders.Folder])
}

extension ReservedFolderError: Explained {
  package var explanation: Explanation {
    switch self {
    case .absent(let snapshot, let reserved):
      Explanation(
        Self.absence(snapshot),
        because: "there is no folder \(alternatives(reserved.kinds.map { Self.path($0, reserved) })) with a "
          + "'\(reserved.marker)' in it",
        advice: "See `coffre snapshot list` for what was backed up.")
    case .several(let snapshot, let folders):
      Explanation(
        "snapshot \(snapshot) holds backups of several servers",
        because: .verbatim(folders.map(\.text).joined(separator: ", ")), advice: "Choose one with --name.")
    }
  }

  private static func absence(_ snapshot: String?) -> Message {
    guard let snapshot else { return "no snapshot holds a backup of a database" }
    return "snapshot \(snapshot) holds no backup of a database"
  }

  private static func path(_ kind: String, _ reserved: ReservedFolders) -> String {
    "/\(kind)/\(reserved.names.isEmpty ? "…" : displayed(Array(reserved.names.joined(separator: [UInt8(ascii: "/")]))))"
  }

  package var exitCode: ExitCode {
    switch self {
    case .absent: .failed
    case .several: .usage
    }
  }
}
