import CoffreCore
import CoffreSystem
import MariaDBKit

/// A MariaDB server of our own on files that nobody uses yet: it listens to nobody but us, on a socket in a folder that only
/// this user may enter, and runs nothing of what it finds. It does not outlive us, however we end.
final class PrivateServer: Sendable {
  private let child: ChildProcess
  /// Started the process, and waits for its end.
  private let thread: EngineThread
  private let folder: TransientFolder
  private let files: ServerFiles
  private let cancellation: Cancellation
  /// Once the process is gone.
  private let hasEnded: Monitor<Bool>

  /// How long it may take to begin, and to end: what it has to read was prepared, and is little.
  private static let patience = Duration.seconds(1800)
  /// Of the 108 bytes of a socket's path (unix(7)), without what stands behind it.
  private static let longestWorkFolder = 70

  /// Starts it.
  ///
  /// - Parameters:
  ///   - files: the folder with its data.
  ///   - settings: those without which it would not know its files.
  ///   - workFolder: for its socket, unless that is too long a path; `nil` for the folder of temporary files.
  init(
    _ tools: VendorTools, on files: ServerFiles, with settings: ServerSettings, in workFolder: PathBytes? = nil,
    cancellation: Cancellation
  ) throws(SourceError) {
    self.files = files
    self.cancellation = cancellation
    // The path of a socket is short.
    let parent = workFolder.flatMap { $0.count <= Self.longestWorkFolder ? $0 : nil } ?? temporaryDirectory()
    let hasEnded = Monitor(false)
    do throws(SystemError) {
      folder = try TransientFolder(in: parent)
      let command = tools.command("mariadbd", Self.arguments(files.path, displayed(folder.path)) + settings.arguments)
      (child, thread) = try Self.start(command, hasEnded)
    } catch {
      throw SourceError(.toolFailed, "run", Array("mariadbd".utf8), because: error.cause)
    }
    self.hasEnded = hasEnded
  }

  deinit { end() }

  /// On a thread that is there as long as the server: the kernel ends the one with the other.
  private static func start(
    _ command: [String], _ hasEnded: Monitor<Bool>
  ) throws(SystemError) -> (ChildProcess, EngineThread) {
    let started = Monitor<Result<ChildProcess, SystemError>?>(nil)
    let thread = try EngineThread.start(named: "mariadbd") {
      do throws(SystemError) {
        let child = try ChildProcess.start(
          command, environment: ["LC_ALL": "C"], input: .piped, output: .discarded, errors: .captured, life: .ofThread)
        child.closeInput()
        started.withLock { $0 = .success(child) }
        _ = try? child.wait()
      } catch {
        started.withLock { $0 = .failure(error) }
      }
      hasEnded.withLock { $0 = true }
    }
    let result = started.wait(until: { $0 != nil }, then: { $0 })
    guard let result else { preconditionFailure("a thread ended without a word") }
    return (try result.get(), thread)
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
  /// - Throws: if it ends before, or does neither in all this time.
  func connect(within limit: Duration = PrivateServer.patience) throws(SourceError) -> MariaDBConnection {
    var settings = MariaDBSettings()
    settings.socket = "\(displayed(folder.path))/s"
    settings.user = "root"
    settings.readsFiles = false
    let deadline = Clock.monotonic() + limit
    while true {
      do throws(MariaDBError) {
        return try MariaDBConnection(settings, cancellation: cancellation)
      } catch {
        if cancellation.isCancelled { throw cancelled }
        guard error.reason == .unreachable else {
          throw SourceError(restoring: error, "open", displayed(files.target))
        }
        if hasEnded.wait(for: .milliseconds(50), until: { $0 }, then: { _ in true }) == true { throw failure() }
        guard Clock.monotonic() < deadline else {
          throw late("mariadbd was started on it, and has not answered after \(durationText(limit))")
        }
      }
    }
  }

  /// Lets it write everything and go.
  func stop(within limit: Duration = PrivateServer.patience) throws(SourceError) {
    child.terminate()
    let isGone = cancellation.whenCancelled(
      { [child] in child.kill() }, during: { hasEnded.wait(for: limit, until: { $0 }, then: { _ in true }) ?? false })
    if cancellation.isCancelled { throw cancelled }
    guard isGone else { throw late("mariadbd opened it, and has not stopped after \(durationText(limit))") }
    guard (try? child.wait())?.isSuccess == true else { throw failure() }
  }

  /// Ends it at once, if it is there still. Nothing of it is at work afterwards.
  func end() {
    child.kill()
    thread.join()
  }

  private var cancelled: SourceError {
    SourceError(.cancelled, "open", files.target, because: "the run was cancelled")
  }

  private func late(_ problem: Message) -> SourceError {
    end()
    let said = lastLines(of: child.capturedErrors(), limit: 2)
    return SourceError(
      .failed, "open", files.target, because: said.isEmpty ? problem : "\(problem): \(said)",
      advice: "Look whether the disk answers, then run the command again.")
  }

  private func failure() -> SourceError {
    let status = (try? child.wait()) ?? .exited(1)
    let said = child.capturedErrors()
    let wrong = displayed(said).split(separator: "\n").filter { $0.contains("[ERROR]") }.joined(separator: "\n")
    return RestoreTools.failure(
      of: "mariadbd", status, wrong.isEmpty ? said : Array(wrong.utf8), "open", files.target)
  }
}
