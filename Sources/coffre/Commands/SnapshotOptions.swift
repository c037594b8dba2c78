import CoffreCore
import CoffreRepository

/// Which snapshots are meant: shared by the commands that take one or list some.
enum SnapshotOptions {
  static let host = OptionSpec(
    "host", "H", .text("name"), help: "only snapshots of this host", isRepeatable: true)
  static let path = OptionSpec(
    "path", nil, .text("path"), help: "only snapshots that hold this absolute path", isRepeatable: true)
  static let tag = OptionSpec(
    "tag", nil, .text("tags"), help: "only snapshots with all these tags, joined by commas", isRepeatable: true,
    mayBeEmpty: true)
  static let all = [host, path, tag]
  /// The same where -H means something else.
  static let withoutLetters = [
    OptionSpec("host", nil, host.value, help: host.help, isRepeatable: true), path, tag,
  ]

  static func filter(_ arguments: ParsedArguments) -> SnapshotFilter {
    SnapshotFilter(
      hosts: arguments.texts(host), paths: arguments.texts(path),
      tagLists: arguments.texts(tag).map { tagList($0) })
  }

  /// Refuses filters beside plain ids, which they would not narrow: nobody should believe that they do.
  static func checkNames(_ names: [String], _ filter: SnapshotFilter) throws(UsageError) {
    guard filter.isEmpty || names.contains("latest") else {
      throw UsageError(
        "--host, --path and --tag do not narrow snapshots named by id", advice: "Give either ids or filters.")
    }
  }

  /// Tags joined by commas; spaces around them do not count.
  static func tagList(_ text: String) -> [String] {
    text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      let start = part.drop { $0 == " " }
      return start.lastIndex { $0 != " " }.map { String(start[...$0]) } ?? ""
    }
  }

  /// `ID` or `ID:PATH`.
  static func split(_ bytes: [UInt8]) -> (snapshot: String, path: [PathBytes]) {
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return (displayed(bytes), []) }
    return (displayed(bytes[..<colon]), components(of: Array(bytes[(colon + 1)...])))
  }
}
