import CoffreCore
import CoffreSystem

/// Where the repository's password comes from; never from an argument, which every user of the machine could read.
enum PasswordSource: Sendable {
  case file(PathBytes)
  case command(String)
  case environment(String)
  case prompt
  case none

  /// A flag wins over the environment; there, a command over a file over the password itself.
  init(_ arguments: ParsedArguments, console: Console) {
    if arguments.isGiven(GlobalOptions.passwordFile), let path = arguments.bytes(GlobalOptions.passwordFile) {
      self = .file(path)
    } else if let command = arguments.text(GlobalOptions.passwordCommand) {
      self = .command(command)
    } else if let path = arguments.bytes(GlobalOptions.passwordFile) {
      self = .file(path)
    } else if let name = ["COFFRE_PASSWORD", "RESTIC_PASSWORD"].first(where: { Environment.bytes($0) != nil }) {
      self = .environment(name)
    } else {
      self = console.mayAsk ? .prompt : .none
    }
  }

  /// - Parameter confirming: ask twice; for a new repository.
  func read(confirming: Bool = false, cancellation: Cancellation) throws -> Secret {
    let secret: Secret
    switch self {
    case .file(let path): secret = Secret(trimmed(decoded(try contents(of: path))))
    case .command(let command): secret = Secret(trimmed(decoded(try output(of: command, cancellation))))
    case .environment(let name): secret = Secret(Environment.bytes(name) ?? [])
    case .prompt: secret = try ask(confirming: confirming)
    case .none:
      throw UsageError(
        "no password for the repository",
        advice: "Give --password-file or --password-command, or set COFFRE_PASSWORD_FILE.")
    }
    guard !secret.isEmpty else {
      throw UsageError("the repository's password is empty", advice: "Give one that is not.")
    }
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

  private func ask(confirming: Bool) throws -> Secret {
    let first = try Terminal.readSecret(prompt: "password of the repository: ")
    if confirming {
      let second = try Terminal.readSecret(prompt: "the same again: ")
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
      throw PasswordCommandFailed(explanation: Explanation("the password command failed", because: "it \(status)"))
    }
    return bytes
  }

  /// Text editors may write a byte order mark: UTF-8 loses it, UTF-16 is converted, as restic does.
  private func decoded(_ bytes: [UInt8]) -> [UInt8] {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return Array(bytes.dropFirst(3)) }
    let isLittle = bytes.starts(with: [0xFF, 0xFE])
    guard isLittle || bytes.starts(with: [0xFE, 0xFF]) else { return bytes }
    let units = stride(from: 2, to: bytes.count - 1, by: 2).map { index -> UInt16 in
      let low = UInt16(bytes[isLittle ? index : index + 1])
      let high = UInt16(bytes[isLittle ? index + 1 : index])
      return low | high << 8
    }
    return Array(String(decoding: units, as: UTF16.self).utf8)
  }

  private func trimmed(_ bytes: [UInt8]) -> [UInt8] {
    let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
    let start = bytes.firstIndex { !isSpace($0) } ?? bytes.endIndex
    let end = bytes.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? start
    return Array(bytes[start..<end])
  }
}

struct PasswordCommandFailed: Explained {
  let explanation: Explanation
  var exitCode: ExitCode { .toolMissing }
}
