import CoffreCore
import CoffreRepository
import CoffreSystem

enum SnapshotFindCommand: RunnableCommand {
  private static let kinds: [EntryKind] = [
    .file, .directory, .symlink, .blockDevice, .characterDevice, .fifo, .socket,
  ]

  private static let ignoreCase = OptionSpec("ignore-case", "i", help: "let capital and small letters be the same")
  private static let oldest = OptionSpec(
    "oldest", "O", .text("time"),
    help: "only what was modified then or later: '2026-11-21 14:05', or '7d' for a week ago")
  private static let newest = OptionSpec(
    "newest", "N", .text("time"), help: "only what was modified then or earlier")
  private static let larger = OptionSpec("larger", nil, .size("size"), help: "only files of more bytes: '10M'")
  private static let smaller = OptionSpec("smaller", nil, .size("size"), help: "only files of fewer bytes")
  private static let type = OptionSpec(
    "type", nil, .choice("type", kinds.map { NodeKind($0).name }), help: "only entries of this type", isRepeatable: true
  )
  private static let snapshot = OptionSpec(
    "snapshot", "s", .text("id"), help: "look only in this snapshot", isRepeatable: true)
  private static let reverse = OptionSpec("reverse", help: "begin with the oldest snapshot")
  private static let blob = OptionSpec("blob", help: "the patterns are ids of blobs: find the files that hold them")
  private static let tree = OptionSpec("tree", help: "the patterns are ids of trees: find their folders")
  private static let pack = OptionSpec("pack", help: "the patterns are ids of packs: find what lies in them")
  private static let showPack = OptionSpec(
    "show-pack-id", help: "with --blob and --tree: name the packs that hold them")

  static let spec = CommandSpec(
    "snapshot find", "find files in snapshots",
    arguments: [
      ArgumentSpec(
        "pattern", .many(atLeast: 1), help: "a name, a part of a path, or a path from '/', with '*', '?', '[a-z]', '**'"
      )
    ],
    options: [
      ignoreCase, NodeLine.long, NodeLine.readable, oldest, newest, larger, smaller, type, snapshot, reverse, blob,
      tree,
      pack, showPack,
    ] + SnapshotOptions.all,
    exclusive: [["blob", "tree", "pack"]],
    details:
      "Patterns are those of --exclude: where a folder matches, so does all that lies in it. Newest snapshots come "
      + "first. Ids may be shortened.",
    exits: [
      ExitSpec(.done, "looked everywhere, whether or not something was found"),
      ExitSpec(.failed, "something could not be read"), ExitSpec(.noRepository), ExitSpec(.wrongPassword),
    ],
    examples: [
      ExampleSpec("coffre snapshot find '*.sql' invoice-2026-11.pdf -l -r /srv/backups"),
      ExampleSpec("coffre snapshot find '*' --larger 1G --type file --snapshot latest -r /srv/backups"),
      ExampleSpec("coffre snapshot find --pack 025c1d06 -r /srv/backups", note: "which files a damaged pack concerns"),
    ])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let looksForObjects = [blob, tree, pack].contains { arguments.isOn($0) }
    let criteria = looksForObjects ? FindCriteria() : try criteria(arguments)
    let prefixes = looksForObjects ? try prefixes(arguments) : []
    let damage = Damage(console)
    try RepositoryComposition(arguments, console).reading(console) { repository in
      var snapshots = try repository.chooseSnapshots(
        arguments.texts(snapshot), filter: SnapshotOptions.filter(arguments)
      ) { damage.tell($0) }
      if !arguments.isOn(reverse) { snapshots.reverse() }
      let index = try repository.loadIndex(cancellation: console.cancellation).index
      let loader = BlobLoader(repository: repository, index: index)
      let report = FindReport(arguments, console, index: arguments.isOn(showPack) ? index : nil)
      if looksForObjects {
        let sought = try sought(prefixes, arguments, repository, index)
        var finder = ObjectFinder(sought, loader: loader, snapshotCount: snapshots.count)
        for snapshot in snapshots {
          try finder.look(
            through: snapshot, cancellation: console.cancellation, found: { try report.add($0, in: snapshot) },
            damaged: { damage.tell($0) })
        }
      } else {
        var finder = SnapshotFinder(criteria, loader: loader, snapshotCount: snapshots.count)
        for snapshot in snapshots {
          try finder.look(
            through: snapshot, cancellation: console.cancellation, found: { try report.add($0, in: snapshot) },
            damaged: { damage.tell($0) })
        }
      }
      try report.finish(snapshots: snapshots.count, exitCode: damage.exitCode)
    }
    return damage.exitCode
  }

  private static func sought(
    _ prefixes: [IDPrefix], _ arguments: ParsedArguments, _ repository: Repository, _ index: BlobIndex
  ) throws -> SoughtObjects {
    if arguments.isOn(blob) { return .blobs(prefixes) }
    if arguments.isOn(tree) { return .trees(prefixes) }
    return try repository.objects(inPacks: prefixes, index: index)
  }

  private static func prefixes(_ arguments: ParsedArguments) throws -> [IDPrefix] {
    for option in [oldest, newest, larger, smaller, type, ignoreCase] where arguments.isGiven(option) {
      throw UsageError("'--\(option.name)' does not go with ids", advice: "Leave it out.")
    }
    return try arguments.texts(argument: "pattern").map { text in
      guard let prefix = IDPrefix(text.lowercased()) else {
        throw UsageError("'\(text)' is no id", advice: "Give its hexadecimal digits, or the first of them.")
      }
      return prefix
    }
  }

  private static func criteria(_ arguments: ParsedArguments) throws -> FindCriteria {
    guard !arguments.isOn(showPack) else {
      throw UsageError("'--show-pack-id' goes with --blob and --tree only", advice: "Leave it out, or look for ids.")
    }
    var criteria = FindCriteria()
    criteria.ignoresCase = arguments.isOn(ignoreCase)
    for bytes in arguments.allBytes(argument: "pattern") {
      guard let text = String(validating: criteria.ignoresCase ? lowercased(bytes) : bytes, as: UTF8.self) else {
        throw UsageError("the pattern '\(displayed(bytes))' is not UTF-8", advice: "Write '?' for such bytes.")
      }
      do throws(Pattern.Invalid) {
        criteria.patterns.append(try Pattern(text, allowsNegation: false))
      } catch {
        throw UsageError("the pattern '\(error.pattern)' cannot be read: \(error.problem)", advice: "Correct it.")
      }
    }
    criteria.oldest = try moment(arguments, oldest)
    criteria.newest = try moment(arguments, newest)
    if let oldest = criteria.oldest, let newest = criteria.newest, newest.isBefore(oldest) {
      throw UsageError("--oldest is later than --newest: nothing can be both", advice: "Exchange the two.")
    }
    criteria.largerThan = arguments.size(larger)
    criteria.smallerThan = arguments.size(smaller)
    let names = Set(arguments.texts(type))
    criteria.kinds = Set(kinds.filter { names.contains(NodeKind($0).name) })
    return criteria
  }

  private static func moment(_ arguments: ParsedArguments, _ option: OptionSpec) throws -> Timestamp? {
    guard let text = arguments.text(option) else { return nil }
    guard let moment = TimeSyntax.momentOrAge(text) else {
      throw UsageError(
        "'\(text)' of '--\(option.name)' is no time", advice: "Write '2026-11-21', '2026-11-21 14:05' or '7d' (ago).")
    }
    return moment
  }
}
