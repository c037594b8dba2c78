package import CoffreCore
package import CoffreSystem

/// Why there is no program that does what the engine's vendor does best.
package enum VendorToolError: Error, Sendable {
  case badPrefix(CommandSyntaxError)
  case cannotRun(command: String, cause: Message)
  /// It says something else than a version.
  case notUnderstood(command: String, answer: String)
  /// None that is as new as the server.
  case missing(family: ToolFamily, major: Int, found: [VendorTools])
  /// None of the server's own series.
  case otherSeries(family: ToolFamily, series: ToolVersion, found: [VendorTools])
}

extension VendorToolError: Explained {
  package var explanation: Explanation {
    switch self {
    case .badPrefix(let error): error.explanation
    case .cannotRun(let command, let cause):
      Explanation(
        "cannot run '\(command)'", because: cause,
        advice: "Check what is installed there; `coffre source test` tells which programs are looked for.")
    case .notUnderstood(let command, let answer):
      Explanation("'\(command)' tells no version", because: .verbatim(answer.isEmpty ? "''" : answer))
    case .missing(let family, let major, let found):
      Explanation(
        "no '\(family.program)' for \(family.product) \(major) is installed",
        because: found.isEmpty
          ? "none was found"
          : "only older ones were found: \(Self.list(found))",
        advice: "Install it (`apt install \(family.packageName(major))`), or name its folder in "
          + "\(family.folderVariable), or a command that runs it elsewhere in \(family.prefixVariable).")
    case .otherSeries(let family, let series, let found):
      Explanation(
        "no '\(family.program)' for \(family.product) \(series.major).\(series.minor) is installed",
        because: found.isEmpty ? "none was found" : "only others were found: \(Self.list(found))",
        advice: "Install it (`apt install \(family.packageName(series.major))`), or name its folder in "
          + "\(family.folderVariable), or a command that runs it elsewhere in \(family.prefixVariable).")
    }
  }

  private static func list(_ found: [VendorTools]) -> String {
    let texts = found.map { tools in "\(tools.version.text) (\(tools.place))" }
    return texts.joined(separator: ", ")
  }

  package var exitCode: ExitCode {
    switch self {
    case .badPrefix: .usage
    case .cannotRun, .notUnderstood, .missing, .otherSeries: .toolMissing
    }
  }
}
