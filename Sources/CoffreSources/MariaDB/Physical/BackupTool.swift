import CoffreCore
import CoffreSystem

/// How mariadb-backup is run.
enum BackupTool {
  /// Where what it did says too little.
  static let advice: Message =
    "Run the command again; if it fails again, run 'mariadb-backup' by hand and look at what it says."

  /// Tables that are open at once, each with its file.
  private static let openFiles = 65_535

  /// - Parameter scratch: a folder for what it does not send, which it makes.
  static func backupArguments(scratch: PathBytes) -> [String] {
    [
      "--backup", "--stream=xbstream", "--target-dir=\(displayed(scratch))", "--open-files-limit=\(openFiles)",
    ]
  }

  /// - Parameter folder: what was extracted; nothing else is read, and nothing of the settings of this machine's server.
  static func prepareArguments(folder: String) -> [String] {
    ["--no-defaults", "--prepare", "--target-dir=\(folder)", "--open-files-limit=\(openFiles)"]
  }

  /// Whether the last line that it said tells of a good end. It says so even where its exit status does not.
  static func saidCompleted(_ said: [UInt8]) -> Bool {
    let lines = said.split(separator: UInt8(ascii: "\n"))
    return lines.last.map { displayed($0).hasSuffix("completed OK!") } ?? false  // not for people
  }
}
