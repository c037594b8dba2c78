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
  /// All tags of one of these lists; an empty tag means "no tags at all".
  package var tagLists: [[String]] = []

  package init(hosts: [String] = [], paths: [String] = [], tagLists: [[String]] = []) {
    self.hosts = hosts
    self.paths = paths
    self.tagLists = tagLists
  }

  /// Whether it lets every snapshot through.
  package var isEmpty: Bool { hosts.isEmpty && paths.isEmpty && tagLists.isEmpty }

  package func matches(_ snapshot: Snapshot) -> Bool {
    (hosts.isEmpty || hosts.contains { $0.hasSameBytes(as: snapshot.hostname) })
      && paths.allSatisfy { path in snapshot.paths.contains { $0.hasSameBytes(as: path) } }
      && (tagLists.isEmpty || tagLists.contains { snapshot.bears($0) })
  }
}

extension Repository {
  /// All snapshots, oldest first, and in words which could not be read: one that is damaged must not hide the others.
  ///
  /// - Parameter listed: what a list has just shown; `nil` to list.
  package func snapshots(among listed: [ListedObject]? = nil) throws -> (
    found: [StoredSnapshot], unreadable: [RepositoryError]
  ) {
    let codec = makeCodec()
    var found: [StoredSnapshot] = []
    var unreadable: [RepositoryError] = []
    for object in try listed ?? store.listObjects(.snapshot) {
      do {
        found.append(StoredSnapshot(id: object.id, snapshot: try loadSnapshot(object, with: codec)))
      } catch let error as RepositoryError {
        unreadable.append(error)
      } catch let error as StoreError {
        if error.reason == .notFound { continue }  // forgotten since it was listed
        guard error.concernsOneObject else { throw error }
        unreadable.append(.damaged(object: ObjectKind.snapshot.storeKey(of: object.id).path, problem: error.cause))
      }
    }
    found.sort { left, right in
      left.snapshot.time.isSameInstant(as: right.snapshot.time)
        ? left.id < right.id : left.snapshot.time.isBefore(right.snapshot.time)
    }
    return (found, unreadable)
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
  /// - Parameters:
  ///   - text: `latest`, or an id or its unique beginning.
  ///   - demandsOneGroup: `latest` must not choose between different hosts and paths: something will be written.
  ///   - listed: what a list has just shown; `nil` to list.
  ///   - report: told of snapshots that were passed over because they cannot be read.
  package func findSnapshot(
    _ text: String, filter: SnapshotFilter = SnapshotFilter(), demandsOneGroup: Bool = false,
    among listed: [ListedObject]? = nil, report: (RepositoryError) -> Void
  ) throws -> StoredSnapshot {
    guard text == "latest" else { return try findSnapshot(id: text) }
    let (all, unreadable) = try snapshots(among: listed)
    unreadable.forEach { report($0) }
    let matches = all.filter { filter.matches($0.snapshot) }
    guard let newest = matches.last else { throw RepositoryError.noSuchSnapshot("latest") }
    if demandsOneGroup {
      let groups = SnapshotGrouping.hostAndPaths.groups(of: matches)
      guard groups.count == 1 else {
        throw RepositoryError.ambiguousSnapshot(
          "latest",
          matches: groups.compactMap { group in
            group.snapshots.last.map { newest in
              "\(newest.id.short) (\(newest.snapshot.hostname): \((group.key.paths ?? []).joined(separator: ", ")))"
            }
          })
      }
    }
    return newest
  }

  /// - Parameter text: an id or its beginning; only this snapshot is read.
  private func findSnapshot(id text: String) throws -> StoredSnapshot {
    let object = try snapshotObject(named: text, among: store.listObjects(.snapshot))
    return StoredSnapshot(id: object.id, snapshot: try loadSnapshot(object, with: makeCodec()))
  }

  /// The one snapshot file whose id begins so; it is not read.
  func snapshotObject(named text: String, among objects: [ListedObject]) throws(RepositoryError) -> ListedObject {
    guard !text.isEmpty else { throw .noSuchSnapshot(text) }
    let matches = objects.filter { $0.id.description.hasPrefix(text) }
    guard matches.count < 2 else { throw .ambiguousSnapshot(text, matches: matches.map(\.id.short)) }
    guard let match = matches.first else { throw .noSuchSnapshot(text) }
    return match
  }

  /// The parent of a backup: the newest snapshot that the filter takes and that is not newer than the backup.
  package func parent(
    matching filter: SnapshotFilter, notAfter time: Timestamp, report: (RepositoryError) -> Void
  ) throws -> StoredSnapshot? {
    let (all, unreadable) = try snapshots()
    unreadable.forEach { report($0) }
    return all.last { filter.matches($0.snapshot) && !time.isBefore($0.snapshot.time) }
  }

  /// Saves a snapshot: the last step of a backup. All it needs must be durable.
  func save(_ snapshot: Snapshot, with codec: BlobCodec) throws -> SnapshotID {
    try saveUnpacked(.snapshot, snapshot.encoded().span, with: codec)
  }
}
