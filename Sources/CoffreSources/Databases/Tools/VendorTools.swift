package import CoffreCore
import CoffreSystem

/// The programs of one version that lie in one place.
package struct VendorTools: Sendable, Hashable {
  /// What every command begins with, such as `docker exec -i db`; usually nothing.
  package let prefix: [String]
  /// `nil` where the program is looked for by whoever runs it.
  package let folder: String?
  package let version: ToolVersion

  package init(prefix: [String] = [], folder: String?, version: ToolVersion) {
    self.prefix = prefix
    self.folder = folder
    self.version = version
  }

  /// The words that run one of the programs.
  package func command(_ program: String, _ arguments: [String] = []) -> [String] {
    prefix + [folder.map { "\($0)/\(program)" } ?? program] + arguments
  }

  /// Where they are, for people.
  package var place: String { (prefix + (folder.map { [$0] } ?? [])).joined(separator: " ") }

  /// Those of the options that a program has: some came with a minor release, and only the program knows.
  package func supported(
    _ options: Set<String>, of program: String, cancellation: Cancellation
  ) throws(VendorToolError) -> Set<String> {
    let help = try Self.output(of: command(program, ["--help"]), cancellation: cancellation)
    return options.filter { Self.names($0, inHelp: help) }
  }

  /// Whether a help text tells of an option.
  package static func names(_ option: String, inHelp help: String) -> Bool {
    help.split { $0.isWhitespace || $0 == "=" || $0 == "[" || $0 == "," }.contains { $0 == option }
  }

  /// What a command prints that is known to print little.
  static func output(of command: [String], cancellation: Cancellation) throws(VendorToolError) -> String {
    let outcome: (bytes: [UInt8], status: ChildProcess.ExitStatus, complaint: [UInt8])
    do throws(SystemError) {
      let child = try ChildProcess.start(command, environment: ["LC_ALL": "C"], output: .piped, errors: .captured)
      let bytes = try cancellation.whenCancelled(
        { child.endSoon() }, during: { () throws(SystemError) in try child.readAll(limit: 1 << 20) })
      let status = try cancellation.whenCancelled(
        { child.endSoon() }, during: { () throws(SystemError) in try child.wait() })
      outcome = (bytes, status, child.capturedErrors())
    } catch {
      throw .cannotRun(command: command.joined(separator: " "), cause: error.cause)
    }
    // Some tell their version where others complain.
    if outcome.status.isSuccess { return displayed(outcome.bytes.isEmpty ? outcome.complaint : outcome.bytes) }
    let complaint = displayed(outcome.complaint).split(separator: "\n").last.map { Message.verbatim(String($0)) }
    throw .cannotRun(
      command: command.joined(separator: " "), cause: complaint ?? "it \(outcome.status.message)")
  }
}
