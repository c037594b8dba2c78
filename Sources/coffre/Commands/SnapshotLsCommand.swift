import CoffreCore
import CoffreRepository

enum SnapshotLsCommand: RunnableCommand {
  private static let long = OptionSpec("long", "l", help: "show permissions, owner, size and time")
  private static let recursive = OptionSpec(
    "recursive", "R", help: "with a path: also what lies deeper")

  static let spec = CommandSpec(
    "snapshot ls", "list the files of a snapshot",
    arguments: [
      ArgumentSpec("snapshot", help: "an id, its beginning, or 'latest'; ':PATH' behind it lists that folder only")
    ],
    options: [long, recursive] + SnapshotOptions.all,
    exits: [ExitSpec(.done), ExitSpec(.failed), ExitSpec(.noRepository), ExitSpec(.wrongPassword)],
    examples: [ExampleSpec("coffre snapshot ls latest:/etc -r /srv/backups -l")])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let repository = try RepositoryComposition(arguments, console).open()
    let (text, path) = SnapshotOptions.split(arguments.bytes(argument: "snapshot") ?? [])
    let stored = try repository.findSnapshot(text, filter: SnapshotOptions.filter(arguments)) {
      console.note("warning: \($0.text)")
    }
    let index = try repository.loadIndex(cancellation: console.cancellation).index
    let walk = SnapshotWalk(loader: BlobLoader(repository: repository, index: index), snapshot: stored)
    let isLong = arguments.isOn(long)
    if !console.isJSON, !console.isQuiet {
      console.note(
        "snapshot \(stored.id.short) of \(stored.snapshot.time) on \(stored.snapshot.hostname)")
    }
    let output = OutputBuffer(console)
    try walk.visit(below: path, deeply: path.isEmpty || arguments.isOn(recursive)) { node, path in
      try console.cancellation.check()
      if console.isJSON {
        try output.add(SnapshotJSON.node(node, path: path))
      } else {
        let shown = visible(displayed(path))
        try output.add(Array((isLong ? longLine(node, shown) : shown).utf8) + [UInt8(ascii: "\n")])
      }
    }
    try output.flush()
    return .done
  }

  private static func longLine(_ node: Node, _ path: String) -> String {
    let owner = node.user.isEmpty ? "\(node.userID)" : visible(node.user)
    let group = node.group.isEmpty ? "\(node.groupID)" : visible(node.group)
    let size = String(node.size)
    let padding = String(repeating: " ", count: max(0, 12 - size.count))
    let target = node.kind == .symlink ? " -> \(visible(displayed(node.linkTarget)))" : ""
    return "\(permissions(of: node)) \(owner) \(group) \(padding)\(size) \(node.modified.forPeople) \(path)\(target)"
  }

  /// As `ls -l` shows them.
  private static func permissions(of node: Node) -> String {
    let kind: Character
    switch node.kind {
    case .file: kind = "-"
    case .directory: kind = "d"
    case .symlink: kind = "l"
    case .blockDevice: kind = "b"
    case .characterDevice: kind = "c"
    case .fifo: kind = "p"
    case .socket: kind = "s"
    case .other: kind = "?"
    }
    let bits = node.mode.permissions
    var letters = (0..<9).map { position -> Character in
      bits & (0o400 >> UInt16(position)) == 0 ? "-" : ["r", "w", "x"][position % 3]
    }
    for (bit, position, letter) in [(0o4000, 2, "s"), (0o2000, 5, "s"), (0o1000, 8, "t")] as [(UInt16, Int, String)]
    where bits & bit != 0 {
      letters[position] = Character(letters[position] == "x" ? letter : letter.uppercased())
    }
    return String([kind] + letters)
  }
}

/// Gathers lines, so that a long listing is not one system call each.
private final class OutputBuffer {
  private let console: Console
  private var bytes: [UInt8] = []
  init(_ console: Console) { self.console = console }

  func add(_ line: [UInt8]) throws {
    bytes += line
    if bytes.count >= 1 << 16 { try flush() }
  }

  func flush() throws {
    try console.print(bytes)
    bytes.removeAll(keepingCapacity: true)
  }
}
