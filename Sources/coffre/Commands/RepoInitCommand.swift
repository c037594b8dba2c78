import CoffreCore
import CoffreEngine
import CoffreRepository

enum RepoInitCommand: RunnableCommand {
  private static let version = OptionSpec(
    "repository-version", nil, .choice("version", ["1", "2", "latest", "stable"]),
    help: "1 knows no compression: for programs older than restic 0.14", defaultValue: "2")
  private static let copyChunkerParams = OptionSpec(
    "copy-chunker-params", help: "cut files as the repository of --from-repo does, so that copies share their data")

  static let spec = CommandSpec(
    "repo init", "make a new repository",
    options: [version, copyChunkerParams] + FromRepositoryOptions.all,
    exclusive: FromRepositoryOptions.exclusive,
    details: """
      The place is made if need be. Whoever has the password can read all; without it nothing can be read.

      Each new repository cuts files in its own way, which nobody can guess from outside. For one that is to take copies \
      from another and backups of the same files as well, take over the other's way with --copy-chunker-params.
      """,
    exits: [
      ExitSpec(.done), ExitSpec(.failed, "there is a repository already"),
      ExitSpec(.noRepository, "there is no repository at --from-repo"), ExitSpec(.wrongPassword), ExitSpec(.noSpace),
      ExitSpec(.noPermission),
    ],
    examples: [
      ExampleSpec("coffre repo init -r /srv/backups -p /etc/coffre/password"),
      ExampleSpec(
        "coffre repo init -r /mnt/second --from-repo /srv/backups --copy-chunker-params",
        note: "ready for `coffre repo copy`"),
    ])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let composition = try RepositoryComposition(arguments, console)
    let location = displayed(composition.location)
    let model = try model(arguments, console)
    let version = arguments.text(version) == "1" ? 1 : 2
    let job = InitJob(location: location) {
      try composition.create(version: version, polynomial: try model.map { try polynomial(of: $0) })
    }
    return await console.run(job) { result in
      let id = result.text("id") ?? ""
      return [
        "made repository \(id.prefix(10)) at '\(location)'",
        "keep its password safe: without it nothing in the repository can be read, by anybody",
        "next: coffre backup -r \(location) PATH…",
      ]
    }
  }

  /// The repository whose way of cutting files is taken over, if one is.
  private static func model(_ arguments: ParsedArguments, _ console: Console) throws -> RepositoryComposition? {
    if arguments.isOn(copyChunkerParams) { return try RepositoryComposition.other(arguments, console) }
    let isNamed = [FromRepositoryOptions.repository, FromRepositoryOptions.repositoryFile].contains {
      arguments.isGiven($0)
    }
    guard isNamed else { return nil }
    throw UsageError(
      "--from-repo alone does nothing here",
      advice: "Add --copy-chunker-params; what the other repository holds comes with `coffre repo copy` afterwards.")
  }

  private static func polynomial(of model: RepositoryComposition) throws -> RabinPolynomial {
    let other = try model.open()
    guard !other.config.foreignChunking else {
      throw UsageError(
        "'\(displayed(model.location))' asks for chunk sizes of another program",
        advice: "Leave --copy-chunker-params away; Coffre cuts as restic does.")
    }
    return other.polynomial
  }
}
