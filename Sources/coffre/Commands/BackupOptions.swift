import CoffreCore
import CoffreRepository

/// The declaration of `backup`.
enum BackupOptions {
  // MARK: What is backed up

  static let excludeCaches = OptionSpec("exclude-caches", help: "leave out folders marked by a CACHEDIR.TAG")
  static let excludeIfPresent = OptionSpec(
    "exclude-if-present", nil, .path("name[:header]"),
    help: "leave out folders that hold such an entry, one that begins with the header if that is given",
    isRepeatable: true)
  static let excludeLargerThan = OptionSpec(
    "exclude-larger-than", nil, .size("size"), help: "leave out files that are larger")
  static let oneFileSystem = OptionSpec("one-file-system", "x", help: "stay on the file systems of the sources")
  static let allowRunningDatabase = OptionSpec(
    "allow-running-database", help: "copy files that a MariaDB server writes to, torn as they may be")
  static let stdin = OptionSpec("stdin", help: "back up what standard input brings")
  static let stdinFilename = OptionSpec(
    "stdin-filename", nil, .path("name"), help: "name of the streamed file in the snapshot", defaultValue: "stdin")
  static let stdinFromCommand = OptionSpec(
    "stdin-from-command", nil, .command("command"), help: "back up what a command prints, if it ends well")

  // MARK: What the snapshot says

  static let tag = OptionSpec(
    "tag", nil, .text("tags"), help: "give the snapshot tags, several joined by commas", isRepeatable: true)
  static let host = OptionSpec(
    "host", "H", .text("name"), help: "the host the snapshot belongs to", defaultText: "this machine",
    environment: ["COFFRE_HOST", "RESTIC_HOST"])
  static let time = OptionSpec(
    "time", nil, .text("moment"), help: "the snapshot's time: '2026-11-21 14:05:09', or RFC 3339", defaultText: "now")
  static let withAtime = OptionSpec("with-atime", help: "store the times of the last access too")
  static let skipIfUnchanged = OptionSpec(
    "skip-if-unchanged", help: "make no snapshot if it would be the same as its parent")

  // MARK: What counts as unchanged

  static let parent = OptionSpec(
    "parent", nil, .text("snapshot"), help: "compare with this snapshot", defaultText: "the newest of the group")
  static let groupBy = OptionSpec(
    "group-by", "g", .text("groups"),
    help: "what the parent has in common with the backup: host, paths and tags, joined by commas, or 'none'",
    defaultValue: "host,paths")
  static let force = OptionSpec("force", "f", help: "read all files, changed or not")
  static let ignoreInode = OptionSpec(
    "ignore-inode", help: "files with another inode or change time may be unchanged",
    environment: ["COFFRE_IGNORE_INODE", "RESTIC_IGNORE_INODE"])
  static let ignoreCtime = OptionSpec(
    "ignore-ctime", help: "files with another change time may be unchanged",
    environment: ["COFFRE_IGNORE_CTIME", "RESTIC_IGNORE_CTIME"])
  static let strictChanges = OptionSpec(
    "strict-changes", help: "count files that change while read as losses (exit 3)")

  // MARK: How it is done

  static let dryRun = OptionSpec("dry-run", "n", help: "only tell what would be stored")
  static let compression = OptionSpec(
    "compression", nil, .choice("mode", CompressionMode.allCases.map(\.rawValue)),
    help: "how hard to compress new data", defaultValue: CompressionMode.auto.rawValue,
    environment: ["COFFRE_COMPRESSION", "RESTIC_COMPRESSION"])
  static let paranoid = OptionSpec(
    "paranoid", help: "open and hash every blob again before it is stored, not one of 32")
  static let packSize = OptionSpec(
    "pack-size", nil, .integer("MiB", 4...128), help: "about how large the files in the repository become",
    defaultValue: "17", environment: ["COFFRE_PACK_SIZE", "RESTIC_PACK_SIZE"])
  static let readConcurrency = OptionSpec(
    "read-concurrency", nil, .integer("number", 1...128),
    help: "how many files, or parts of a database, are read at once",
    defaultText: "two more than there are processors; of a database as many, two at least",
    environment: ["COFFRE_READ_CONCURRENCY", "RESTIC_READ_CONCURRENCY"])
  /// Restic counts everything before it begins; Coffre never does.
  static let noScan = OptionSpec("no-scan", help: "without effect", isHidden: true)

