import CoffreArchives
import CoffreCore
import CoffreEngine
import CoffreRepository
import CoffreSources
import CoffreSystem

enum BackupCommand: RunnableCommand {
  static let spec = BackupOptions.spec

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    try ShelfBackup.checkOptions(arguments)
    if arguments.isGiven(ShelfOptions.to) { return try await runToShelf(arguments, console) }
    let composition = try RepositoryComposition(arguments, console)
    let patterns = try PatternOptions.exclude.patterns(arguments)
    var options = try options(arguments, patterns)
    options.reportsItems = console.verbosity > 0
    let (addresses, sources) = try sources(arguments)
    let takesFiles = !sources.isEmpty || namesFiles(arguments)
    if !addresses.isEmpty, !takesFiles { try refuseOptionsOfFiles(arguments) }
    let access = composition.access.openedOnce()
    var code = ExitCode.done
    for (number, source) in addresses.enumerated() {
      let job = databaseJob(source, access, options)
      code = worst(code, await console.run(job, isFollowUp: number > 0) { BackupSummary.lines(of: $0) })
    }
    guard addresses.isEmpty || takesFiles else { return code }
    let job: BackupJob
    if let stream = try stream(arguments, sources) {
      options.parent = .none
      let name = arguments.bytes(BackupOptions.stdinFilename) ?? []
      job = BackupJob(access, subjects: [displayed(name)], options: options) { _, cancellation in
        try StreamSession(stream, fileName: name, cancellation: cancellation)
      }
    } else {
      let lists = try FileLists(arguments)
      let settings = try files(arguments, sources, lists, patterns)
      let subjects = (sources + lists.files).map { displayed($0) }
      let open = { @Sendable (store: any Store, _: Cancellation) throws -> any SourceSession in
        var settings = settings
        if let own = store.traits.localFolder { settings.ownFolders.append(own) }
        return try FilesSession(settings)
      }
      job = BackupJob(access, subjects: subjects, options: options, openEarly: open) {
        try open($0.store, $1)
      }
    }
    return worst(code, await console.run(job, isFollowUp: !addresses.isEmpty) { BackupSummary.lines(of: $0) })
  }

  private static func runToShelf(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let patterns = try PatternOptions.exclude.patterns(arguments)
    let (addresses, sources) = try sources(arguments)
    let takesFiles = !sources.isEmpty || namesFiles(arguments)
    if !addresses.isEmpty, !takesFiles { try refuseOptionsOfFiles(arguments) }
    guard addresses.isEmpty || takesFiles else {
      return try await ShelfBackup.run(arguments, console, databases: addresses, files: nil)
    }
    if let stream = try stream(arguments, sources) {
      let name = arguments.bytes(BackupOptions.stdinFilename) ?? []
      return try await ShelfBackup.run(
        arguments, console, databases: addresses,
        files: ShelfBackup.Files(subjects: [displayed(name)], isRepeatable: false) {
          try StreamSession(stream, fileName: name, cancellation: $1)
        })
    }
    let lists = try FileLists(arguments)
    let settings = try files(arguments, sources, lists, patterns)
    return try await ShelfBackup.run(
      arguments, console, databases: addresses,
      files: ShelfBackup.Files(subjects: (sources + lists.files).map { displayed($0) }, isRepeatable: true) {
        shelf, _ in
        var settings = settings
        // An archive never goes into itself.
        settings.ownFolders.append(shelf)
        return try FilesSession(settings)
      })
  }

  /// The first failure says more than those that come after; what is only partial says less than any.
  static func worst(_ first: ExitCode, _ second: ExitCode) -> ExitCode {
    first == .done || (first == .partial && second != .done) ? second : first
  }
}

// MARK: Databases

extension BackupCommand {
  /// Addresses of databases, and paths: each address makes a snapshot of its own.
  private static func sources(_ arguments: ParsedArguments) throws -> ([DatabaseSource], [PathBytes]) {
    var databases: [DatabaseSource] = []
    var paths: [PathBytes] = []
    for source in arguments.allBytes(argument: "source") {
      let text = displayed(source)
      if DatabaseLocation.kind(of: text) != nil {
        databases.append(try DatabaseSource(text, arguments))
      } else {
        paths.append(source)
      }
    }
    let given = DatabaseOptions.all.filter { arguments.isGiven($0) }
    guard databases.isEmpty, let option = given.first else { return (databases, paths) }
    throw UsageError(
      "'--\(option.name)' is for databases, and none is named", advice: "Give an address, as postgresql://user@host/db."
    )
  }

  /// What would have no effect was meant to have one.
  private static func refuseOptionsOfFiles(_ arguments: ParsedArguments) throws {
    let options = PatternOptions.exclude.all + BackupOptions.ofFiles
    guard let option = options.first(where: { arguments.isGiven($0) }) else { return }
    throw UsageError(
      "'--\(option.name)' is for files, and only databases are named",
      advice: "Leave it out; --exclude-database, --exclude-table and --exclude-table-data leave out parts of databases."
    )
  }

  private static func namesFiles(_ arguments: ParsedArguments) -> Bool {
    arguments.isOn(BackupOptions.stdin) || arguments.isOn(BackupOptions.stdinFromCommand)
      || FileLists.all.contains { arguments.isGiven($0) }
  }

  private static func databaseJob(_ source: DatabaseSource, _ access: RepositoryAccess, _ options: BackupJob.Options)
    -> BackupJob
  {
    var options = options
    options.excludes = []
    return source.job(access, options)
  }
}

