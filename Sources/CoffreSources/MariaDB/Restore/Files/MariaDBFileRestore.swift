import CoffreCore
import CoffreSystem
import MariaDBKit

/// Puts a dump that mariadb-dump or mysqldump wrote on a server: as a new database, or in the place of one whose name was
/// typed. Of a dump of several databases it takes the one that was asked for.
///
/// The file is run statement by statement into a database of a name that nobody knows, which gets its name when the file
/// proved to be whole. What fails before leaves the server as it was.
final class MariaDBFileRestore: DatabaseFileRestore {
  private let settings: DatabaseRestoreSettings
  private let file: DumpFile

  /// - Parameter file: absolute, of statements, compressed or not.
  init(_ settings: DatabaseRestoreSettings, file: PathBytes) throws(SourceError) {
    self.settings = settings
    self.file = try DumpFile(file)
    guard self.file.form != .archive else {
      throw SourceError(
        .failed, "read", file, because: "pg_dump wrote it", advice: "Name a file that mariadb-dump wrote.")
    }
  }

  var size: Int64? { file.size }

  func run(
    cancellation: Cancellation, progress: @escaping @Sendable (Int64) -> Void
  ) throws -> (name: String, notes: [SourceNote]) {
    let target = try MariaDBTarget(settings, cancellation: cancellation)
    let name = settings.targetName ?? RestoreNames.restored(settings.database ?? file.stem, at: settings.now)
    try RestoreGoal.check(name)
    let connection = try target.connect()
    let exists = try MariaDBTarget.asked("ask about", name) { () throws(MariaDBError) in
      try MariaDBTarget.exists(name, on: connection)
    }
    if exists {
      try RestoreGoal.demandConsent(to: name, settings, because: "the database exists")
      try target.makeSafe(name, settings, known: nil)
    }
    let aside = RestoreNames.aside(name)
    var isLost = false
    do throws(SourceError) {
      let (notes, events) = try load(into: aside, like: exists ? name : nil, target, progress)
      return (name, notes + (try swap(aside, events, to: name, replaces: exists, target, isLost: &isLost)))
    } catch {
      let isGone = remove(aside, target)
      guard !isLost else { throw error }
      let outcome: Message =
        isGone
        ? "what the restore had made was removed, and nothing else was changed"
        : "what the restore had made could not be removed: \(aside)"
      throw SourceError(
        error.reason, error.action, error.path, because: "\(error.cause); \(outcome)", advice: error.explanation.advice)
    }
  }

  /// - Returns: what people should know, and the events that are to be made at the end.
  private func load(
    into aside: String, like former: String?, _ target: MariaDBTarget, _ progress: @escaping @Sendable (Int64) -> Void
  ) throws(SourceError) -> ([SourceNote], [StoredObject]) {
    let connection = try target.connect()
    let quoted = MariaDBQuoting.identifier(aside)
    try MariaDBTarget.asked("create", aside) { () throws(MariaDBError) in
      // What a file does not say of the database itself stays as it is.
      let clauses = try former.map { name throws(MariaDBError) in
        let known = try DatabaseDefinitions(
          of: name, facts: target.facts, on: connection, takes: { _ in false }, takesAll: false, takesObjects: false)
        return DatabaseLoading.clauses(
          characterSet: known.characterSet, collation: known.collation, comment: known.comment, for: target.facts)
      }
      try connection.execute(#"CREATE DATABASE \#(quoted) \#(clauses ?? "")"#)
      try connection.execute(#"USE \#(quoted)"#)
    }
    let reader = try file.open(target.cancellation) { () throws(SourceError) in
      throw SourceError(.failed, "read", file.path, because: "pg_dump wrote it")
    }
    let script = DumpScript(
      reader, named: file.path, longest: target.facts.longestStatement, progress: progress)
    var run = DumpRun(script, of: settings.database, on: connection, like: target.facts, target.cancellation)
    try run.run()
    let remark = try script.proveEnd()
    return (run.notes + (remark.map { [$0] } ?? []), run.events)
  }

  private func swap(
    _ aside: String, _ events: [StoredObject], to name: String, replaces: Bool, _ target: MariaDBTarget,
    isLost: inout Bool
  ) throws(SourceError) -> [SourceNote] {
    let connection = try target.connect()
    let loaded = try MariaDBTarget.asked("ask about", name) { () throws(MariaDBError) in
      try DatabaseDefinitions(
        of: aside, facts: target.facts, on: connection, takes: { _ in true }, takesObjects: true
      ).adding(events)
    }
    // They would be lost on the way.
    if let hidden = loaded.hidden.first {
      throw SourceError(
        .noPermission, "bring back", file.path, because: "\(.verbatim(hidden.object)): \(hidden.reason)",
        advice: "Restore as a user who may create databases, and objects that others define.")
    }
    let statements = DefinitionScripts(definitions: loaded, structures: [], values: [:]).routines().statements
    let swap = TableSwap(
      target: target, name: name, loaded: aside,
      kept: replaces ? RestoreNames.before(name, at: settings.now) : nil,
      clauses: DatabaseLoading.clauses(
        characterSet: loaded.characterSet, collation: loaded.collation, comment: loaded.comment, for: target.facts)
    ) { server throws(SourceError) in
      let connection = try server.connect(to: name)
      for statement in statements {
        do throws(MariaDBError) {
          try connection.execute(bytes: statement)
        } catch {
          throw SourceError(
            restoring: error, "run", name, at: .verbatim(DatabaseLoading.title(of: statement)))
        }
      }
      return []
    }
    let made = SourceNote(
      subject: displayed(file.path), message: "made \(counted(loaded.tables.count, "table"))", isGood: true)
    return try swap.run(on: connection, isLost: &isLost) + [made]
  }

  /// - Returns: whether it is gone.
  private func remove(_ aside: String, _ target: MariaDBTarget) -> Bool {
    guard let connection = target.reconnected() else { return false }
    try? target.endSessions(in: [aside], by: connection)
    return (try? connection.execute(#"DROP DATABASE IF EXISTS \#(MariaDBQuoting.identifier(aside))"#)) != nil
  }
}
