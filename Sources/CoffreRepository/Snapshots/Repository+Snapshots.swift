package import CoffreCore

/// A snapshot with its id.
package struct StoredSnapshot: Sendable {
  package let id: SnapshotID
  package let snapshot: Snapshot
}

/// Which snapshots are meant, by what they tell of themselves.
package struct SnapshotFilter: Sendable, Hashable {
  /// One of these, if any is given.
  package var hosts: [String] = []
  /// Each of these must be among the snapshot's paths.
  package var paths: [String] = []
  /// All tags of one of these lists.
  package var tagLists: [[String]] = []

  package init(hosts: [String] = [], paths: [String] = [], tagLists: [[String]] = []) {
    self.hosts = hosts
    self.paths = paths
    self.tagLists = tagLists
  }

  package func matches(_ snapshot: Snapshot) -> Bool {
    (hosts.isEmpty || hosts.contains(snapshot.hostname))
      && paths.allSatisfy { snapshot.paths.contains($0) }
      && (tagLists.isEmpty
        || tagLists.contains { list in
          list.allSatisfy { $0.isEmpty ? snapshot.tags.isEmpty : snapshot.tags.contains($0) }
        })
  }
}

extension Repository {
  /// All snapshots, oldest first. One that cannot be read is an error that names it.
  package func snapshots() throws -> [StoredSnapshot] {
    let codec = makeCodec()
    var result: [StoredSnapshot] = []
    for object in try store.listObjects(.snapshot) {
      do {
        result.append(StoredSnapshot(id: object.id, snapshot: try loadSnapshot(object, with: codec)))
      } catch let error as StoreError where error.reason == .notFound {
        continue  // forgotten since it was listed
      }
    }
    return result.sorted { left, right in
      left.snapshot.time.isSameInstant(as: right.snapshot.time)
        ? left.id < right.id : left.snapshot.time.isBefore(right.snapshot.time)
    }
  }

  func loadSnapshot(_ object: ListedObject, with codec: BlobCodec) throws -> Snapshot {
    let json = try loadUnpacked(.snapshot, object, with: codec)
    do throws(MalformedSnapshot) {
      return try Snapshot(decoding: json)
    } catch {
      throw RepositoryError.damaged(object: ObjectKind.snapshot.storeKey(of: object.id).path, problem: error.text)
    }
  }

  /// Finds the one snapshot that is meant.
  ///
  /// - Parameter text: `latest`, or an id or its unique beginning.
  /// - Parameter demandsOneGroup: `latest` must not choose between different hosts and paths: something will be written.
  package func findSnapshot(_ text: String, filter: SnapshotFilter = SnapshotFilter(), demandsOneGroup: Bool = false)
    throws -> StoredSnapshot
  {
    let all = try snapshots()
    guard text == "latest" else {
      let matches = all.filter { $0.id.description.hasPrefix(text) }
      guard matches.count < 2 else {
        throw RepositoryError.ambiguousSnapshot(text, matches: matches.map(\.id.short))
      }
      guard let match = matches.first, text.utf8.count >= 1 else { throw RepositoryError.noSuchSnapshot(text) }
      return match
    }
    let matches = all.filter { filter.matches($0.snapshot) }
    guard let newest = matches.last else { throw RepositoryError.noSuchSnapshot("latest") }
    if demandsOneGroup {
      var groups: [String: String] = [:]
      for match in matches {
        let paths = match.snapshot.paths.sorted()
        groups[([match.snapshot.hostname] + paths).joined(separator: "\u{0}")] =
          "\(match.id.short) (\(match.snapshot.hostname): \(paths.joined(separator: ", ")))"
      }
      guard groups.count == 1 else {
        throw RepositoryError.ambiguousSnapshot("latest", matches: groups.values.sorted())
      }
    }
    return newest
  }

  /// The parent of a backup: the newest snapshot of this host that holds all the paths and is not newer than the backup.
  package func parent(forHost host: String, paths: [String], notAfter time: Timestamp) throws -> StoredSnapshot? {
    try snapshots().last { stored in
      stored.snapshot.hostname == host && !time.isBefore(stored.snapshot.time)
        && paths.allSatisfy { stored.snapshot.paths.contains($0) }
    }
  }

  /// Saves a snapshot: the last step of a backup. All it needs must be durable.
  func save(_ snapshot: Snapshot, with codec: BlobCodec) throws -> SnapshotID {
    try saveUnpacked(.snapshot, snapshot.encoded().span, with: codec)
  }
}
