import CoffreCore
import CoffreRepository

/// What the completion scripts ask: `coffre __complete -- WORD… CURRENT`. Silent about everything that goes wrong.
enum CompleteCommand: RunnableCommand {
  private static let mostSnapshots = 200

  static let spec = CommandSpec(
    "__complete", "say what may stand next", arguments: [ArgumentSpec("word", .many(atLeast: 0), help: "typed so far")],
    exits: [ExitSpec(.done)], examples: [ExampleSpec("coffre __complete -- repo ''")], isHidden: true)

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    var words = arguments.texts(argument: "word")
    let current = words.popLast() ?? ""
    let answer = Completion(tree: Program.tree, language: console.language).answer(after: words, current: current)
    var lines = answer.candidates.map { "\($0.word)\t\($0.note)" }
    switch answer.rest {
    case .nothing: break
    case .files: lines.insert(":files", at: 0)
    case .snapshots: lines += snapshots(words, current, console)
    }
    try console.print(Array(lines.map { $0 + "\n" }.joined().utf8))
    return .done
  }

  /// The newest first, then the beginning of every id.
  private static func snapshots(_ words: [String], _ current: String, _ console: Console) -> [String] {
    let line = ["snapshot", "list", "--no-input"] + place(in: words)
    guard case .command(let parsed) = try? Program.parse(line.map { Array($0.utf8) }),
      let composition = try? RepositoryComposition(parsed, Console(parsed, cancellation: console.cancellation)),
      let found = try? composition.open().snapshots().found
    else { return [] }
    let latest = "latest".hasPrefix(current) ? ["latest\t"] : []
    return latest
      + found.reversed().filter { $0.id.description.hasPrefix(current) }.prefix(mostSnapshots).map { stored in
        let snapshot = stored.snapshot
        return
          "\(stored.id.short)\t\(visible("\(snapshot.time.forPeople) \(snapshot.hostname) \(snapshot.paths.first ?? "")"))"
      }
  }

  /// The options that say where the repository is and what opens it.
  private static func place(in words: [String]) -> [String] {
    var place: [String] = []
    var rest = words[...]
    while let word = rest.popFirst() {
      for option in [GlobalOptions.repository, GlobalOptions.passwordFile, GlobalOptions.passwordCommand] {
        let short = option.short.map { "-\($0)" }
        if word == "--\(option.name)" || word == short, let value = rest.popFirst() {
          place += [word, value]
        } else if word.hasPrefix("--\(option.name)=") {
          place.append(word)
        }
      }
    }
    return place
  }
}
