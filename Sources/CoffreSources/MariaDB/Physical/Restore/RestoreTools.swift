import CoffreCore
import CoffreSystem

/// The programs that a physical restore runs, all of the series of the server that was backed up: others may not read its
/// files, or change them.
struct RestoreTools: Sendable {
  let backup: VendorTools
  let server: VendorTools

  init(for manifest: DatabaseManifest, cancellation: Cancellation) throws(SourceError) {
    guard let version = MariaDBVersion(manifest.server.version) else {
      throw SourceError(
        .failed, "read", Array(DatabaseManifest.fileName.utf8),
        because: "it tells no version of a server: \(manifest.server.version)")
    }
    let series = PhysicalServer.series(version)
    do throws(VendorToolError) {
      backup = try InstalledTools.find(.mariadbBackup, cancellation: cancellation).choose(forSeries: series)
      server = try InstalledTools.find(.mariadbServer, cancellation: cancellation).choose(forSeries: series)
    } catch {
      throw SourceError(
        .toolMissing, "bring back", Array("MariaDB \(version.text)".utf8), because: error.explanation.problem,
        advice: error.explanation.advice)
    }
  }

  /// Runs a program that works on files and says what it does, to its end. It does not outlive us, however we end.
  ///
  /// - Returns: what it said.
  static func run(
    _ command: [String], _ action: String, _ subject: PathBytes, cancellation: Cancellation
  ) throws(SourceError) -> [UInt8] {
    let program = command.first.map { displayed(splitPath(Array($0.utf8)).name) } ?? ""
    let child: ChildProcess
    let status: ChildProcess.ExitStatus
    do throws(SystemError) {
      child = try ChildProcess.start(
        command, environment: ["LC_ALL": "C"], input: .piped, output: .discarded, errors: .captured, life: .ofThread)
      child.closeInput()
      status = try cancellation.whenCancelled(
        { child.endSoon() }, during: { () throws(SystemError) in try child.wait() })
    } catch {
      throw SourceError(.toolFailed, "run", Array(program.utf8), because: error.cause)
    }
    if cancellation.isCancelled { throw SourceError(.cancelled, action, subject, because: "the run was cancelled") }
    let said = child.capturedErrors()
    guard status.isSuccess else { throw failure(of: program, status, said, action, subject) }
    return said
  }

  /// Why a program has failed, by what it said.
  static func failure(
    of program: String, _ status: ChildProcess.ExitStatus, _ said: [UInt8], _ action: String, _ subject: PathBytes
  ) -> SourceError {
    let words = lastLines(of: said)
    let isFull = displayed(said).contains("No space left on device")  // not for people
    return SourceError(
      isFull ? .noSpace : .failed, action, subject,
      because: words.isEmpty ? "\(program) \(status.message)" : "\(program) \(status.message): \(words)")
  }

  /// Lets the log that came along be replayed on the files.
  ///
  /// - Parameter tools: those of mariadb-backup.
  static func prepare(_ files: ServerFiles, by tools: VendorTools, cancellation: Cancellation) throws(SourceError) {
    let command = tools.command("mariadb-backup", BackupTool.prepareArguments(folder: displayed(files.path)))
    let said = try Self.run(command, "prepare", files.target, cancellation: cancellation)
    guard BackupTool.saidCompleted(said) else {
      throw SourceError(
        .failed, "prepare", files.target,
        because: "mariadb-backup ended well, but did not say 'completed OK!': \(lastLines(of: said, limit: 2))")
    }
  }
}
