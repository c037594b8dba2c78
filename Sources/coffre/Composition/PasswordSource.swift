import CoffreCore
import CoffreSystem

/// The options and variables that a password comes from.
struct PasswordOptions: Sendable {
  /// Whose password it is.
  enum Owner: Sendable {
    case repository, otherRepository, newKey, archive
  }

  let owner: Owner
  let file: OptionSpec
  let command: OptionSpec
  /// Variables that hold the password itself.
  let variables: [String]

  /// Of the repository that a command works on.
  static let repository = PasswordOptions(
    owner: .repository, file: GlobalOptions.passwordFile, command: GlobalOptions.passwordCommand,
    variables: ["COFFRE_PASSWORD", "RESTIC_PASSWORD"])

  /// Of the repository that is copied from.
  static let otherRepository = PasswordOptions(
    owner: .otherRepository, file: FromRepositoryOptions.passwordFile, command: FromRepositoryOptions.passwordCommand,
    variables: ["COFFRE_FROM_PASSWORD", "RESTIC_FROM_PASSWORD"])

  fileprivate var missing: UsageError {
    let advice: Message =
      file.environment.first.map { "Give --\(file.name) or --\(command.name), or set \($0)." }
      ?? "Give --\(file.name) or --\(command.name)."
    return switch owner {
    case .repository: UsageError("no password for the repository", advice: advice)
    case .otherRepository: UsageError("no password for the other repository", advice: advice)
    case .newKey: UsageError("no new password", advice: advice)
    case .archive: UsageError("no password for the archive", advice: advice)
    }
  }

  fileprivate func prompt(_ location: PathBytes?) -> Message {
    let place = location.map { displayed($0) }
    return switch owner {
    case .repository: place.map { "password of the repository '\($0)': " } ?? "password of the repository: "
    case .otherRepository:
      place.map { "password of the other repository '\($0)': " } ?? "password of the other repository: "
    case .newKey: "new password: "
    case .archive: "password of the archive: "
    }
  }
}

/// Where a password comes from; never from an argument, which every user of the machine could read.
enum PasswordSource: Sendable {
  case file(PathBytes)
  case command(String)
  case environment(String)
  case prompt(PasswordOptions, location: PathBytes?, Language)
  case none(PasswordOptions)

  /// A flag wins over the environment; there, a command over a file over the password itself.
  ///
  /// - Parameter location: of the repository, for the prompt.
  init(
    _ arguments: ParsedArguments, _ options: PasswordOptions = .repository, for location: PathBytes? = nil,
    console: Console
  ) {
    if arguments.isGiven(options.file), let path = arguments.bytes(options.file) {
      self = .file(path)
    } else if let command = arguments.text(options.command) {
      self = .command(command)
    } else if let path = arguments.bytes(options.file) {
      self = .file(path)
    } else if let name = options.variables.first(where: { Environment.bytes($0) != nil }) {
      self = .environment(name)
    } else if console.mayAsk {
      self = .prompt(options, location: location, console.language)
    } else {
      self = .none(options)
    }
  }

  /// For a command whose options otherwise mean the repository's password: what stands on the command line, then the
  /// variables of an archive's password; those of the repository's are for that alone.
  ///
  /// - Returns: `nil` if it comes from nowhere.
  static func ofShelf(_ arguments: ParsedArguments, _ console: Console) -> PasswordSource? {
    func set(_ name: String) -> [UInt8]? { Environment.bytes(name).flatMap { $0.isEmpty ? nil : $0 } }
    let archive = PasswordOptions.archive
    if arguments.isGiven(GlobalOptions.passwordFile), let path = arguments.bytes(GlobalOptions.passwordFile) {
      return .file(path)
    }
    if arguments.isGiven(GlobalOptions.passwordCommand), let command = arguments.text(GlobalOptions.passwordCommand) {
      return .command(command)
    }
    if let command = archive.command.environment.lazy.compactMap(set).first { return .command(displayed(command)) }
    if let path = archive.file.environment.lazy.compactMap(set).first { return .file(path) }
    if let name = archive.variables.first(where: { set($0) != nil }) { return .environment(name) }
    return console.mayAsk ? .prompt(archive, location: nil, console.language) : nil
  }

  /// - Parameter confirming: ask twice; for a new repository.
  func read(confirming: Bool = false, cancellation: Cancellation) throws -> Secret {
    let secret: Secret
    switch self {
    case .file(let path): secret = Secret(TextInput.trimmed(TextInput.decoded(try contents(of: path))))
    case .command(let command):
      secret = Secret(TextInput.trimmed(TextInput.decoded(try output(of: command, cancellation))))
    case .environment(let name): secret = Secret(Environment.bytes(name) ?? [])
    case .prompt(let options, let location, let language):
      secret = try ask(options.prompt(location), in: language, confirming: confirming)
    case .none(let options): throw options.missing
    }
    guard !secret.isEmpty else { throw UsageError("the password is empty", advice: "Give one that is not.") }
    return secret
  }

  private func contents(of path: PathBytes) throws -> [UInt8] {
    do throws(SystemError) {
      return try readFile(path, limit: 1 << 20)
    } catch {
      throw UsageError(
        "the password file '\(displayed(path))' cannot be read: \(error.cause)",
        advice: "Give the path of a file that holds the repository's password.")
    }
  }

  private func ask(_ prompt: Message, in language: Language, confirming: Bool) throws -> Secret {
    let first = try Terminal.readSecret(prompt: language.text(prompt))
    if confirming {
      let second = try Terminal.readSecret(prompt: language.text("the same again: "))
      guard first == second else { throw UsageError("the two passwords differ", advice: "Run the command again.") }
    }
    return Secret(first)
  }

  private func output(of command: String, _ cancellation: Cancellation) throws -> [UInt8] {
    let words = try splitCommand(command)
    let child: ChildProcess
    do throws(SystemError) {
      child = try ChildProcess.start(words, input: .none, output: .piped, errors: .inherited)
    } catch {
      throw PasswordCommandFailed(
        explanation: Explanation(
          "the password command '\(words.first ?? "")' cannot be started", because: error.cause,
          advice: "Check its name and whether it is installed."))
    }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 4096)
    while true {
      var span = piece.mutableSpan
      let count = try cancellation.whenCancelled({ child.endSoon() }, during: { try child.read(into: &span) })
      guard count > 0 else { break }
      bytes.append(contentsOf: piece[..<count])
    }
    let status = try cancellation.whenCancelled({ child.endSoon() }, during: { try child.wait() })
    try cancellation.check()
    guard status.isSuccess else {
      throw PasswordCommandFailed(
        explanation: Explanation("the password command failed", because: "it \(status.message)"))
    }
    return bytes
  }
}

struct PasswordCommandFailed: Explained {
  let explanation: Explanation
  var exitCode: ExitCode { .toolMissing }
}
