import CoffreCore
import CoffreEngine
import CoffreRepository
import CoffreStores
import CoffreSystem

/// Puts a repository together from what the command line and the environment say.
struct RepositoryComposition: Sendable {
  /// As it may be shown: without password.
  let location: PathBytes
  let password: PasswordSource
  let machine = MachineIdentity(
    hostName: hostName(), userName: currentUserName(), userID: processUserID, groupID: processGroupID)
  private let address: PathBytes
  private let keyHint: String?
  private let driver: StoreDriver
  private let context: StoreContext
  private let patience: Duration
  private let cache: RepositoryCache.Settings?
  /// Removed by `close`.
  private let cacheOfThisRun: PathBytes?
  /// Where old cached repositories are cleared away, if anywhere.
  private let cacheToClear: PathBytes?
  private let console: Console

  /// What of the cache a command may believe.
  enum CacheUse: Sendable {
    case everything
    /// Only what the store itself holds counts.
    case nothing
    /// The same, but what is asked for again and again is kept until `close`.
    case ofThisRun
  }

  /// The repository that the command works on.
  init(_ arguments: ParsedArguments, _ console: Console, cache: CacheUse = .everything) throws {
    let address = try ConnectionOptions.repositoryAddress(arguments)
    try self.init(
      address, .repository, keyHint: GlobalOptions.keyHint,
      isOnCommandLine: arguments.isGiven(GlobalOptions.repository),
      cache, arguments, console)
  }

  /// The second repository, of commands that declare `FromRepositoryOptions`.
  static func other(_ arguments: ParsedArguments, _ console: Console) throws -> RepositoryComposition {
    guard let address = try FromRepositoryOptions.address(arguments) else {
      throw UsageError("no other repository is named", advice: "Give --from-repo, or set COFFRE_FROM_REPOSITORY.")
    }
    return try RepositoryComposition(
      address, .otherRepository, keyHint: FromRepositoryOptions.keyHint,
      isOnCommandLine: arguments.isGiven(FromRepositoryOptions.repository), .everything, arguments, console)
  }

  private init(
    _ address: PathBytes, _ options: PasswordOptions, keyHint: OptionSpec, isOnCommandLine: Bool,
    _ cacheUse: CacheUse, _ arguments: ParsedArguments, _ console: Console
  ) throws {
    guard let driver = Builtins.driver(for: address) else {
      throw UsageError(
        "'\(withoutPassword(address))' is neither a folder nor a place that this version knows",
        advice: "Give a folder, or rest:https://host/path/; a folder with a colon in its name is written './a:b'.")
    }
    guard let shown = driver.shown(address) else {
      throw UsageError(
        "the repository's address cannot be read",
        advice: "Write it as rest:https://host:port/path/ or rest:http+unix:///socket:/path/; special characters of a "
          + "password as %XX.")
    }
    self.address = address
    self.driver = driver
    self.keyHint = arguments.text(keyHint)
    location = Array(shown.utf8)
    password = PasswordSource(arguments, options, for: location, console: console)
    context = try ConnectionOptions.storeContext(arguments, console.cancellation)
    patience = arguments.duration(GlobalOptions.retryLock) ?? .zero
    self.console = console
    let base = arguments.isOn(GlobalOptions.noCache) ? nil : try StateFolders.chosen(by: arguments).cache
    cacheToClear = arguments.isOn(GlobalOptions.cleanupCache) ? base : nil
    cacheOfThisRun = cacheUse == .ofThisRun ? base.map { RepositoryCache.temporaryBase(in: $0) } : nil
    cache = (cacheUse == .nothing ? nil : cacheOfThisRun ?? base).map { base in
      RepositoryCache.Settings(base: base) { text in
        if !console.isQuiet { console.note(text) }
      }
    }
    if isOnCommandLine, driver.holdsPassword(address), !console.isQuiet {
      console.note(
        "warning: everybody on this machine can see the password in --repo; give it by COFFRE_REST_PASSWORD instead")
    }
  }

  /// Removes what was kept for this command alone.
  func close() {
    guard let cacheOfThisRun else { return }
    do throws(SystemError) {
      try removeTree(cacheOfThisRun)
    } catch {
      if !error.isNotFound { log.warning("a temporary cache could not be removed", ["cause": "\(error)"]) }
    }
  }

  var access: RepositoryAccess {
    RepositoryAccess(
      location: displayed(location), machine: machine, lockRecord: LockRecord(folder: StateFolders.current.locks),
      patience: patience, open: { meanwhile in try open(meanwhile: meanwhile) })
  }

  /// - Parameter meanwhile: told the store when only the password's key is missing.
  func open(meanwhile: (any Store) -> Void = { _ in }) throws -> Repository {
    try untilCancelled {
      let store: any Store
      do throws(StoreError) {
        store = try driver.open(address, context)
      } catch {
        if error.reason == .notFound { throw RepositoryError.notFound(location: displayed(location)) }
        throw error
      }
      let secret = try password.read(cancellation: context.cancellation)
      meanwhile(store)
      let repository = try Repository.open(store: store, password: secret, keyHint: keyHint, cache: cache)
      if let cacheToClear { clear(cacheToClear, except: repository) }
      return repository
    }
  }

  /// A courtesy: that it fails is no reason to do nothing else.
  private func clear(_ base: PathBytes, except repository: Repository) {
    let text: Message
    do throws(SystemError) {
      let count = try RepositoryCache.cleanUp(base, except: repository.config.id)
      text = "the cache '\(displayed(base))': cleared away \(counted(count, "old folder"))"
    } catch {
      text = "the cache '\(displayed(base))' cannot be cleared: \(error.cause)"
    }
    if !console.isQuiet { console.note(text) }
  }

  /// - Parameters:
  ///   - cost: of trying a password; measured here unless given.
  ///   - polynomial: by which files are cut; drawn at random unless given.
  func create(cost: KeyCost? = nil, version: Int = 2, polynomial: RabinPolynomial? = nil) throws -> Repository {
    let secret = try password.read(confirming: true, cancellation: context.cancellation)
    let store = try driver.create(address, context)
    return try Repository.create(
      store: store, password: secret, cost: cost ?? KeyCost.calibrated(), version: version,
      polynomial: polynomial, machine: machine)
  }

  /// What a store gave up because of a signal ends with the signal's code.
  func untilCancelled<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as StoreError where error.reason == .cancelled {
      try context.cancellation.check()
      throw error
    }
  }
}