  /// Those that do nothing where only databases are backed up, beside patterns of paths.
  static let ofFiles = [
    excludeIfPresent, excludeCaches, excludeLargerThan, oneFileSystem, allowRunningDatabase, stdinFilename, ignoreInode,
    ignoreCtime,
    withAtime, strictChanges,
  ]

  // MARK: The command

  static let spec = CommandSpec(
    "backup", "store files, folders or databases as a new snapshot",
    arguments: [ArgumentSpec("source", .many(atLeast: 0), help: "files, folders and addresses of databases")],
    options: PatternOptions.exclude.all
      + [excludeIfPresent, excludeCaches, excludeLargerThan, oneFileSystem, allowRunningDatabase]
      + FileLists.all + [stdin, stdinFilename, stdinFromCommand, tag, host, time, parent, groupBy, force]
      + [ignoreInode, ignoreCtime, withAtime, skipIfUnchanged, strictChanges, dryRun]
      + [compression, paranoid, packSize, readConcurrency, noScan] + ShelfOptions.ofBackup + DatabaseOptions.all,
    exclusive: [["stdin", "stdin-from-command"], ["parent", "force"]] + DatabaseOptions.exclusive,
    details:
      "All paths of one command make one snapshot. Unchanged files are not read again: those whose size, times and "
      + "inode are as in the parent snapshot.\n\n"
      + "An absolute source lies in the snapshot under its whole path, a relative one as it is written, without '..': in "
      + "/srv, `coffre backup shop/data ../etc` makes /shop/data and /etc there, as restic does. Lists show both by their "
      + "absolute paths; what `restore` wants is what `snapshot ls` shows.\n\n"
      + "A pattern without a leading slash matches at any depth, one with a slash from the root on; '**' stands for any "
      + "number of folders. What is named on the command line is not left out by patterns, what lies in it is. In files "
      + "of patterns $NAME stands for an environment variable. For lists of sources '-' means standard input.\n\n"
      + "The repository itself and Coffre's own folders are left out.\n\n"
      + "An address, as postgresql://user@host/name or sqlite:/srv/app/data.db, stands for a database, that of a server "
      + "without a name for all of its databases; mariadb-physical://user@localhost for the files of a MariaDB server "
      + "here. Each makes a snapshot of its own. Look at it before with `coffre source test`.\n\n"
      + "With --to, a backup is a folder with an archive on a shelf, full or with what changed (--variant); with a "
      + "--name-template that does not end with '/', it is the archive itself and two files beside it. --encrypt takes "
      + "what it needs as `coffre archive create` does; -p is the archive's password then. The list of entries beside the "
      + "archive, with names, sizes, times and checksums, is not encrypted.",
    exits: [
      ExitSpec(.done), ExitSpec(.failed, "also: no source can be read"), ExitSpec(.usage),
      ExitSpec(.partial, "a snapshot exists, but something could not be read"),
      ExitSpec(.noRepository), ExitSpec(.locked), ExitSpec(.wrongPassword),
      ExitSpec(.destinationUnreachable),
      ExitSpec(.sourceUnreadable, "the command of a stream failed, or a database would not be whole"),
      ExitSpec(.toolMissing), ExitSpec(.noSpace), ExitSpec(.noPermission), ExitSpec(.interrupted),
      ExitSpec(.terminated),
    ],
    examples: [
      ExampleSpec("coffre backup -r /srv/backups /home /etc --exclude '*.tmp'"),
      ExampleSpec("find /srv -newer mark -print0 | coffre backup -r /srv/backups --files-from-raw -"),
      ExampleSpec(
        "coffre backup -r /srv/backups --stdin-from-command --stdin-filename shop.sql -- pg_dump shop",
        note: "fails if pg_dump does"),
      ExampleSpec(
        "coffre backup -r /srv/backups postgresql://shop@db.example.org/shop", note: "a database, whole and proved"),
      ExampleSpec("coffre backup -r /srv/backups sqlite:/srv/app/data.db"),
    ])
}
