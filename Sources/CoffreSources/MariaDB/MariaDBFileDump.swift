import CoffreCore
import CoffreSystem
import MariaDBKit

/// The vendor's classic dump: all of a database, or of a server, in one file of statements.
final class MariaDBFileDump: DatabaseFileDump {
  private let settings: DatabaseSettings

  init(_ settings: DatabaseSettings) { self.settings = settings }

  private var subject: PathBytes { Array(settings.location.text.utf8) }

  func open(cancellation: Cancellation, said: @escaping @Sendable (String) -> Void) throws -> any ByteReader {
    let opener = MariaDBOpener(settings, cancellation: cancellation)
    let facts: MariaDBFacts
    do throws(MariaDBError) {
      facts = try MariaDBFacts(on: try opener.connect())
    } catch {
      throw SourceError(error, "write a dump of", subject)
    }
    let installed = try settings.tools ?? InstalledTools.find(.mariadb, cancellation: cancellation)
    // One that is older than the server may not know all of it; MySQL counts otherwise.
    let tools = try installed.choose(forMajor: facts.version.isMariaDB ? facts.version.number / 10_000 : 0)
    let client = try MariaDBClient(tools, settings.location, on: opener.server, password: settings.password)
    var arguments = [
      #"--single-transaction"#, #"--routines"#, #"--events"#, #"--triggers"#, #"--hex-blob"#,
      #"--default-character-set=utf8mb4"#,
    ]
    if facts.version.insertsHistory { arguments.append(#"--dump-history"#) }
    arguments += settings.location.database.map { ["--", $0] } ?? [#"--all-databases"#]
    return ToolReader(
      try client.start("mariadb-dump", arguments), tool: "mariadb-dump", subject: subject,
      marks: ToolReader.Marks(first: "-- ", last: "-- Dump completed"),  // not for people
      cancellation: cancellation
    ) { [client] errors throws(SourceError) in
      // The file with the password is there as long as the tool may read it.
      _ = client
      if !errors.isEmpty { said(lastLines(of: errors)) }
    }
  }

  /// Its last line was seen: there is no tool that would say more.
  func prove(_ file: PathBytes, cancellation: Cancellation) throws {}
}
