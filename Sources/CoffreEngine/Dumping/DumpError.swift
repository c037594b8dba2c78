package import CoffreCore

/// Why something of a snapshot cannot be dumped.
package enum DumpError: Explained, Hashable {
  case archiveToTerminal(format: String)
  case notDumpable(path: String, kind: String)
  case targetIsFolder(String)

  package var explanation: Explanation {
    switch self {
    case .archiveToTerminal(let format):
      Explanation(
        "a \(format) archive would go to the terminal",
        advice: "Send it to a file or a program (`> file`, `| tar -x`), or give --target.")
    case .notDumpable(let path, let kind):
      Explanation(
        "'\(path)' is no file and no folder, but of type '\(kind)'",
        advice: "Dump the folder it lies in as an archive.")
    case .targetIsFolder(let path):
      Explanation("the target '\(path)' is a folder", advice: "Give the path of a file.")
    }
  }

  package var exitCode: ExitCode {
    switch self {
    case .archiveToTerminal, .notDumpable: .failed
    case .targetIsFolder: .usage
    }
  }
}
