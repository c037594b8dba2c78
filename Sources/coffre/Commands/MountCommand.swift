import CoffreCore
import CoffreMount
import CoffreSystem

enum MountCommand: RunnableCommand {
  private static let pathTemplate = OptionSpec(
    "path-template", nil, .text("template"),
    help: "where snapshots appear: %i %I short id and id, %h host, %u user, %t each tag, %T time", isRepeatable: true,
    defaultText: "ids/%i, snapshots/%T, hosts/%h/%T and tags/%t/%T")
  private static let timeTemplate = OptionSpec(
    "time-template", nil, .text("template"), help: "how %T writes 2 January 2006, 15:04:05, in the zone -07:00",
    defaultValue: "2006-01-02T15:04:05Z07:00")
  private static let allowOther = OptionSpec(
    "allow-other", help: "let other users in, as far as the files' permissions let them")
  private static let noPermissions = OptionSpec(
    "no-default-permissions", help: "let whoever may enter read everything, whatever the files' permissions")
  private static let ownerRoot = OptionSpec("owner-root", help: "show everything as owned by root")
  private static let foreground = OptionSpec(
    "foreground", help: "stay until the folder is unmounted; that is always so", isHidden: true)

  static let spec = CommandSpec(
    "mount", "browse snapshots as a folder",
    arguments: [
      ArgumentSpec(
        "snapshot", .optional, help: "only this one: an id, its beginning, or 'latest'; ':PATH' behind it for a folder"),
      ArgumentSpec("folder", help: "an empty folder, where the snapshots appear"),
    ],
    options: SnapshotOptions.all + [
      pathTemplate, timeTemplate, allowOther, ownerRoot, noPermissions, foreground,
    ],
    details:
      "The folder shows ids/, snapshots/, hosts/ and tags/, in them each snapshot as a folder, and 'latest' beside "
      + "the times. Snapshots made meanwhile appear within seconds. Nothing can be changed. The command stays until "
      + "Ctrl-C, or until somebody runs `umount` (as a user: `fusermount3 -u`) on the folder.\n\n"
      + "Whatever is read is verified. What is damaged cannot be read (input/output error) and is named here; all else "
      + "can. A shared lock protects the snapshots meanwhile: `forget` and `prune` wait.",
    exits: [
      ExitSpec(.done, "unmounted"), ExitSpec(.failed), ExitSpec(.usage, "also: the folder is missing or not empty"),
      ExitSpec(.noRepository), ExitSpec(.locked), ExitSpec(.wrongPassword),
      ExitSpec(.toolMissing, "the kernel's FUSE or the program fusermount3 is missing"),
      ExitSpec(.noPermission, "mounting is not permitted"),
    ],
    examples: [
      ExampleSpec("coffre mount /mnt/backups -r /srv/backups"),
      ExampleSpec("coffre mount latest:/etc /mnt/etc -r /srv/backups --host shop"),
      ExampleSpec("coffre mount /mnt/backups -r /srv/backups --path-template 'by-day/%T' --time-template 2006-01-02"),
    ])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let composition = try RepositoryComposition(arguments, console)
    var settings = RepositoryMount.Settings()
    settings.filter = SnapshotOptions.filter(arguments)
    settings.timeTemplate = TimeTemplate(arguments.text(timeTemplate) ?? "")
    let templates = arguments.texts(pathTemplate)
    if !templates.isEmpty { settings.pathTemplates = try templates.map { try template($0) } }
    settings.allowsOthers = arguments.isOn(allowOther)
    settings.checksPermissions = !arguments.isOn(noPermissions)
    settings.isOwnedByRoot = arguments.isOn(ownerRoot)
    let folder = try absolutePath(of: arguments.bytes(argument: "folder") ?? [])
    try checkFolder(folder)
    try RepositoryMount.checkPossible(allowingOthers: settings.allowsOthers)
    let only = arguments.bytes(argument: "snapshot").map { SnapshotOptions.split($0) }
    let job = MountJob(composition.access, at: folder, settings, only: only)
    return await console.run(job) { result in
      ["unmounted '\(displayed(folder))' after \(result.duration("duration"))"]
    }
  }

  private static func template(_ text: String) throws -> PathTemplate {
    do throws(PathTemplate.Invalid) {
      return try PathTemplate(text)
    } catch {
      throw UsageError(
        "the template '\(error.template)' cannot be used: \(error.problem)", advice: "Correct it in --path-template.")
    }
  }

  private static func checkFolder(_ folder: PathBytes) throws {
    let name = displayed(folder)
    let advice: Message = "Give an empty folder; `mkdir -p '\(name)'` makes one."
    do throws(SystemError) {
      guard try FileDescriptor.attributes(ofPath: folder, .following).kind == .directory else {
        throw SystemError.notADirectory(folder)
      }
      guard try FileDescriptor.openDirectory(path: folder).entryNames().isEmpty else {
        throw SystemError.notEmpty(folder)
      }
    } catch {
      if error.isNotEmpty {
        throw UsageError("the folder '\(name)' is not empty: what is in it would be hidden", advice: advice)
      }
      if error.isNotDirectory { throw UsageError("'\(name)' is no folder", advice: advice) }
      if error.isNotFound { throw UsageError("there is no folder '\(name)'", advice: advice) }
      if error.isNotConnected {
        throw UsageError(
          "at '\(name)' something is mounted whose program is gone",
          advice: "Run `umount -l '\(name)'` as root, or `fusermount3 -uz '\(name)'`; then mount again.")
      }
      throw error
    }
  }
}
