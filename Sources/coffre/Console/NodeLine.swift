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
    let shown = visible(displayed(path))
    guard case .long(let sizes) = style else { return shown }
    let owner = node.user.isEmpty ? "\(node.userID)" : visible(node.user)
    let group = node.group.isEmpty ? "\(node.groupID)" : visible(node.group)
    let size = sizes == .readable ? language.text(byteText(Int64(clamping: node.size))) : String(node.size)
    let time = node.modified.at(utcOffset: Clock.localOffset(at: node.modified.seconds))
    let target = node.kind == .symlink ? " -> \(visible(displayed(node.linkTarget)))" : ""
    return "\(node.permissionsText) \(leading(owner, 8)) \(leading(group, 8)) \(trailing(size, 12)) "
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
    let letter: Character
    switch kind {
    case .file: letter = "-"
    case .directory: letter = "d"
    case .symlink: letter = "l"
    case .blockDevice: letter = "b"
    case .characterDevice: letter = "c"
    case .fifo: letter = "p"
    case .socket: letter = "s"
    case .other: letter = "?"
    }
    let bits = mode.permissions
    var letters = (0..<9).map { position -> Character in
      bits & (0o400 >> UInt16(position)) == 0 ? "-" : ["r", "w", "x"][position % 3]
    }
    for (bit, position, letter) in [(0o4000, 2, "s"), (0o2000, 5, "s"), (0o1000, 8, "t")] as [(UInt16, Int, String)]
    where bits & bit != 0 {
      letters[position] = Character(letters[position] == "x" ? letter : letter.uppercased())
    }
    return String([letter] + letters)
  }
}
