import CoffreCore
import CoffreEngine
import CoffreRepository

/// What the commands share that make snapshots anew.
enum RewriteOptions {
  static let forget = OptionSpec("forget", help: "remove the old snapshots once the new ones are saved")
  static let dryRun = OptionSpec("dry-run", "n", help: "only tell what would be done")
  static let snapshots = ArgumentSpec(
    "snapshot", .many(atLeast: 0), help: "ids, their beginnings, or 'latest'; none: all that the filters let through")

  static func selection(_ arguments: ParsedArguments) -> RewriteSelection {
    RewriteSelection(texts: arguments.texts(argument: snapshots.name), filter: SnapshotOptions.filter(arguments))
  }

  static func change(_ arguments: ParsedArguments, tag: String) -> SnapshotEdit {
    var change = SnapshotEdit(tag: tag)
    change.forgets = arguments.isOn(forget)
    change.isDryRun = arguments.isOn(dryRun)
    return change
  }
}
