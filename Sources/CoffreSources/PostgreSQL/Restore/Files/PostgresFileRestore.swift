package import CoffreCore
import CoffreSystem
import PostgresKit

/// Puts a dump that a vendor's tool wrote, by Coffre's hand or not, on a server: as a new database, or in the place of one
/// whose name was typed.
///
/// The file is run statement by statement into a database of a name that nobody knows, which gets its name when the file
/// proved to be whole. What fails before leaves the server as it was.
package final class PostgresFileRestore: DatabaseFileRestore {
  private let settings: DatabaseRestoreSettings
  private let file: DumpFile

  /// - Parameter settings: those that concern a choice within a snapshot are not looked at.
  package init(_ settings: DatabaseRestoreSettings, file: DumpFile) {
    self.settings = settings
    self.file = file
  }

  package var size: Int64? { file.size }

  package func run(
    cancellation: Cancellation, progress: @escaping @Sendable (Int64) -> Void
  ) throws(SourceError) -> (name: String, notes: [SourceNote]) {
    let server = try RestoreServer(settings, cancellation: cancellation)
    let name = settings.targetName ?? RestoreNames.restored(file.stem, at: settings.now)
    let replacement = DatabaseReplacement(name: name, settings: settings, server: server)
    let replaces = try replacement.isNeeded()
    if replaces { try replacement.makeSafe(demandingThat: true) }
    let aside = RestoreNames.aside(name)
    var made = MadeDatabases(on: server)
    do throws(SourceError) {
      made.note(aside)
      try Self.create(aside, on: try server.maintain(outside: [name]))
      let notes = try load(into: aside, on: server, progress)
      let step = DatabaseSwap.Step(
        loaded: aside, name: name, replaced: replaces ? RestoreNames.before(name, at: settings.now) : nil)
      return (name, notes + (try made.finish([step], disconnecting: settings.disconnects)))
    } catch {
      throw made.undone(after: error)
    }
  }

  private static func create(_ name: String, on connection: PostgresConnection) throws(SourceError) {
    do throws(PostgresError) {
      // Whatever characters the file is written in: the server turns them into these.
      try connection.execute(
        "CREATE DATABASE \(try quotedIdentifier(name)) WITH TEMPLATE template0 ENCODING 'UTF8'")  // not for people
    } catch {
      throw SourceError(restoring: error, "create", name)
    }
  }

  private func load(
    into name: String, on server: RestoreServer, _ progress: @escaping @Sendable (Int64) -> Void
  ) throws(SourceError) -> [SourceNote] {
    let connection = try server.connectAsPsql(to: name)
    let reader = try file.open(server.cancellation) { () throws(SourceError) in
      try tools(for: connection.serverVersion / 10_000, server.cancellation)
    }
    let script = DumpFileScript(reader, named: file.path, progress: progress)
    var run = try DumpFileRun(script, on: connection, server.cancellation)
    try run.run()
    let remark = try script.proveEnd()
    return try run.notes + (remark.map { [$0] } ?? []) + gatherStatistics(of: name, in: name, on: server)
  }

  private func tools(for major: Int, _ cancellation: Cancellation) throws(SourceError) -> VendorTools {
    do throws(VendorToolError) {
      if let installed = settings.tools { return try installed.choose(forMajor: major) }
      let installed = try InstalledTools.find(.postgresql, cancellation: cancellation)
      return try installed.choose(forMajor: major)
    } catch {
      throw SourceError(
        .toolMissing, "start the program that reads", file.path, because: error.explanation.problem,
        advice: error.explanation.advice)
    }
  }
}
