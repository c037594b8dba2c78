import CoffreCore
import CoffreSources
import CoffreSystem

/// A server's data directory, copied so that a server can open the copy. How depends on whether a server runs on it.
struct ServerFolderCopy {
  let source: PathBytes
  let account: DatabaseSettings?
  /// Where temporary copies lie.
  let root: PathBytes
  let cancellation: Cancellation
  let progress: @Sendable (Int64) -> Void

  /// What was made.
  struct Made: Sendable {
    let way: StagedSource.Way
    let method: Message
    let notes: [SourceNote]
    let sizeInBytes: Int64
    /// `nil` if nothing may be started on the copy.
    let proof: FolderProof?
  }

  /// What a server makes anew at each start, and what only means something as long as it runs.
  @Sendable static func isFleeting(_ entry: FolderContents.Entry) -> Bool {
    switch entry.attributes.kind {
    case .socket, .fifo, .blockDevice, .characterDevice: return true
    default: break
    }
    guard entry.components.count == 1 else { return false }
    let name = displayed(entry.name)
    return name == #"ibtmp1"# || name.hasSuffix(#".pid"#) || name == #"#innodb_temp"#
  }

  /// Makes it.
  ///
  /// - Parameters:
  ///   - copy: an empty folder.
  ///   - workFolder: for what programs are given meanwhile.
  func make(in copy: PathBytes, workFolder: PathBytes) throws(SourceError) -> Made {
    let contents = try FolderContents(of: source, leavingOut: Self.isFleeting)
    let files = ServerFiles(path: copy, target: source)
    guard try isRunning() else {
      try StagingSpace.check(for: contents.sizeInBytes, in: root, copying: source)
      return try StoppedCopy(contents, to: files, workFolder, cancellation, progress).make()
    }
    try StagingSpace.check(for: contents.sizeInBytes, grows: true, in: root, copying: source)
    let answer = try AnsweringServer.reach(
      ServingProcess.find(in: source), of: source, account: account, cancellation: cancellation)
    switch answer {
    case .failure(let silence): throw silent(silence)
    case .success(let server): return try take(server, contents, files, workFolder)
    }
  }

  /// By the locks that servers hold on files, or by a process that works there.
  func isRunning() throws(SourceError) -> Bool {
    do throws(SystemError) {
      return try RunningDatabase.isServed(source) || ServingProcess.find(in: source) != nil
    } catch {
      throw SourceError(
        staging: error, "copy", source, advice: error.isNoPermission ? "Run as root, or as the server's user." : nil)
    }
  }

  private func silent(_ silence: AnsweringServer.SilenceError) -> SourceError {
    let reasons = silence.reasons.dropFirst().reduce(silence.reasons.first ?? "") { "\($0); \($1)" }
    return SourceError(
      .notWhole, "copy", source,
      because: reasons.isEmpty
        ? "a server runs on it, and nobody knows how to reach it"
        : "a server runs on it and cannot be asked: \(reasons)",
      advice:
        "A copy of files that a server writes to is torn. Give an account of this server that may RELOAD and PROCESS in "
        + "the file that --env-file names, run as root where root may enter, or stop the server.")
  }

  /// By mariadb-backup where it can, else under a lock.
  private func take(
    _ server: AnsweringServer, _ contents: FolderContents, _ files: ServerFiles, _ workFolder: PathBytes
  ) throws(SourceError) -> Made {
    let reason: Message
    if !server.isMariaDB {
      reason = "the server is no MariaDB"
    } else if !server.namesFolder {
      reason = "the server knows the folder by another name"
    } else {
      do throws(SourceError) {
        return try stream(server, contents, files, workFolder)
      } catch {
        guard error.reason == .toolMissing else { throw error }
        reason = error.cause
      }
    }
    return try LockedCopy(contents, to: files, server, workFolder, cancellation, progress).make(instead: reason)
  }

  private func stream(
    _ server: AnsweringServer, _ contents: FolderContents, _ files: ServerFiles, _ workFolder: PathBytes
  ) throws(SourceError) -> Made {
    var settings = server.settings
    settings.workFolder = workFolder
    let (notes, proof) = try PreparedFolder.make(settings, to: files, cancellation: cancellation, progress: progress)
    let copy = try FolderContents(of: files.path) { _ in false }
    // Whoever extracted them owns them; they are the server's.
    OwnedCopy.give(copy, like: contents)
    return Made(
      way: .serverBackup, method: "a server runs on it: copied by mariadb-backup and prepared",
      notes: notes, sizeInBytes: copy.sizeInBytes, proof: proof)
  }
}

/// Gives files the owner that the originals have.
enum OwnedCopy {
  /// As far as this user may; the files are whole in any case.
  static func give(_ copy: FolderContents, like original: FolderContents) {
    let owner = original.attributes
    for entry in copy.entries {
      guard
        let above = try? FolderContents.open(
          Array(entry.components.dropLast()), beneath: copy.folder, for: .reading, .directory)
      else { continue }
      try? above.setOwner(user: owner.userID, group: owner.groupID, of: entry.name)
    }
    guard let top = try? FileDescriptor.openDirectory(path: copy.folder) else { return }
    try? top.takeAttributes(of: owner)
  }
}
