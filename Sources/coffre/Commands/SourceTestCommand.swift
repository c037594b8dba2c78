import CoffreCore
import CoffreSources

enum SourceTestCommand: RunnableCommand {
  static let spec = CommandSpec(
    "source test", "tell whether a database can be backed up",
    arguments: [
      ArgumentSpec(
        "address", help: "as postgresql://user@host:5432/database, or sqlite:PATH; a whole server without a name")
    ],
    options: DatabaseOptions.all + [BackupOptions.readConcurrency],
    exclusive: DatabaseOptions.exclusive,
    details:
      "Connects, and looks at versions, rights, sizes and the vendor's tools; nothing is taken. The options are those of "
      + "`backup`. How long a backup takes is an estimate for a first one, from sizes and a few megabytes of made-up rows.",
    exits: [
      ExitSpec(.done, "a backup would be whole"), ExitSpec(.failed), ExitSpec(.usage),
      ExitSpec(.sourceUnreadable, "the server does not answer or refuses, or a pattern matches nothing"),
      ExitSpec(.toolMissing),
      ExitSpec(.noPermission, "something cannot be read"), ExitSpec(.interrupted),
    ],
    examples: [
      ExampleSpec("coffre source test postgresql://backup@db.example.org/shop"),
      ExampleSpec("coffre source test postgresql://backup@db.example.org --source-password-file /etc/coffre/db --json"),
    ])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let source = try DatabaseSource(arguments.text(argument: "address") ?? "", arguments)
    let probe = try source.driver.probe(source.settings, cancellation: console.cancellation)
    let code = exitCode(of: probe, allowsPartial: source.settings.allowsPartial)
    if console.isJSON {
      try console.print(ProbeReport.json(probe, of: source.location, code))
    } else {
      try console.print(table: ProbeReport.facts(probe, of: source.location))
      for line in ProbeReport.remarks(probe, of: source.location) { try console.print(line) }
      if case .failure(let error) = probe.tools { console.tell(error) }
    }
    return code
  }

  private static func exitCode(of probe: DatabaseProbe, allowsPartial: Bool) -> ExitCode {
    if case .failure(let error) = probe.tools { return error.exitCode }
    // By such a pattern a backup takes something else than was meant: it fails.
    if probe.unmatched.contains(where: \.isForTaking) { return .sourceUnreadable }
    return probe.allMissing.contains(where: \.isLoss) && !allowsPartial ? .noPermission : .done
  }
}
