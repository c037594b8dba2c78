import CoffreCore
import CoffreMessages
import CoffreSystem
import Synchronization

/// From a command line to an exit code.
enum Program {
  static let version = "0.1.0"
  /// As snapshots name it.
  static let nameAndVersion = "coffre \(version)"  // not for people

  private static let commands: [any RunnableCommand.Type] = [
    BackupCommand.self,
    RestoreCommand.self,
    SnapshotListCommand.self,
    SnapshotShowCommand.self,
    SnapshotLsCommand.self,
    SnapshotFindCommand.self,
    SnapshotDiffCommand.self,
    SnapshotCatCommand.self,
    SnapshotDumpCommand.self,
    SnapshotTablesCommand.self,
    SnapshotRowsCommand.self,
    SnapshotTagCommand.self,
    SnapshotForgetCommand.self,
    SnapshotRewriteCommand.self,
    SourceTestCommand.self,
    SourceDumpCommand.self,
    ArchiveCreateCommand.self,
    ArchiveExtractCommand.self,
    ArchiveTestCommand.self,
    ArchiveListCommand.self,
    ShelfListCommand.self,
    ShelfShowCommand.self,
    ShelfVerifyCommand.self,
    ShelfPruneCommand.self,
    ShelfRestoreCommand.self,
    InventoryInitCommand.self,
    InventoryCheckCommand.self,
    InventoryRunCommand.self,
    MountCommand.self,
    RepoInitCommand.self,
    RepoInfoCommand.self,
    RepoCheckCommand.self,
    RepoPruneCommand.self,
    RepoStatsCommand.self,
    RepoCopyCommand.self,
    RepoUnlockCommand.self,
    RepoKeyListCommand.self,
    RepoKeyAddCommand.self,
    RepoKeyRemoveCommand.self,
    RepoKeyPasswdCommand.self,
    RepoRepairIndexCommand.self,
    RepoRepairPacksCommand.self,
    RepoRepairSnapshotsCommand.self,
    CompletionCommand.self,
    CompleteCommand.self,
    ManCommand.self,
  ]

  static let tree = CommandTree(
    "back up, prove and restore what a small organisation runs",
    groups: [
      GroupSpec("repo", "make, verify and keep repositories"), GroupSpec("snapshot", "look at what was backed up"),
      GroupSpec("source", "look at what can be backed up"), GroupSpec("archive", "make and open archive files"),
      GroupSpec("shelf", "archives in a folder"), GroupSpec("inventory", "tables that list what is backed up"),
      GroupSpec("repo key", "passwords that open a repository"), GroupSpec("repo repair", "mend a damaged repository"),
    ],
    commands: commands.map { $0.spec },
    starters: ["repo init", "backup", "snapshot list", "snapshot ls", "restore", "repo check"])  // not for people

  /// - Parameter arguments: as the kernel gave them, the program's own name first.
  static func run(_ arguments: [[UInt8]]) async -> Int32 {
    let cancellation = Cancellation()
    let language = language(of: arguments)
    let help = HelpText(tree: tree, language: language)
    do {
      try watchSignals(cancellation, language)
      switch try parse(Array(arguments.dropFirst())) {
      case .welcome: try StandardStream.output.write(help.welcome())
      case .help(let path): try StandardStream.output.write(help.page(at: path))
      case .version(let parsed):
        let isJSON = parsed.isOn(GlobalOptions.json)
        try StandardStream.output.write(
          isJSON ? "{\"type\":\"version\",\"v\":1,\"version\":\"\(version)\"}\n" : nameAndVersion + "\n")
      case .command(let parsed):
        return try await run(parsed, cancellation).rawValue
      }
      return ExitCode.done.rawValue
    } catch {
      return report(error, in: language, jsonDialect(of: arguments))
    }
  }

  /// - Parameter arguments: without the program's own name.
  static func parse(_ arguments: [[UInt8]]) throws(UsageError) -> Invocation {
    try CommandLineParser(tree: tree) { Environment.bytes($0) }.parse(arguments)
  }

  private static func run(_ parsed: ParsedArguments, _ cancellation: Cancellation) async throws -> ExitCode {
    guard let command = commands.first(where: { $0.spec.path == parsed.command.path }) else {
      throw UsageError("this command cannot be run", advice: "Run `coffre help`.")
    }
    let console = Console(parsed, cancellation: cancellation)
    do {
      return try await command.run(parsed, console)
    } catch {
      guard console.isJSON else { throw error }
      return console.reportAsJSON(error)
    }
  }

  private static func watchSignals(_ cancellation: Cancellation, _ language: Language) throws(SystemError) {
    let signals = SignalCount()
    try SignalWatch.start { signal in
      guard let reason = signal.cancellationReason else { return }
      // The second time is an order: at once, whatever stays behind.
      if signals.next() > 1 { ThisProcess.end(with: Cancelled(reason: reason).exitCode.rawValue) }
      cancellation.cancel(reason)
      let isTyped = reason == .interrupted && Terminal.isTerminal(.errors)
      let text: Message = isTyped ? "stopping cleanly; press Ctrl-C again to stop at once" : "stopping cleanly"
      try? StandardStream.errors.write((isTyped ? "\n" : "") + language.text(text) + "\n")
    }
  }

  private static func report(_ error: any Error, in language: Language, _ dialect: JSONDialect?) -> Int32 {
    // Nobody reads any more (`coffre snapshot ls … | head`): no news.
    if let error = error as? SystemError, error.isBrokenPipe { return ExitCode.failed.rawValue }
    let code = (error as? any Explained)?.exitCode ?? .failed
    switch dialect {
    case .restic: ResticOutput(isQuiet: true, verbosity: 0).take(.failed(explanation(of: error), code))
    case .coffre: JSONOutput(showsProgress: false, language: language).take(.failed(explanation(of: error), code))
    case nil: try? StandardStream.errors.write(language.text(of: explanation(of: error)))
    }
    return code.rawValue
  }

  /// A command line that cannot be understood may still say how to answer.
  private static func jsonDialect(of arguments: [[UInt8]]) -> JSONDialect? {
    let words = arguments.prefix { $0 != Array("--".utf8) }.map { displayed($0) }
    return words.contains("--json=restic") ? .restic : words.contains("--json") ? JSONDialect.usual : nil
  }

  /// Known before anything else is: what is wrong with a command line is told in it too.
  private static func language(of arguments: [[UInt8]]) -> Language {
    let words = arguments.map { displayed($0) }
    var code = Environment.value("COFFRE_LANG")
    for (number, word) in words.enumerated() {
      if word == "--" { break }
      if word == "--lang", number + 1 < words.count { code = words[number + 1] }
      if word.hasPrefix("--lang=") { code = String(word.dropFirst(7)) }
    }
    return Languages.chosen(by: code) { Environment.value($0) }
  }
}

/// How often somebody asked to stop.
private final class SignalCount: Sendable {
  private let count = Atomic<Int>(0)
  func next() -> Int { count.add(1, ordering: .relaxed).newValue }
}

extension Signal {
  /// `nil` for signals that ask for something else than to stop.
  var cancellationReason: Cancellation.Reason? {
    switch self {
    case .interrupt: .interrupted
    case .terminate: .terminated
    default: nil
    }
  }
}

/// One command: its declaration and what it does.
protocol RunnableCommand: SendableMetatype {
  static var spec: CommandSpec { get }
  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode
}
