import CoffreCore
import CoffreRepository
import CoffreSources

/// A backup of a database server in a snapshot, as its manifest tells it.
struct DatabaseBackup: Sendable {
  let stored: StoredSnapshot
  let folder: ReservedFolders.Folder
  let manifest: DatabaseManifest

  private static let largestManifest = 256 << 20

  /// Where such backups lie.
  ///
  /// - Parameters:
  ///   - kind: only those of this engine.
  ///   - path: what stood behind the snapshot's `:`, such as `/@postgresql/db.example.org-5432`.
  ///   - name: what the server is called in snapshots.
  static func places(
    of kind: DatabaseKind? = nil, at path: [PathBytes] = [], named name: String? = nil
  ) throws(UsageError) -> ReservedFolders {
    let kinds = (kind.map { [$0] } ?? DatabaseKind.allCases).map(\.folder)
    let deep = DatabaseKind.allCases.filter(\.isFile).map(\.folder)
    let chosen = name.map { [EscapedName.fileName(of: $0)] } ?? []
    guard let top = path.first else {
      return ReservedFolders(kinds: kinds, deepKinds: deep, marker: DatabaseManifest.fileName, names: chosen)
    }
    let fitting = kinds.filter { Array($0.utf8) == top }
    let isDeep = fitting.contains { deep.contains($0) }
    guard !fitting.isEmpty, isDeep || path.count <= 3, name == nil || path.count == 1 else {
      throw UsageError(
        "'\(displayed(path.reduce([]) { joined($0, $1) }))' is no folder of a database's backup",
        advice: "Write it as SNAPSHOT:/\(kinds.first ?? "")/NAME, or leave it out.")
    }
    return ReservedFolders(
      kinds: fitting, deepKinds: deep, marker: DatabaseManifest.fileName,
      names: path.count > 1 ? Array(isDeep ? path[1...] : path[1...1]) : chosen)
  }

  /// Finds the backup that is meant, and reads its manifest.
  ///
  /// - Parameter argument: `ID`, or `ID:PATH`.
  init(
    _ argument: [UInt8], filter: SnapshotFilter = SnapshotFilter(), named name: String? = nil,
    in repository: Repository, with loader: BlobLoader, report: (RepositoryError) -> Void
  ) throws {
    let (text, path) = SnapshotOptions.split(argument)
    let (stored, folders) = try repository.findSnapshot(
      text, holding: try Self.places(at: path, named: name), filter: filter, with: loader, report: report)
    try self.init(in: try ReservedFolders.Folder.only(folders, of: stored), of: stored, with: loader)
  }

  init(in folder: ReservedFolders.Folder, of stored: StoredSnapshot, with loader: BlobLoader) throws {
    let path = folder.path + [Array(DatabaseManifest.fileName.utf8)]
    let bytes = try loader.content(of: path, in: stored, limit: Self.largestManifest)
    do throws(DatabaseManifestError) {
      manifest = try DatabaseManifest(decoding: bytes)
    } catch {
      throw ContentError(path: path.reduce([]) { joined($0, $1) }, cause: error)
    }
    self.stored = stored
    self.folder = folder
  }

  /// The backup of the same server that this one followed; `nil` if there was none, or it is there no more.
  func parent(in repository: Repository, with loader: BlobLoader) throws -> DatabaseBackup? {
    guard let id = stored.snapshot.parent else { return nil }
    do {
      let parent = try repository.findSnapshot(id.description) { _ in }
      return try DatabaseBackup(in: folder, of: parent, with: loader)
    } catch let error as RepositoryError {
      switch error {
      case .noSuchSnapshot, .noSuchPath: return nil
      default: throw error
      }
    }
  }
}
