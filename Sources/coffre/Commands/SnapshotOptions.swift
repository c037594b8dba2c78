import CoffreCore
import CoffreRepository

/// Which snapshots are meant: shared by the commands that take one or list some.
enum SnapshotOptions {
  static let host = OptionSpec(
    "host", "H", .text("name"), help: "only snapshots of this host", isRepeatable: true)
  static let path = OptionSpec(
    "path", nil, .text("path"), help: "only snapshots that hold this absolute path", isRepeatable: true)
  static let tag = OptionSpec(
    "tag", nil, .text("tags"), help: "only snapshots with all these tags, joined by commas", isRepeatable: true)
  static let all = [host, path, tag]

  static func filter(_ arguments: ParsedArguments) -> SnapshotFilter {
    SnapshotFilter(
      hosts: arguments.texts(host), paths: arguments.texts(path),
      tagLists: arguments.texts(tag).map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    )
  }

  /// `ID` or `ID:PATH`.
  static func split(_ bytes: [UInt8]) -> (snapshot: String, path: [PathBytes]) {
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return (displayed(bytes), []) }
    return (displayed(bytes[..<colon]), components(of: Array(bytes[(colon + 1)...])))
  }
}
