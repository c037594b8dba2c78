import CoffreCore
import CoffreEngine
import CoffreRepository
import CoffreSources
import CoffreSystem
import Synchronization

/// A database server or one of its databases, as the command line names it.
struct DatabaseSource: Sendable {
  let driver: any DatabaseDriver
  let location: DatabaseLocation
  let settings: DatabaseSettings

  /// - Parameter address: the argument.
  init(_ address: String, _ arguments: ParsedArguments) throws {
    (driver, location) = try Self.find(address)
    let patterns = try DatabaseOptions.patterns(arguments, for: location.kind)
    if !location.kind.isFile, let database = location.database, !patterns.takesDatabase(database) {
      throw UsageError(
        "the address names the database '\(database)', and --database or --exclude-database leaves it out",
        advice: "Leave out these options, or write the address without a database.")
    }
    var settings = DatabaseSettings(
      location: location, password: try Self.password(arguments), patterns: patterns,
      connectionCount: arguments.integer(BackupOptions.readConcurrency) ?? max(2, processorCount))
    settings.name = arguments.text(DatabaseOptions.name)
    settings.allowsPartial = arguments.isOn(DatabaseOptions.allowPartial)
    if let timeout = arguments.duration(DatabaseOptions.lockTimeout) { settings.lockTimeout = timeout }
    settings.checksIntegrity = arguments.isOn(DatabaseOptions.integrityCheck)
    settings.checksForeignKeys = arguments.isOn(DatabaseOptions.foreignKeyCheck)
    if !location.kind.isFile, settings.checksIntegrity || settings.checksForeignKeys {
      throw UsageError(
        "'--integrity-check' and '--foreign-key-check' are for SQLite databases",
        advice: "Leave them out, or back up other databases by a command of their own.")
    }
    self.settings = settings
  }

  /// All of a database or server.
  ///
  /// - Parameter name: what the server is called in snapshots; `nil` to go by its address.
  init(_ driver: any DatabaseDriver, _ location: DatabaseLocation, password: Secret?, name: String?) {
    self.driver = driver
    self.location = location
    var settings = DatabaseSettings(location: location, password: password, connectionCount: max(2, processorCount))
    settings.name = name
    self.settings = settings
  }

  /// The server or database that an address names, with what the environment says of it, and who knows such ones.
  static func find(_ address: String) throws -> (driver: any DatabaseDriver, location: DatabaseLocation) {
    let variable: (String) -> String? = { Environment.value($0) }
    let location = try DatabaseLocation(address).completed(variable: variable).completed(from: variable)
    guard let driver = DatabaseDrivers.driver(for: location.kind) else {
      let known = DatabaseDrivers.all.map(\.kind).compactMap { kind in
        kind.schemes.first.map { kind.isFile ? "\($0):" : "\($0)://" }
      }
      throw UsageError(
        "this version knows no '\(location.kind.rawValue)' databases",
        advice: "Give files, folders, or addresses with \(alternatives(known)).")
    }
    return (driver, location)
  }

  /// What libpq finds by itself, in `PGPASSWORD` or `~/.pgpass`, is left to it.
  static func password(_ arguments: ParsedArguments) throws -> Secret? {
    guard let path = arguments.bytes(DatabaseOptions.sourcePasswordFile) else { return nil }
    do throws(SystemError) {
      let content = try readFile(path, limit: 1 << 20)
      return Secret(TextInput.trimmed(TextInput.decoded(content)))
    } catch {
      throw UsageError(
        "the password file '\(displayed(path))' cannot be read: \(error.cause)",
        advice: "Give the path of a file that holds the password of the database's user.")
    }
  }

  /// A backup of it into a repository.
  func job(_ access: RepositoryAccess, _ options: BackupJob.Options) -> BackupJob {
    let secret = RepositorySecret()
    let open: @Sendable (Cancellation) throws -> any SourceSession = { [self] cancellation in
      var settings = settings
      settings.stableSecret = { secret.value }
      return try driver.open(settings, cancellation: cancellation)
    }
    var openEarly: (@Sendable (any Store, Cancellation) throws -> any SourceSession)?
    if driver.opensEarly { openEarly = { _, cancellation in try open(cancellation) } }
    let reveal: @Sendable (Repository) -> Void = { [location] repository in
      secret.reveal(repository.derivedSecret("source \(location.text)"))  // not for people
    }
    return BackupJob(
      access, subjects: [location.text], options: options, openEarly: openEarly, whenOpened: reveal
    ) { _, cancellation in try open(cancellation) }
  }
}

/// What comes from the repository's key, which is not known before the repository is open.
private final class RepositorySecret: Sendable {
  private let known = Mutex<Secret?>(nil)

  var value: Secret {
    guard let secret = known.withLock({ $0 }) else { preconditionFailure("a source was read before its repository") }
    return secret
  }

  func reveal(_ secret: Secret) { known.withLock { $0 = secret } }
}
