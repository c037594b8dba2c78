import CoffreCore
package import CoffreRepository
import CoffreStores

/// A place for one test: a folder with a repository, a target for restores, and the programs that work on them.
///
/// The repository's key is cheap to try, so that dozens of program runs take seconds. Everything Coffre and restic keep
/// outside the repository stays in the folder too.
package final class Workshop {
  package static let password = "a secret of the tests, 7c1d9e"

  package let scratch: WorkFolder
  package let repository: String
  package let passwordFile: String
  package let environment: [String: String]

  package var path: String { scratch.path }
  package var stateFolder: String { "\(path)/state" }

  /// - Parameters:
  ///   - version: of the repository; `nil` makes none.
  ///   - location: of the repository, where it is no folder of the workshop; then none is made.
  ///   - variables: for the programs, beside the workshop's own.
  package init(
    repositoryVersion version: Int? = 2, in parent: String = "/tmp", at location: String? = nil,
    environment variables: [String: String] = [:]
  ) throws {
    scratch = try WorkFolder(in: parent)
    repository = location ?? "\(scratch.path)/repository"
    passwordFile = "\(scratch.path)/password"
    try writeRealFile(passwordFile, Self.password + "\n", mode: 0o644)
    let own = [
      "COFFRE_STATE_DIR": "\(scratch.path)/state", "COFFRE_CACHE_DIR": "\(scratch.path)/cache",
      "RESTIC_CACHE_DIR": "\(scratch.path)/restic-cache", "RESTIC_PROGRESS_FPS": "0.1", "LC_ALL": "C.UTF-8",
    ]
    environment = own.merging(variables) { _, new in new }
    if let version, location == nil { try makeRepository(version: version) }
  }

  /// Makes the repository in process, with a key that costs next to nothing.
  package func makeRepository(version: Int = 2) throws {
    let location = Array(repository.utf8)
    guard let driver = Builtins.driver(for: location) else {
      throw Tool.Missing(description: "no store for \(repository)")
    }
    _ = try Repository.create(
      store: try driver.create(location), password: Secret(Array(Self.password.utf8)), cost: KeyCost(n: 16, r: 8, p: 1),
      version: version,
      machine: MachineIdentity(hostName: "test", userName: "test", userID: 0, groupID: 0))
  }

  /// The repository, opened in process.
  package func openRepository(password: String = password) throws -> Repository {
    let location = Array(repository.utf8)
    guard let driver = Builtins.driver(for: location) else {
      throw Tool.Missing(description: "no store for \(repository)")
    }
    return try Repository.open(store: try driver.open(location), password: Secret(Array(password.utf8)))
  }

  // MARK: Programs

  package func settings(_ change: (inout ProgramSettings) -> Void = { _ in }) -> ProgramSettings {
    var settings = ProgramSettings()
    settings.environment = environment
    change(&settings)
    return settings
  }

  /// The words that name repository and password for either program.
  package var access: [String] { ["-r", repository, "-p", passwordFile] }

  @discardableResult
  package func coffre(_ arguments: [String], _ change: (inout ProgramSettings) -> Void = { _ in }) throws
    -> ProgramOutcome
  {
    try startCoffre(arguments, change).wait()
  }

  package func startCoffre(_ arguments: [String], _ change: (inout ProgramSettings) -> Void = { _ in }) throws
    -> RunningProgram
  {
    let settings = settings(change)
    let coffre = settings.user == nil ? try Tool.coffre() : try coffreForEverybody()
    return try coffre.start(Self.inserting(access, in: arguments), settings)
  }

  /// A copy of the program where other users may run it: the build folder may be closed to them.
  private func coffreForEverybody() throws -> Tool {
    let copy = "\(path)/coffre"
    if !realEntryExists(copy) {
      // By a program of its own: a program started meanwhile by another test would inherit the file while it is open for
      // writing here, and what is open for writing cannot be run.
      let copying = try Tool.named("cp", package: "coreutils").run([Tool.coffre().path, copy])
      guard copying.isSuccess else { throw Tool.Missing(description: "\(copying)") }
    }
    return Tool(path: copy)
  }

  /// Gives all that is in the workshop to another user (root only).
  package func give(to user: String) throws {
    let outcome = try Tool.named("chown", package: "coreutils").run(["-hR", "\(user):", path])
    guard outcome.isSuccess else { throw Tool.Missing(description: "\(outcome)") }
  }

  /// Coffre with `--json`.
  ///
  /// - Returns: its lines by their `type`.
  package func coffreJSON(_ arguments: [String], _ change: (inout ProgramSettings) -> Void = { _ in }) throws
    -> CoffreReport
  {
    CoffreReport(try coffre(Self.inserting(["--json"], in: arguments), change))
  }

  @discardableResult
  package func restic(
    _ restic: ResticProgram, _ arguments: [String], _ change: (inout ProgramSettings) -> Void = { _ in }
  ) throws -> ProgramOutcome {
    try startRestic(restic, arguments, change).wait()
  }

  package func startRestic(
    _ restic: ResticProgram, _ arguments: [String], _ change: (inout ProgramSettings) -> Void = { _ in }
  ) throws -> RunningProgram {
    try restic.program().start(access + ["--no-cache"] + arguments, settings(change))
  }

  /// Puts options before a `--`, behind which a command stands.
  private static func inserting(_ options: [String], in arguments: [String]) -> [String] {
    let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
    var result = arguments
    result.insert(contentsOf: options, at: end)
    return result
  }

  // MARK: Looking

  /// Lock files in the repository, without those that are still being written under another name.
  package var locks: [String] { objects("locks") }
  package var snapshotIDs: [String] { objects("snapshots") }
  package var packs: [String] { realNames(in: "\(repository)/data").flatMap { objects("data/\($0)") } }

  /// Packs that a backup is writing, or that a killed one has left.
  package var unnamedPacks: [String] { realNames(in: "\(repository)/data").filter { $0.contains("-tmp-") } }

  /// Names of the objects in a folder of the repository.
  package func objects(_ folder: String) -> [String] {
    realNames(in: "\(repository)/\(folder)").filter { name in name.count == 64 && name.allSatisfy { $0.isHexDigit } }
  }

  /// What a run left in its journal.
  package var journals: [String] { realNames(in: "\(stateFolder)/journal").map { "\(stateFolder)/journal/\($0)" } }
}

