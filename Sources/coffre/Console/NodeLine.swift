import CoffreCore
import CoffreRepository
import CoffreSystem

/// A file of a snapshot on one line, for people.
struct NodeLine {
  enum Style: Sendable, Hashable {
    case path
    /// Permissions, owner, size and time, as `ls -l`.
    case long(sizes: Sizes)
  }

  enum Sizes: Sendable, Hashable {
    case bytes, readable
  }

  static let long = OptionSpec("long", "l", help: "show permissions, owner, size and time")
  static let readable = OptionSpec("human-readable", help: "with --long: show sizes as 1.21 KiB, not in bytes")

  private let style: Style
  private let language: Language

  init(_ arguments: ParsedArguments, _ console: Console) {
    style = arguments.isOn(Self.long) ? .long(sizes: arguments.isOn(Self.readable) ? .readable : .bytes) : .path
    language = console.language
  }

  func text(_ node: Node, at path: PathBytes) -> String {
    text(
      path, node.permissionsText, owner: (node.user, node.userID), group: (node.group, node.groupID),
      size: Int64(clamping: node.size), node.modified, target: node.kind == .symlink ? node.linkTarget : nil)
  }

  /// An entry of an archive.
  func text(_ entry: ArchiveEntry) -> String {
    let attributes = entry.attributes
    let letters = modeLetters(attributes.kind.letter, attributes.permissions)
    return text(
      entry.path, letters, owner: (entry.userName, attributes.userID), group: (entry.groupName, attributes.groupID),
      size: attributes.size, attributes.modified,
      target: attributes.kind == .symlink ? entry.details.linkTarget : entry.hardLinkOf)
  }

  private func text(
    _ path: PathBytes, _ permissions: String, owner: (name: String, id: UInt32), group: (name: String, id: UInt32),
    size: Int64, _ modified: Timestamp, target: [UInt8]?
  ) -> String {
    let shown = visible(displayed(path))
    guard case .long(let sizes) = style else { return shown }
    let user = owner.name.isEmpty ? "\(owner.id)" : visible(owner.name)
    let group = group.name.isEmpty ? "\(group.id)" : visible(group.name)
    let size = sizes == .readable ? language.text(byteText(size)) : String(size)
    let time = modified.at(utcOffset: Clock.localOffset(at: modified.seconds))
    let target = target.map { " -> \(visible(displayed($0)))" } ?? ""
    return "\(permissions) \(leading(user, 8)) \(leading(group, 8)) \(trailing(size, 12)) "
      + "\(time.forPeople) \(shown)\(target)"
  }

  private func leading(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private func trailing(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}

extension Node {
  /// As `ls -l` shows them: `drwxr-xr-x`.
  var permissionsText: String {
    modeLetters(kind.entryKind?.letter ?? "?", mode.permissions)
  }
}

extension EntryKind {
  /// As `ls -l` shows it.
  fileprivate var letter: Character {
    switch self {
    case .file: "-"
    case .directory: "d"
    case .symlink: "l"
    case .blockDevice: "b"
    case .characterDevice: "c"
    case .fifo: "p"
    case .socket: "s"
    }
  }
}

/// As `ls -l` shows them: `drwxr-xr-x`.
private func modeLetters(_ kind: Character, _ bits: UInt16) -> String {
  var letters = (0..<9).map { position -> Character in
    bits & (0o400 >> UInt16(position)) == 0 ? "-" : ["r", "w", "x"][position % 3]
  }
  for (bit, position, letter) in [(0o4000, 2, "s"), (0o2000, 5, "s"), (0o1000, 8, "t")] as [(UInt16, Int, String)]
  where bits & bit != 0 {
    letters[position] = Character(letters[position] == "x" ? letter : letter.uppercased())
  }
  return String([kind] + letters)
}
