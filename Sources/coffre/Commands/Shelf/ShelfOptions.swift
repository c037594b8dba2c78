import CoffreArchives
import CoffreCore
import CoffreSystem

/// What commands about shelves have in common.
enum ShelfOptions {
  // MARK: Of `backup`

  static let to = OptionSpec(
    "to", nil, .path("shelf"), help: "write an archive into this folder, instead of a snapshot into a repository")
  static let format = OptionSpec(
    "format", nil, .choice("format", ArchiveFormats.all.map(\.traits.name)),
    help: "with --to: what kind of archive",
    defaultValue: ArchiveFormats.named("tar.zst") == nil ? "tar" : "tar.zst")  // not for people
  static let variant = OptionSpec(
    "variant", nil, .choice("variant", ShelfVariant.allCases.map(\.rawValue)),
    help: "with --to: everything, what changed since the last full one, or since the last one",
    defaultValue: ShelfVariant.full.rawValue)
  static let nameTemplate = OptionSpec(
    "name-template", nil, .text("template"),
    help:
      "with --to: names of backups, with {timestamp}, {host}, {variant} and {name}; those that end with '/' are folders, "
      + "others files",
    defaultValue: PointTemplate.usual)
  static let localNames = OptionSpec("local-names", help: "with --to: names tell the local time instead of UTC")

  static let ofBackup = [to, format, variant, nameTemplate, localNames] + ArchiveEncryptionOptions.all

  // MARK: Shared

  static let shelf = ArgumentSpec("shelf", help: "a folder that `coffre backup --to` wrote to")

  static func shelf(_ arguments: ParsedArguments) throws -> ShelfFolder {
    try ShelfFolder(try absolutePath(of: arguments.bytes(argument: "shelf") ?? []))
  }
}