/// What Coffre reported as JSON lines.
package struct CoffreReport: CustomStringConvertible {
  package let outcome: ProgramOutcome
  package let lines: [JSONValue]
  /// Why the output could not be read.
  package let problem: String?

  package init(_ outcome: ProgramOutcome) {
    self.outcome = outcome
    do {
      lines = try JSONValue.lines(outcome.output)
      problem = nil
    } catch {
      lines = []
      problem = "\(error)"
    }
  }

  package var status: Int32 { outcome.status }
  package var description: String { "\(problem ?? "")\(outcome)" }
  package func lines(of type: String) -> [JSONValue] { lines.filter { $0["type"]?.text == type } }
  package var summary: JSONValue? { lines(of: "summary").first }
  package var error: JSONValue? { lines(of: "error").first }
  package func warnings(_ code: String) -> [String] {
    lines(of: "warning").filter { $0["code"]?.text == code }.compactMap { $0["subject"]?.text }
  }
  package var tree: String? { summary?["tree"]?.text }
  package var snapshot: String? { summary?["snapshotId"]?.text }
  package var dataAdded: Int? { summary?["dataAdded"]?.int }
}

extension Workshop {
  /// Absolute paths of all entries of a snapshot, as `snapshot ls` tells them, sorted.
  package func paths(of snapshot: String = "latest") throws -> [String] {
    let report = try coffreJSON(["snapshot", "ls", snapshot])
    guard report.status == 0, report.problem == nil else { throw Tool.Missing(description: "\(report)") }
    return report.lines.compactMap { $0["path"]?.text }.sorted()
  }

  /// The entries of a snapshot by their paths.
  package func nodes(of snapshot: String = "latest") throws -> [String: JSONValue] {
    let report = try coffreJSON(["snapshot", "ls", snapshot])
    guard report.status == 0, report.problem == nil else { throw Tool.Missing(description: "\(report)") }
    return Dictionary(report.lines.compactMap { line in line["path"]?.text.map { ($0, line) } }) { first, _ in first }
  }

  /// Makes folders and files below the workshop: `a/b/` a folder, all else a file that holds its own path.
  package func make(_ paths: [String]) throws { try makeRealEntries(paths, below: path) }
}
