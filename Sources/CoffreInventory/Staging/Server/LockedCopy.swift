import CoffreCore
import CoffreSources
import CoffreSystem
import MariaDBKit

/// A copy of a running server's data directory while a lock holds all who write (`FLUSH TABLES WITH READ LOCK`).
///
/// The lock does not stop InnoDB's own threads, so the copy is what a crash would leave: a server replays the log on it. For
/// that the log must be of the same moment as the pages. It is copied first, and the copy counts only if not a byte was added
/// to it until the last file was copied; else all is copied again.
struct LockedCopy {
  private let contents: FolderContents
  private let files: ServerFiles
  private let server: AnsweringServer
  private let workFolder: PathBytes
  private let cancellation: Cancellation
  private let progress: (Int64) -> Void

  private static let attempts = 3
  /// For InnoDB to come to rest once nobody writes.
  private static let patience = Duration.seconds(60)

  init(
    _ contents: FolderContents, to files: ServerFiles, _ server: AnsweringServer, _ workFolder: PathBytes,
    _ cancellation: Cancellation, _ progress: @escaping (Int64) -> Void
  ) {
    self.contents = contents
    self.files = files
    self.server = server
    self.workFolder = workFolder
    self.cancellation = cancellation
    self.progress = progress
  }

  /// - Parameter reason: why it was not done by mariadb-backup.
  func make(instead reason: Message) throws(SourceError) -> ServerFolderCopy.Made {
    let facts = try asked { () throws(MariaDBError) in
      try server.connection.execute(#"FLUSH TABLES WITH READ LOCK"#)
      return try CopiedFolderFacts(on: server.connection)
    }
    // Should this process be killed, the server sees the end of the session, and lets go as well.
    defer { _ = try? server.connection.execute(#"UNLOCK TABLES"#) }
    try checkPlaces()
    for _ in 0..<Self.attempts {
      let before = try restingPosition()
      // Tables come and go until the lock stands.
      let contents = try FolderContents(of: contents.folder, leavingOut: ServerFolderCopy.isFleeting)
      var copying = FolderCopying(contents, to: files.path, cancellation: cancellation, progress: progress)
      try copying.run(rank: Self.rank)
      if before.isWritten, try position() == before { return made(contents, facts, reason) }
      try clear()
    }
    throw SourceError(
      .notWhole, "copy", contents.folder,
      because: "InnoDB went on writing while a lock held all who write, each of \(Self.attempts) times",
      advice: "Install mariadb-backup of the server's version, or stop the server.")
  }

  private func made(
    _ contents: FolderContents, _ facts: CopiedFolderFacts, _ reason: Message
  ) -> ServerFolderCopy.Made {
    let (notes, isWhole) = LinksElsewhere.notes(of: contents)
    return ServerFolderCopy.Made(
      way: .serverLocked,
      method: "a server runs on it: copied while a lock held all who write, because mariadb-backup was not used "
        + "(\(reason)); a server that is started on it recovers first, as after a crash",
      notes: notes, sizeInBytes: contents.sizeInBytes,
      proof: isWhole ? FolderProof(of: files, facts, workFolder: workFolder) : nil)
  }

  /// Logs before what they are replayed on, and before a log the file that tells where to begin in it.
  private static func rank(_ entry: FolderContents.Entry) -> Int {
    let name = displayed(entry.components.first ?? [])
    if name == #"aria_log_control"# { return 0 }
    if name.hasPrefix(#"aria_log."#) || name.hasPrefix(#"ib_logfile"#) || name == #"#innodb_redo"# { return 1 }
    return 2
  }

  private func clear() throws(SourceError) {
    do throws(SystemError) {
      for name in try FileDescriptor.openDirectory(path: files.path).entryNames() {
        try removeTree(joined(files.path, name))
      }
    } catch {
      throw SourceError(staging: error, "remove", files.path)
    }
  }

  // MARK: The server

  private func asked<Result>(_ body: () throws(MariaDBError) -> Result) throws(SourceError) -> Result {
    do throws(MariaDBError) {
      return try body()
    } catch {
      throw SourceError(
        error.reason == .cancelled ? .cancelled : .notWhole, "copy", contents.folder, because: error.message,
        advice:
          "Install mariadb-backup of the server's version, grant the account RELOAD and PROCESS, or stop the server.")
    }
  }

  /// That all of the server's files lie in its folder.
  private func checkPlaces() throws(SourceError) {
    let rows = try asked { () throws(MariaDBError) in
      try server.connection.execute(
        #"""
        SHOW GLOBAL VARIABLES WHERE Variable_name IN ('innodb_data_home_dir', 'innodb_log_group_home_dir',
         'innodb_undo_directory', 'innodb_data_file_path')
        """#)
    }
    for row in 0..<rows.count {
      guard let name = rows[row, 0], let value = rows[row, 1], !value.isEmpty else { continue }
      let leads =
        name == #"innodb_data_file_path"#
        ? value.utf8.contains(UInt8(ascii: "/")) : !isFolder(Array(value.utf8))
      guard leads else { continue }
      throw SourceError(
        .notWhole, "copy", contents.folder,
        because: "the server has some of its files elsewhere: \(name) is '\(value)'",
        advice: "Install mariadb-backup of the server's version, which follows such settings.")
    }
  }

  /// Whether a setting names the data directory itself: as the server writes it, from there on.
  private func isFolder(_ value: PathBytes) -> Bool {
    let name = displayed(value)
    if name == "." || name == "./" { return true }
    guard let one = try? FileDescriptor.attributes(ofPath: value, .following) else { return !server.namesFolder }
    return one.isSameFile(as: contents.attributes) || !server.namesFolder
  }

  /// Waits until InnoDB has nothing more to write of its own: what transactions left is cleared away in the background.
  private func restingPosition() throws(SourceError) -> Position {
    let deadline = Clock.monotonic() + Self.patience
    var last = try position()
    while true {
      do throws(Cancelled) {
        try pause(for: .milliseconds(1500), unless: cancellation)
      } catch {
        throw SourceError(.cancelled, "copy", contents.folder, because: "the run was cancelled")
      }
      let now = try position()
      if now == last && now.isWritten || Clock.monotonic() > deadline { return now }
      last = now
    }
  }

  /// What InnoDB tells of its log.
  private struct Position: Hashable {
    /// Where the log ends, where a recovery would begin, which pages were written.
    let lines: [Substring]
    /// Whether all of the log is in its file: servers may write it a second later.
    let isWritten: Bool
  }

  private static let end = #"Log sequence number"#
  private static let flushed = #"Log flushed up to"#
  private static let others = [#"Pages flushed up to"#, #"Last checkpoint at"#]

  private func position() throws(SourceError) -> Position {
    let status = try asked { () throws(MariaDBError) in
      try server.connection.execute(#"SHOW ENGINE INNODB STATUS"#)[0, 2] ?? ""
    }
    let lines = status.split(separator: "\n")
    func number(_ title: String) -> Int64? {
      lines.first { $0.hasPrefix(title) }.flatMap { $0.split(separator: " ").last }.flatMap { Int64($0) }
    }
    guard let end = number(Self.end), let flushed = number(Self.flushed) else {
      throw SourceError(
        .notWhole, "copy", contents.folder, because: "the server does not tell where InnoDB's log ends",
        advice: "Install mariadb-backup of the server's version, or stop the server.")
    }
    let titles = [Self.end] + Self.others
    return Position(
      lines: lines.filter { line in titles.contains { line.hasPrefix($0) } }, isWritten: flushed >= end)
  }
}
