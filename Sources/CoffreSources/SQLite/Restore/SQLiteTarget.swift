import CoffreCore
import CoffreSystem
import SQLiteKit

/// The file that a database is restored to. It gets its name when all of it is there, in one step.
struct SQLiteTarget: Sendable {
  /// Absolute, with links resolved.
  let path: PathBytes
  /// Of the file that is there; `nil` if there is none.
  let existing: EntryAttributes?
  private let settings: DatabaseRestoreSettings
  private let cancellation: Cancellation

  /// Names that SQLite gives to files beside a database. A new database must never be read with an old one of these.
  static let companions = ["-wal", "-shm", "-journal"]

  init(_ settings: DatabaseRestoreSettings, cancellation: Cancellation) throws(SourceError) {
    self.settings = settings
    self.cancellation = cancellation
    let place = try SQLitePlace(settings.location)
    do throws(SystemError) {
      path = try resolvedPath(of: place.path)
    } catch {
      throw SourceError(
        error.isNoPermission ? .noPermission : .failed, "restore to", place.path, because: error.cause,
        advice: "Name a file in a folder that exists.")
    }
    existing = try? FileDescriptor.attributes(ofPath: path)
    guard existing == nil || existing?.kind == .file else {
      throw SourceError(.exists, "restore to", path, because: "it is no file", advice: "Name the file of a database.")
    }
  }

  var name: String { displayed(splitPath(path).name) }

  /// - Throws: unless somebody typed the name of what exists, nobody uses it, and it is backed up.
  func demandConsent() throws(SourceError) {
    guard existing != nil else { return }
    try demandConfirmation(because: "the database exists")
    // Before the long work, and again when it is done.
    _ = try lock()
    try backUp()
  }

  /// - Throws: unless somebody typed the name of what exists, and it can be backed up.
  func demandConfirmation(because cause: Message) throws(SourceError) {
    guard let confirmed = settings.confirmed,
      [name, displayed(path)].contains(where: { $0.hasSameBytes(as: confirmed) })
    else {
      throw SourceError(
        .exists, "restore to", path, because: cause,
        advice: "Choose another name, or give --confirm with the name of the database to replace: --confirm \(name).")
    }
    guard settings.safety != nil else {
      throw SourceError(
        .exists, "restore to", path, because: "there is no backup of it to go back to",
        advice: "Give a repository in which it can be backed up first.")
    }
  }

  /// Backs it up as it is now.
  func backUp() throws(SourceError) {
    do {
      try settings.safety?(displayed(path), nil)
    } catch let error as SourceError {
      throw error
    } catch {
      throw SourceError(
        .failed, "back up", path, because: shortText(of: error),
        advice: "What cannot be backed up is not replaced: move it away yourself.")
    }
  }

