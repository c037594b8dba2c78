import CoffreCore
import CoffreEngine
import CoffreSources
import CoffreSystem

enum SourceDumpCommand: RunnableCommand {
  private static let target = OptionSpec(
    "output", "o", .path("file"), help: "write to this file, which appears when it is whole", isRequired: true)

  static let spec = CommandSpec(
    "source dump", "write a database into one file, as its own tool does",
    arguments: [
      ArgumentSpec(
        "address", help: "as postgresql://user@host:5432/database, or sqlite:PATH; a whole server without a name")
    ],
    options: [target, DatabaseOptions.sourcePasswordFile, DatabaseOptions.lockTimeout],
    details:
      "The end of the file's name chooses the form: .dump for pg_restore, .tar, .sql for psql, .sql.gz, and with pg_dump "
      + "16 or newer .sql.zst or .sql.lz4. A whole server becomes .sql, by pg_dumpall, a SQLite database .db or .sql, MongoDB "
      + ".archive for mongorestore. The file is readable for its owner alone, and replaces an older one only when the tool has ended well and the file "
      + "is whole.",
    exits: [
      ExitSpec(.done), ExitSpec(.failed), ExitSpec(.usage), ExitSpec(.sourceUnreadable), ExitSpec(.toolMissing),
      ExitSpec(.noSpace), ExitSpec(.noPermission), ExitSpec(.interrupted), ExitSpec(.terminated),
    ],
    examples: [
      ExampleSpec("coffre source dump postgresql://shop@db/shop -o /srv/dumps/shop.dump"),
      ExampleSpec("coffre source dump postgresql://postgres@localhost -o server.sql", note: "all databases and roles"),
    ])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let (driver, location) = try DatabaseSource.find(arguments.text(argument: "address") ?? "")
    let path = try absolutePath(of: arguments.bytes(target) ?? [])
    var settings = DatabaseSettings(
      location: location, password: try DatabaseSource.password(arguments), connectionCount: 1)
    if let timeout = arguments.duration(DatabaseOptions.lockTimeout) { settings.lockTimeout = timeout }
    let dump = try driver.fileDump(settings, to: path)
    let job = SourceDumpJob(source: location.text, target: path) { context in
      try dump.open(cancellation: context.cancellation) { context.note("the tool says: \($0)") }
    } prove: { file, cancellation in
      try dump.prove(file, cancellation: cancellation)
    }
    return await console.run(job) { result in
      [
        "wrote '\(displayed(path))': \(byteText(result.bytes("bytesWritten"))) in "
          + "\(durationText(result.duration("duration")))"
      ]
    }
  }
}
