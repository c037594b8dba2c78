import CoffreCore
import CoffreEngine
import CoffreSources
import CoffreSystem

/// What is to be restored of a server's backup, and where to, as the command line says it.
struct DatabaseRestoreOrder: Sendable {
  /// A table of the backup, and what it will be called.
  struct Table: Sendable, Hashable {
    /// `table`, `schema.table` or `database.schema.table`.
    let name: String
    /// `nil` for its own name.
    let newName: String?

    /// - Parameter text: `TABLE` or `TABLE=NEW`.
    init(_ text: String) throws(UsageError) {
      let halves = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard halves.allSatisfy({ !$0.isEmpty }), let first = halves.first else {
        throw UsageError(
          "'\(text)' of '--table' names no table", advice: "Write it as --table TABLE or --table TABLE=NEW.")
      }
      name = String(first)
      newName = halves.count > 1 ? String(halves[1]) : nil
    }
  }

  let driver: any DatabaseDriver
  let location: DatabaseLocation
  let password: Secret?
  /// Of the backup; `nil` for all.
  let database: String?
  let tables: [Table]
  let content: ObjectPatterns.Content
  let restoresGlobals: Bool
  let disconnects: Bool
  /// The name of what may be replaced.
  let confirmed: String?
  /// What the server is called in snapshots.
  let name: String?

  /// - Parameters:
  ///   - address: of the target.
  ///   - path: what stood behind the snapshot's `:`; its third part is a database's folder.
  init(_ address: String, path: [PathBytes], _ arguments: ParsedArguments) throws {
    (driver, location) = try DatabaseSource.find(address)
    password = try DatabaseSource.password(arguments)
    var chosen = arguments.text(RestoreDatabaseOptions.database)
    if path.count > 2, !location.kind.isFile {
      guard chosen == nil, let name = EscapedName.name(of: path[2]) else {
        throw UsageError(
          "'\(displayed(path[2]))' behind the snapshot is no database, or another one than --database names",
          advice: "Name the database with --database alone.")
      }
      chosen = name
    }
    database = chosen
    var tables: [Table] = []
    for text in arguments.texts(RestoreDatabaseOptions.table) { tables.append(try Table(text)) }
    self.tables = tables
    content =
      arguments.isOn(RestoreDatabaseOptions.dataOnly)
      ? .dataOnly : arguments.isOn(RestoreDatabaseOptions.schemaOnly) ? .structureOnly : .everything
    restoresGlobals = arguments.isOn(RestoreDatabaseOptions.globals)
    disconnects = arguments.isOn(RestoreDatabaseOptions.disconnect)
    confirmed = arguments.text(RestoreDatabaseOptions.confirm)
    name = arguments.text(RestoreDatabaseOptions.name)
  }

  /// Whether all files of the backup will be read.
  var takesEverything: Bool { database == nil && tables.isEmpty && content == .everything }
}

extension DatabaseRestoreOrder {
  /// The target that pulls the backup in.
  ///
  /// - Parameter access: to the repository, which takes the safety backup of what is replaced.
  func openTarget(_ access: RepositoryAccess, _ context: JobContext) throws -> any PullingRestore {
    try driver.openRestore(settings(access, context), cancellation: context.cancellation)
  }

  /// Opens a vendor's dump that is to be restored.
  ///
  /// - Parameter access: to the repository that takes the safety backup; `nil` if nothing may be replaced.
  func openTarget(
    for file: PathBytes, _ access: RepositoryAccess?, _ context: JobContext
  ) throws -> any DatabaseFileRestore {
    // It chose no snapshot, so that it is the target's.
    try driver.openRestore(of: file, settings(access, context, named: name))
  }

  /// - Parameter name: of the target in snapshots, if the user says so.
  private func settings(
    _ access: RepositoryAccess?, _ context: JobContext, named name: String? = nil
  ) -> DatabaseRestoreSettings {
    var settings = DatabaseRestoreSettings(
      location: location, password: password, connectionCount: max(2, processorCount), now: Clock.now())
    settings.database = database
    settings.tables = tables.map { DatabaseRestoreSettings.TableWish(pattern: $0.name, newName: $0.newName) }
    settings.content = content
    settings.restoresGlobals = restoresGlobals
    settings.disconnects = disconnects
    settings.confirmed = confirmed
    if let access {
      settings.safety = { database, server in try backUp(database, named: server ?? name, access, context) }
    }
    return settings
  }

  /// Backs up a database of the target before it is replaced.
  ///
  /// - Throws: unless that backup is whole.
  private func backUp(
    _ database: String, named name: String?, _ access: RepositoryAccess, _ context: JobContext
  ) throws {
    var place = location
    place.database = database
    let source = DatabaseSource(driver, place, password: password, name: name)
    var options = BackupJob.Options()
    options.program = Program.nameAndVersion
    let result = try source.job(access, options).perform(context)
    guard result.exitCode == .done else {
      throw SourceError(
        .notWhole, "back up", Array(place.text.utf8), because: "the backup before replacing it is not whole")
    }
    let snapshot = (result.text("snapshotId") ?? "").prefix(8)
    context.note("backed up '\(database)' before replacing it: snapshot \(snapshot)")
  }
}