  /// Keeps everybody else out as long as the connection lives.
  private func lock() throws(SourceError) -> SQLiteConnection {
    do {
      let connection = try SQLiteConnection(
        path, for: .writing, patience: .seconds(2), cancellation: cancellation)
      // In exclusive mode the lock stays when the transaction ends, and no memory is shared with others.
      try connection.run(#"PRAGMA locking_mode = EXCLUSIVE"#)
      try connection.run(#"BEGIN EXCLUSIVE"#)
      try connection.run("COMMIT")
      connection.keepLogOnClose()
      try refuseHolders()
      return connection
    } catch let error as SQLiteError {
      guard error.reason == .busy else {
        throw SourceError(
          restoring: error, path, advice: "What cannot be backed up is not replaced: move it away yourself.")
      }
      throw Self.inUse(path, by: FileHolders.processes(holding: path))
    } catch {
      throw error as? SourceError ?? SourceError(.failed, "restore to", path, because: shortText(of: error))
    }
  }

  private func refuseHolders() throws(SourceError) {
    let holders = FileHolders.processes(holding: path)
    guard holders.isEmpty else { throw Self.inUse(path, by: holders) }
  }

  private static func inUse(_ path: PathBytes, by holders: [Int]) -> SourceError {
    let cause: Message =
      holders.isEmpty
      ? "the database is in use"
      : "the database is in use, by process \(conjunction(holders.map { "\($0)" }))"
    return SourceError(
      .exists, "restore to", path, because: cause, advice: "Stop the programs that use it, then run the command again.")
  }
}

// MARK: Putting a file there

extension SQLiteTarget {
  /// A file beside the target, for its new content; whoever makes it removes it.
  func asideName() -> PathBytes {
    let (folder, name) = splitPath(path)
    return joined(folder, Array(".".utf8) + name.prefix(200) + Array(".coffre-".utf8) + temporaryName())
  }

  /// Makes the new file, readable for its owner alone or as the old one was.
  func create(_ aside: PathBytes) throws(SourceError) -> FileDescriptor {
    do throws(SystemError) {
      let file = try FileDescriptor.open(aside, for: .readingAndWriting, [.create, .exclusive, .noFollow])
      if let existing {
        // The owner first: setting it takes away special permissions.
        try? file.setOwner(user: existing.userID, group: existing.groupID)
        try file.setPermissions(existing.permissions & 0o777)
      }
      return file
    } catch {
      throw failure(error)
    }
  }

  /// What ended a restore that SQLite does.
  ///
  /// - Parameter attached: the image that was read: what its reader said counts more than what SQLite made of it.
  func failure(_ error: any Error, reading attached: SQLiteConnection.Attached?) -> SourceError {
    switch error {
    case let error as SourceError: error
    case let error as SystemError: failure(error)
    case let error as SQLiteError: attached?.failure as? SourceError ?? SourceError(restoring: error, path)
    default: SourceError(.failed, "restore to", path, because: shortText(of: error))
    }
  }

  func failure(_ error: SystemError) -> SourceError {
    SourceError(
      error.isNoSpace ? .noSpace : error.isNoPermission || error.isReadOnly ? .noPermission : .failed, "restore to",
      path, because: error.cause)
  }

  /// Gives the finished file its name. What had it is kept beside, whole.
  ///
  /// - Returns: what people should know.
  func install(_ aside: PathBytes) throws(SourceError) -> [SourceNote] {
    let (folderPath, name) = splitPath(path)
    let (_, asideName) = splitPath(aside)
    do {
      let folder = try FileDescriptor.openDirectory(path: folderPath)
      guard existing != nil else {
        let notes = try putAside(companionsIn: folder, of: name)
        try folder.rename(asideName, to: folder, name, replacing: false)
        try folder.synchronize()
        return notes
      }
      let notes = try replace(name, by: asideName, in: folder)
      try folder.synchronize()
      return notes
    } catch let error as SystemError {
      if error.isExisting {
        throw SourceError(.exists, "restore to", path, because: "somebody made a file there meanwhile")
      }
      throw failure(error)
    } catch {
      throw error as? SourceError ?? SourceError(.failed, "restore to", path, because: shortText(of: error))
    }
  }

  private func replace(
    _ name: PathBytes, by asideName: PathBytes, in folder: borrowing FileDescriptor
  ) throws -> [SourceNote] {
    let old = try lock()
    do throws(SQLiteError) {
      // All of it into the one file that is kept; with the lock, nobody adds to the log any more.
      try old.run(#"PRAGMA wal_checkpoint(TRUNCATE)"#)
    } catch {
      throw SourceError(restoring: error, path)
    }
    for companion in Self.companions {
      do throws(SystemError) {
        try folder.removeFile(name + Array(companion.utf8))
      } catch {
        guard error.isNotFound else { throw error }
      }
    }
    let kept = Array(RestoreNames.before(displayed(name), at: settings.now).utf8)
    do throws(SystemError) {
      try folder.makeHardLink(of: folder, name, named: kept)
      try folder.rename(asideName, to: folder, name, replacing: true)
    } catch {
      // A file system without hard links: for a moment nothing has the name.
      guard error.isUnsupported || error.isNoPermission else { throw error }
      try folder.rename(name, to: folder, kept, replacing: false)
      try folder.rename(asideName, to: folder, name, replacing: false)
    }
    return [
      SourceNote(
        subject: "database \(self.name)", message: "the old file is kept as '\(displayed(kept))'",  // not for people
        isGood: true)
    ]
  }

  /// Of a database that is there no more: it would be taken for the new one's.
  private func putAside(
    companionsIn folder: borrowing FileDescriptor, of name: PathBytes
  ) throws(SystemError) -> [SourceNote] {
    var notes: [SourceNote] = []
    for companion in Self.companions {
      let old = name + Array(companion.utf8)
      let kept = Array(RestoreNames.before(displayed(name), at: settings.now).utf8) + Array(companion.utf8)
      do throws(SystemError) {
        try folder.rename(old, to: folder, kept, replacing: false)
        notes.append(
          SourceNote(
            subject: displayed(old),
            message: "it belonged to a database that is there no more, and is called '\(displayed(kept))' now"))
      } catch {
        guard error.isNotFound else { throw error }
      }
    }
    return notes
  }
}

/// The path with the last component's links followed, as far as they lead to something.
private func resolvedPath(of path: PathBytes) throws(SystemError) -> PathBytes {
  var path = path
  for _ in 0..<40 {
    let (folder, name) = splitPath(path)
    let opened = try FileDescriptor.openDirectory(path: folder)
    guard let attributes = try? opened.attributes(of: name), attributes.kind == .symlink else { return path }
    let target = try opened.readLink(name)
    path = try absolutePath(of: target.first == UInt8(ascii: "/") ? target : joined(folder, target))
  }
  throw SystemError.notFound(path)
}
