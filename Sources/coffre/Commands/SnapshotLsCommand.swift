import CoffreCore
import CoffreRepository

enum SnapshotLsCommand: RunnableCommand {
  private static let recursive = OptionSpec("recursive", "R", help: "with a path: also what lies deeper")
  private static let sort = OptionSpec(
    "sort", nil, .choice("key", NodeOrder.Key.allCases.map(\.rawValue)), help: "list in this order",
    defaultValue: NodeOrder.Key.name.rawValue)
  private static let reverse = OptionSpec("reverse", help: "list in the opposite order")

  static let spec = CommandSpec(
    "snapshot ls", "list the files of a snapshot",
    arguments: [
      ArgumentSpec("snapshot", help: "an id, its beginning, or 'latest'; ':PATH' behind it lists that folder only"),
      ArgumentSpec("path", .many(atLeast: 0), help: "a folder or file: it and what lies directly in it"),
    ],
    options: [NodeLine.long, NodeLine.readable, recursive, sort, reverse] + SnapshotOptions.all,
    details:
      "Without a path, all of the snapshot is listed. Sorted by anything but the name, the list is shown once it is "
      + "complete.",
    exits: [ExitSpec(.done), ExitSpec(.failed), ExitSpec(.noRepository), ExitSpec(.wrongPassword)],
    examples: [
      ExampleSpec("coffre snapshot ls latest:/etc -r /srv/backups -l"),
      ExampleSpec("coffre snapshot ls latest /home/ada /srv -R -l --sort size --reverse -r /srv/backups"),
    ])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let (text, folder) = SnapshotOptions.split(arguments.bytes(argument: "snapshot") ?? [])
    let paths = arguments.allBytes(argument: "path").map { folder + components(of: $0) }
    let order = NodeOrder(
      key: NodeOrder.Key(rawValue: arguments.text(sort) ?? "") ?? .name, isReversed: arguments.isOn(reverse))
    let line = NodeLine(arguments, console)
    try RepositoryComposition(arguments, console).reading(console) { repository in
      let stored = try repository.findSnapshot(text, filter: SnapshotOptions.filter(arguments)) {
        console.note("warning: \($0.text)")
      }
      let index = try repository.loadIndex(.fingerprints, cancellation: console.cancellation).index
      let loader = BlobLoader(repository: repository, index: index)
      for path in paths { _ = try loader.locate(path, in: stored) }
      if !console.isJSON, !console.isQuiet {
        console.note("snapshot \(stored.id.short) of \(stored.snapshot.time) on \(stored.snapshot.hostname)")
      }
      let output = LineBuffer(console)
      if console.speaksRestic { try output.add(ResticJSON.lsHead(stored)) }
      let show = { (node: Node, path: PathBytes) in
        if console.speaksRestic {
          try output.add(ResticJSON.lsNode(node, path: path))
        } else if console.isJSON {
          try output.add(SnapshotJSON.node(node, path: path))
        } else {
          try output.add(line: line.text(node, at: path))
        }
      }
      let scope = Scope(
        paths: paths, isDeep: arguments.isOn(recursive) || folder.isEmpty && paths.isEmpty, depth: folder.count)
      var all: [(node: Node, path: PathBytes)] = []
      try SnapshotWalk(loader: loader, snapshot: stored).visit(below: folder) { node, path in
        try console.cancellation.check()
        let (isListed, isEntered) = scope.decide(path)
        if isListed {
          if order.isWalkOrder { try show(node, path) } else { all.append((node, path)) }
        }
        return isEntered
      }
      for (node, path) in order.sorted(all) { try show(node, path) }
      try output.flush()
    }
    return .done
  }

  /// What of the walk is listed.
  private struct Scope {
    let paths: [[PathBytes]]
    let isDeep: Bool
    /// Of the folder where the walk begins.
    let depth: Int

    func decide(_ path: PathBytes) -> (isListed: Bool, isEntered: Bool) {
      guard !paths.isEmpty else { return (true, isDeep) }
      let path = components(of: path)
      let inside = paths.filter { path.starts(with: $0) }
      let isAbove = paths.contains { $0.count > path.count && $0.starts(with: path) }
      let isListed = inside.contains { isDeep || path.count <= $0.count + 1 }
      return (isListed, isAbove || inside.contains { isDeep || path.count == $0.count })
    }
  }
}
