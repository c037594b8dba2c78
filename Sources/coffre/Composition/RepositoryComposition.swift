import CoffreCore
import CoffreEngine
import CoffreRepository
import CoffreStores
import CoffreSystem

/// Puts a repository together from what the command line and the environment say.
struct RepositoryComposition: Sendable {
  let location: PathBytes
  let password: PasswordSource
  let machine = MachineIdentity(
    hostName: hostName(), userName: currentUserName(), userID: processUserID, groupID: processGroupID)
  private let keyHint: String?
  private let driver: StoreDriver
  private let patience: Duration
  private let cancellation: Cancellation

  /// The repository that the command works on.
  init(_ arguments: ParsedArguments, _ console: Console) throws {
    guard let location = arguments.bytes(GlobalOptions.repository), !location.isEmpty else {
      throw UsageError("no repository is named", advice: "Give --repo, or set COFFRE_REPOSITORY.")
    }
    let password = PasswordSource(arguments, for: location, console: console)
    try self.init(location, password, keyHint: arguments.text(GlobalOptions.keyHint), arguments, console)
  }

  /// The second repository, of commands that declare `FromRepositoryOptions`.
  static func other(_ arguments: ParsedArguments, _ console: Console) throws -> RepositoryComposition {
    guard let location = arguments.bytes(FromRepositoryOptions.repository), !location.isEmpty else {
      throw UsageError("no other repository is named", advice: "Give --from-repo, or set COFFRE_FROM_REPOSITORY.")
    }
    let password = PasswordSource(arguments, .otherRepository, for: location, console: console)
    return try RepositoryComposition(
      location, password, keyHint: arguments.text(FromRepositoryOptions.keyHint), arguments, console)
  }

  private init(
    _ location: PathBytes, _ password: PasswordSource, keyHint: String?, _ arguments: ParsedArguments,
    _ console: Console
  ) throws {
    guard let driver = Builtins.driver(for: location) else {
      throw UsageError(
        "'\(displayed(location))' is not a folder, and this version keeps repositories in folders only",
        advice: "Give the path of a folder; one with a colon in its name is written './a:b'.")
    }
    self.location = location
    self.driver = driver
    self.password = password
    self.keyHint = keyHint
    cancellation = console.cancellation
    patience = arguments.duration(GlobalOptions.retryLock) ?? .zero
  }

  var access: RepositoryAccess {
    RepositoryAccess(
      location: displayed(location), machine: machine, lockRecord: LockRecord(folder: StateFolders.current.locks),
      patience: patience, open: { try open() })
  }

  func open() throws -> Repository {
    let store: any Store
    do throws(StoreError) {
      store = try driver.open(location)
    } catch {
      if error.reason == .notFound { throw RepositoryError.notFound(location: displayed(location)) }
      throw error
    }
    return try Repository.open(
      store: store, password: password.read(cancellation: cancellation), keyHint: keyHint)
  }

  /// - Parameters:
  ///   - cost: of trying a password; measured here unless given.
  ///   - polynomial: by which files are cut; drawn at random unless given.
  func create(cost: KeyCost? = nil, version: Int = 2, polynomial: RabinPolynomial? = nil) throws -> Repository {
    let secret = try password.read(confirming: true, cancellation: cancellation)
    let store = try driver.create(location)
    return try Repository.create(
      store: store, password: secret, cost: cost ?? KeyCost.calibrated(), version: version,
      polynomial: polynomial, machine: machine)
  }
}
