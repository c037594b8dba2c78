import CoffreCore
import CoffreSystem
import MariaDBKit
import Synchronization

/// A MariaDB server of our own on files that nobody uses yet: it listens to nobody but us, on a socket in a folder that only
/// this user may enter, and runs nothing of what it finds.
final class PrivateServer: Sendable {
  private let child: ChildProcess
  private let folder: PathBytes
  private let files: PathBytes
  private let cancellation: Cancellation
  /// Once the process is gone.
  private let hasEnded = Monitor(false)

  /// Starts it.
  ///
  /// - Parameters:
  ///   - files: the folder with its data.
  ///   - settings: those without which it would not know its files.
  init(
    _ tools: VendorTools, on files: PathBytes, with settings: ServerSettings, cancellation: Cancellation
  ) throws(SourceError) {
    self.files = files
    self.cancellation = cancellation
    do throws(SystemError) {
      // The path of a socket is short.
      folder = joined(temporaryDirectory(), Array("coffre-".utf8) + temporaryName())
      try makeDirectories(folder, permissions: 0o700)
      let command = tools.command("mariadbd", Self.arguments(files, displayed(folder)) + settings.arguments)
      child = try ChildProcess.start(command, environment: ["LC_ALL": "C"], output: .discarded, errors: .captured)
      _ = try EngineThread.start(named: "mariadbd") { [child, hasEnded] in
        _ = try? child.wait()
        hasEnded.withLock { $0 = true }
      }
    } catch {
      throw SourceError(.toolFailed, "run", Array("mariadbd".utf8), because: error.cause)
    }
  }

  deinit {
    child.kill()
    try? removeTree(folder)
  }

  private static func arguments(_ files: PathBytes, _ folder: String) -> [String] {
    var arguments = [
      // First: what the machine's own server is told is not meant for this one.
      "--no-defaults", "--datadir=\(displayed(files))", "--socket=\(folder)/s", "--pid-file=\(folder)/pid",
      "--tmpdir=\(folder)", "--skip-networking", "--skip-log-bin", "--skip-slave-start", "--event-scheduler=DISABLED",
      // Neither accounts nor plugins nor functions of what was backed up.
      "--skip-grant-tables", "--performance-schema=OFF", "--innodb-buffer-pool-load-at-startup=OFF",
      "--innodb-buffer-pool-dump-at-shutdown=OFF", "--lc-messages=en_US",
      // It makes a log anew, as the real one will: a small one.
      "--innodb-log-file-size=16M",
    ]
    if effectiveUserID == 0 { arguments.append("--user=root") }
    return arguments
  }

  /// Waits until it answers.
  ///
  /// - Throws: if it ends before.
  func connect() throws(SourceError) -> MariaDBConnection {
    var settings = MariaDBSettings()
    settings.socket = "\(displayed(folder))/s"
    settings.user = "root"
    settings.readsFiles = false
    while true {
      do throws(MariaDBError) {
        return try MariaDBConnection(settings, cancellation: cancellation)
      } catch {
        if cancellation.isCancelled { throw SourceError(.cancelled, "open", files, because: "the run was cancelled") }
        guard error.reason == .unreachable else { throw SourceError(restoring: error, "open", displayed(files)) }
        if hasEnded.wait(for: .milliseconds(50), until: { $0 }, then: { _ in true }) == true { throw failure() }
      }
    }
  }

  /// Lets it write everything and go.
  func stop() throws(SourceError) {
    child.terminate()
    let status: ChildProcess.ExitStatus
    do throws(SystemError) {
      status = try cancellation.whenCancelled(
        { [child] in child.kill() }, during: { () throws(SystemError) in try child.wait() })
    } catch {
      throw SourceError(.toolFailed, "wait for", Array("mariadbd".utf8), because: error.cause)
    }
    if cancellation.isCancelled { throw SourceError(.cancelled, "open", files, because: "the run was cancelled") }
    guard status.isSuccess else { throw failure() }
  }

  private func failure() -> SourceError {
    let status = (try? child.wait()) ?? .exited(1)
    let said = child.capturedErrors()
    let wrong = displayed(said).split(separator: "\n").filter { $0.contains("[ERROR]") }.joined(separator: "\n")
    return RestoreTools.failure(
      of: "mariadbd", status, wrong.isEmpty ? said : Array(wrong.utf8), "open", files)
  }
}
