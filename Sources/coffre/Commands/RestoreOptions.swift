import CoffreCore

/// The declaration of `restore`.
enum RestoreOptions {
  static let to = OptionSpec("to", "t", .path("folder"), help: "where to restore: a folder, or a database's address")
  /// As restic calls it.
  static let target = OptionSpec("target", nil, .path("folder"), help: "as --to", isHidden: true)
  static let overwrite = OptionSpec(
    "overwrite", nil, .choice("when", OverwriteRule.allCases.map(\.rawValue)), help: "what to do with files that exist",
    defaultValue: OverwriteRule.always.rawValue)
  static let delete = OptionSpec("delete", help: "delete what restored folders hold and the snapshot lacks")
  static let verify = OptionSpec("verify", help: "read everything back and compare")
  static let sparse = OptionSpec("sparse", help: "do not store long runs of zeros")
  static let includeXattr = OptionSpec(
    "include-xattr", nil, .text("pattern"), help: "only extended attributes whose names match", isRepeatable: true)
  static let excludeXattr = OptionSpec(
    "exclude-xattr", nil, .text("pattern"), help: "no extended attributes whose names match", isRepeatable: true)
  static let dryRun = OptionSpec("dry-run", "n", help: "only tell what would be restored, and deleted")

  /// What makes no sense where the target is a database.
  static let forFolders =
    PatternOptions.include.all + PatternOptions.exclude.all
    + [overwrite, delete, verify, sparse, includeXattr, excludeXattr, dryRun]

  static let spec = CommandSpec(
    "restore", "bring a snapshot back",
    arguments: [
      ArgumentSpec(
        "snapshot", help: "an id, its beginning, or 'latest'; ':PATH' behind it takes that folder's contents")
    ],
    options: [to, target] + forFolders + SnapshotOptions.all + RestoreDatabaseOptions.all,
    exclusive: [["to", "target"]] + DatabaseOptions.exclusive,
    details:
      "Files appear under their absolute paths below the folder; with ':PATH', that folder's contents appear in it. "
      + "Other files there are left alone. A file is replaced only when its new content is whole: 'always' by all that "
      + "differs, 'if-changed' if size or time differ, 'if-newer' by what is newer.\n\n"
      + "--delete comes last, and only if everything was restored. It stays inside the folders that were backed up, as "
      + "far as --include and --exclude choose; it spares what patterns left out of the backup, other file systems and "
      + "the repository, and never follows a link. What could not be read when the backup was made is not in the snapshot "
      + "and would be deleted too. See with --dry-run --verbose what it would delete.\n\n"
      + "To a database's address, as postgresql://user@host/name or sqlite:/srv/app/data.db, the snapshot's databases "
      + "are restored: loaded aside, compared with the backup, then given their names. Without a name in the address, "
      + "each is called NAME_restored_DATE. A name that is free is made; a database that exists is replaced only if "
      + "--confirm repeats its name, and is backed up first.\n\n"
      + "The files of a whole MariaDB server go to mariadb-physical:/srv/mysql-new, a folder that is empty or does not exist: "
      + "they are prepared, and a server is started on them.\n\n"
      + "Instead of a snapshot a file may stand there, or a folder, that pg_dump, mariadb-dump, mysqldump, mongodump or "
      + "sqlite3 wrote, plain, compressed or as an archive: it is run into a database made for it, and needs no "
      + "repository. Run no file that you do not trust.",
    exits: [
      ExitSpec(.done), ExitSpec(.failed, "something could not be restored, or deleted"),
      ExitSpec(.usage, "also: 'latest' could mean several"), ExitSpec(.noRepository), ExitSpec(.locked),
      ExitSpec(.wrongPassword), ExitSpec(.destinationUnreachable),
      ExitSpec(.sourceUnreadable, "a file is not whole, or what it would replace cannot be backed up"),
      ExitSpec(.toolMissing), ExitSpec(.noSpace), ExitSpec(.noPermission), ExitSpec(.versionNotSupported),
      ExitSpec(.interrupted),
    ],
    examples: [
      ExampleSpec("coffre restore latest -r /srv/backups --to /tmp/restored --verify"),
      ExampleSpec("coffre restore 3fa2c1d0:/etc/nginx -r /srv/backups --to /etc/nginx --overwrite if-changed"),
      ExampleSpec(
        "coffre restore latest:/srv/site -r /srv/backups --to /srv/site --delete --dry-run -v",
        note: "shows what would be deleted"),
      ExampleSpec("coffre restore latest -r /srv/backups --to postgresql://postgres@localhost/shop_again"),
      ExampleSpec(
        "coffre restore 5be1d044 -r /srv/backups --to postgresql://shop@db/shop --table public.orders=orders_old",
        note: "one table, under another name"),
      ExampleSpec(
        "coffre restore ./shop.sql.gz --to postgresql://postgres@localhost/shop_again",
        note: "a file that pg_dump wrote"),
    ])
}
