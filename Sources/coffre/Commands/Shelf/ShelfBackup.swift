import CoffreArchives
import CoffreCore
import CoffreEngine
import CoffreSources
import CoffreSystem

/// `backup --to`: archives in a folder.
enum ShelfBackup {
  /// What is about repositories, and would be silently ignored.
  private static let ofRepositories = [
    BackupOptions.parent, BackupOptions.groupBy, BackupOptions.skipIfUnchanged, BackupOptions.compression,
    BackupOptions.paranoid, BackupOptions.packSize, BackupOptions.withAtime, GlobalOptions.repository,
  ]

  /// What is backed up besides databases.
  struct Files: Sendable {
    let subjects: [String]
    /// Whether it can be opened more than once, at little cost.
    let isRepeatable: Bool
    /// Told the shelf so that it can leave its folder out.
    let open: @Sendable (PathBytes, Cancellation) throws -> any SourceSession
  }

  /// - Throws: if options of one destination are given with the other.
  static func checkOptions(_ arguments: ParsedArguments) throws(UsageError) {
    guard arguments.isGiven(ShelfOptions.to) else {
      guard let option = ShelfOptions.ofBackup.first(where: { arguments.isGiven($0) }) else { return }
      throw UsageError("'--\(option.name)' does nothing without '--to'", advice: "Give --to and the folder of a shelf.")
    }
    guard let option = ofRepositories.first(where: { arguments.isGiven($0) }) else { return }
    throw UsageError(
      "'--\(option.name)' is for repositories, and '--to' names a shelf", advice: "Leave out one of them.")
  }

  /// - Parameters:
  ///   - databases: each makes a point of its own.
  ///   - files: what else is backed up; `nil` for nothing.
  static func run(
    _ arguments: ParsedArguments, _ console: Console, databases: [DatabaseSource], files: Files?
  ) async throws -> ExitCode {
    let path = try absolutePath(of: arguments.bytes(ShelfOptions.to) ?? [])
    let request = try request(arguments, console)
    let isDryRun = arguments.isOn(BackupOptions.dryRun)
    if let database = databases.first, request.variant != .full {
      throw UsageError(
        "'--variant \(request.variant.rawValue)' cannot be had of '\(database.location.text)': every dump of a database "
          + "is whole",
        advice: "Give --variant full. A repository (--repo) stores equal rows once: there each backup of a database is "
          + "a full one and costs like an increment.")
    }
    if request.format.traits.isSingleStream { try refuseStream(request, databases) }
    var code = ExitCode.done
    for (number, database) in databases.enumerated() {
      var request = request
      request.archiveName = Array("database".utf8)
      let job = ShelfBackupJob(path, request, isDryRun: isDryRun, subjects: [database.location.text]) {
        _, cancellation in
        var settings = database.settings
        // There is no key to derive it from; another one each time only costs that two dumps differ in it.
        let secret = Secret((0..<32).map { _ in UInt8.random(in: .min ... .max) })
        settings.stableSecret = { secret }
        return try database.driver.open(settings, cancellation: cancellation)
      }
      code = BackupCommand.worst(code, await console.run(job, isFollowUp: number > 0) { summary($0) })
    }
    guard let files else { return code }
    let job = ShelfBackupJob(
      path, request, isDryRun: isDryRun, subjects: files.subjects, isRepeatable: files.isRepeatable, open: files.open)
    return BackupCommand.worst(code, await console.run(job, isFollowUp: !databases.isEmpty) { summary($0) })
  }

  /// A format that holds the bytes of one file and nothing else.
  private static func refuseStream(_ request: PointRequest, _ databases: [DatabaseSource]) throws {
    let name = request.format.traits.name
    guard databases.isEmpty else {
      throw UsageError(
        "\(name) holds the bytes of one file, and a database is several",
        advice: "Choose a format such as tar.\(name == "raw" ? "zst" : name), or back up what the database's own tool "
          + "prints: --stdin-from-command.")
    }
    guard request.variant == .full else {
      throw UsageError(
        "\(name) holds the bytes of one file, and of one file there is no increment", advice: "Give --variant full.")
    }
  }

  private static func request(_ arguments: ParsedArguments, _ console: Console) throws -> PointRequest {
    let name = arguments.text(ShelfOptions.format) ?? ""
    guard let format = ArchiveFormats.named(name) else {
      throw UsageError("this version writes no '\(name)' archives", advice: "Run `coffre backup --help`.")
    }
    var request = PointRequest(
      format: format, template: try PointTemplate(arguments.text(ShelfOptions.nameTemplate) ?? PointTemplate.usual),
      program: Program.nameAndVersion)
    request.variant = ShelfVariant(rawValue: arguments.text(ShelfOptions.variant) ?? "") ?? .full
    request.zone = arguments.isOn(ShelfOptions.localNames) ? .local : .utc
    request.hostName = arguments.text(BackupOptions.host)
    request.tags = arguments.texts(BackupOptions.tag).flatMap { $0.split(separator: ",").map(String.init) }
    request.time = try BackupCommand.time(arguments)
    request.change.ignoresInode = arguments.isOn(BackupOptions.ignoreInode)
    request.change.ignoresChangeTime = arguments.isOn(BackupOptions.ignoreCtime)
    request.change.trustsNothing = arguments.isOn(BackupOptions.force)
    request.changesAreLosses = arguments.isOn(BackupOptions.strictChanges)
    request.settings.threadCount = processorCount
    request.patience = arguments.duration(GlobalOptions.retryLock) ?? .zero
    request.protection = try ArchiveEncryptionOptions.protection(
      arguments, for: format, password: PasswordSource.ofShelf(arguments, console),
      isDryRun: arguments.isOn(BackupOptions.dryRun), console)
    return request
  }

  private static func summary(_ result: JobResult) -> [Message] {
    let files: Message =
      "\(counted(result.count("totalFilesProcessed"), "file")), \(byteText(result.bytes("totalBytesProcessed"))): "
      + "\(result.count("filesNew")) new, \(result.count("filesChanged")) changed, "
      + "\(result.count("filesUnmodified")) unmodified"
    let name = result.text("point") ?? ""
    let variant: Message = .word(result.text("variant") ?? "")
    let losses = result.count("losses")
    let size = byteText(result.bytes("archiveBytes"))
    let took = durationText(result.duration("duration"))
    var lines = [files]
    let gone = result.count("deleted") + result.count("renamed")
    if gone > 0 { lines.append("\(result.count("deleted")) deleted, \(result.count("renamed")) renamed") }
    let stored = byteText(result.bytes("storedBytes"))
    guard !result.flag("dryRun") else {
      lines.append("would store \(stored) before compression (\(variant))")
      return lines + ["dry run: nothing was written"]
    }
    lines.append(
      result.flag("compared")
        ? "stored \(stored) in \(size), read back and compared, in \(took)"
        : "stored \(stored) in \(size), encrypted for its recipients, in \(took)")
    lines.append(
      losses > 0
        ? "'\(name)' saved (\(variant)), INCOMPLETE: \(counted(losses, "entry", "entries")) could not be read"
        : "'\(name)' saved (\(variant))")
    return lines
  }
}