// MARK: How

extension BackupCommand {
  private static func options(_ arguments: ParsedArguments, _ patterns: PatternList) throws -> BackupJob.Options {
    var options = BackupJob.Options()
    options.hostName = arguments.text(BackupOptions.host)
    options.tags = arguments.texts(BackupOptions.tag).flatMap { $0.split(separator: ",").map(String.init) }
    // As restic does: what ignores case is not written down.
    options.excludes = patterns.patterns.map(\.text)
    options.time = try time(arguments)
    options.isDryRun = arguments.isOn(BackupOptions.dryRun)
    options.skipsUnchanged = arguments.isOn(BackupOptions.skipIfUnchanged)
    options.changesAreLosses = arguments.isOn(BackupOptions.strictChanges)
    options.change.ignoresInode = arguments.isOn(BackupOptions.ignoreInode)
    options.change.ignoresChangeTime = arguments.isOn(BackupOptions.ignoreCtime)
    options.nodeFields.accessTime = arguments.isOn(BackupOptions.withAtime)
    options.compression = CompressionMode(rawValue: arguments.text(BackupOptions.compression) ?? "") ?? .auto
    options.selfCheck = arguments.isOn(BackupOptions.paranoid) ? .full : .sampled
    options.packSize = arguments.integer(BackupOptions.packSize).map { $0 << 20 }
    options.threadCount = arguments.integer(BackupOptions.readConcurrency)
    options.program = Program.nameAndVersion
    options.parentGroup = try RetentionOptions.grouping(arguments, BackupOptions.groupBy)
    if arguments.isOn(BackupOptions.force) { options.parent = .none }
    if let id = arguments.text(BackupOptions.parent) { options.parent = .snapshot(id) }
    return options
  }

  static func time(_ arguments: ParsedArguments) throws -> Timestamp? {
    guard let text = arguments.text(BackupOptions.time) else { return nil }
    guard let time = TimeSyntax.moment(text) else {
      throw UsageError(
        "'\(text)' of '--time' is no moment",
        advice: "Write it as '2026-11-21 14:05:09' or '2026-11-21T14:05:09+01:00'.")
    }
    return time
  }
}

// MARK: What

extension BackupCommand {
  private static func stream(_ arguments: ParsedArguments, _ sources: [PathBytes]) throws -> StreamSession.Origin? {
    let isCommand = arguments.isOn(BackupOptions.stdinFromCommand)
    guard isCommand || arguments.isOn(BackupOptions.stdin) else { return nil }
    let lists = FileLists.all.filter { arguments.isGiven($0) }
    guard lists.isEmpty, isCommand || sources.isEmpty else {
      throw UsageError("--stdin and paths exclude each other", advice: "Make two backups.")
    }
    return isCommand ? .command(arguments.trailingCommand) : .standardInput
  }

  private static func files(
    _ arguments: ParsedArguments, _ sources: [PathBytes], _ lists: FileLists, _ patterns: PatternList
  ) throws -> FilesSettings {
    for source in sources { try refuse(scheme: displayed(source)) }
    let targets = lists.paths + sources
    guard !targets.isEmpty else {
      guard lists.files.isEmpty else {
        // The lists say what there is to back up, and today there is nothing: no usage error.
        throw RepositoryError.nothingToBackUp(
          (lists.unmatched.isEmpty ? lists.files : lists.unmatched).map { displayed($0) })
      }
      throw UsageError(
        "nothing to back up is named", advice: "Name files and folders, or give --files-from or --stdin.")
    }
    var settings = FilesSettings(targets: targets, workingDirectory: try currentDirectory())
    settings.unmatched = lists.unmatched
    settings.excludes = patterns
    settings.largestFile = arguments.size(BackupOptions.excludeLargerThan)
    settings.takesRunningDatabases = arguments.isOn(BackupOptions.allowRunningDatabase)
    settings.staysOnFileSystems = arguments.isOn(BackupOptions.oneFileSystem)
    settings.markers = try arguments.allBytes(BackupOptions.excludeIfPresent).map { try marker($0) }
    if arguments.isOn(BackupOptions.excludeCaches) { settings.markers.append(.cacheDirectory) }
    settings.ownFolders = try StateFolders.chosen(by: arguments).all
    return settings
  }

  private static let schemes = [
    "postgresql:", "postgres:", "mariadb:", "mysql:", "mariadb-physical:", "mongodb:", "mongodb+srv:", "sqlite:",
    "site:",
  ]

  /// What is meant for a database is not a path that does not exist. The rest of it may hold a password.
  private static func refuse(scheme source: String) throws {
    guard source.contains("://") || schemes.contains(where: { source.hasPrefix($0) }) else { return }
    let scheme = source.prefix { $0 != ":" }
    throw UsageError(
      "'\(scheme):…' is no path, and this program knows no such source",
      advice: "Give files and folders; a path that begins like this is written './…'.")
  }

  /// `NAME` or `NAME:HEADER`.
  static func marker(_ bytes: [UInt8]) throws -> FilesSettings.Marker {
    let halves = bytes.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
    let name = Array(halves[0])
    guard !name.isEmpty, !name.contains(UInt8(ascii: "/")) else {
      throw UsageError(
        "'\(displayed(bytes))' of '--exclude-if-present' does not begin with the name of an entry",
        advice: "Write it as NAME or NAME:HEADER.")
    }
    return FilesSettings.Marker(name: name, header: halves.count > 1 ? Array(halves[1]) : [])
  }
}
