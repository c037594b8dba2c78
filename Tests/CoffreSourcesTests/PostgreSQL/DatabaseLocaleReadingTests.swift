import PostgresKit
import Testing

@testable import CoffreSources

/// From a server's answer to the command that makes the same database again, for versions that were not at hand.
@Suite("Locales of PostgreSQL's databases from 15 to 18")
struct DatabaseLocaleReadingTests {
  private func databases(_ version: Int, _ answer: String) throws -> [String: PostgresDatabase] {
    let found = try PostgresDatabase.all(on: RecordedServer(version: version * 10_000 + 1, ["databases": answer]))
    return Dictionary(uniqueKeysWithValues: found.readable.map { ($0.name, $0) })
  }

  /// The words about the locale in the command that makes it on a server.
  private func command(_ database: PostgresDatabase?, on version: Int) throws -> String {
    let creation = DatabaseCreation(
      properties: DatabaseManifest.Database.properties(of: try #require(database)), majorVersion: version,
      tablespaces: ["pg_default"])
    let command = try creation.command(for: "n")
    let start = #"CREATE DATABASE "n" WITH TEMPLATE template0 ENCODING 'UTF8' "#
    #expect(command.hasPrefix(start))
    return String(command.dropFirst(start.count))
  }

  /// The same for the command that `restore.sql` tells.
  private func createdb(_ database: PostgresDatabase?, from version: Int) throws -> String {
    let database = try #require(database)
    let script = RestoreScript(
      database: "d", instant: "now", encoding: "UTF8", locale: database.locale, majorVersion: version, commands: [],
      rows: [], hasLargeObjects: false, hasRows: false, hasSchema: false)
    let lines = try script.text().split(separator: "\n")
    let start = "--   createdb --template=template0 --encoding=UTF8 "
    let line = try #require(lines.first { $0.hasPrefix(start) })
    return String(line.dropFirst(start.count).dropLast(" NEW".count))
  }

  @Test func `of 15`() throws {
    let all = try databases(15, RecordedCatalog.databases)
    let icu = "LOCALE_PROVIDER icu LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8' ICU_LOCALE 'fr-FR'"
    for version in [15, 16, 17, 18] { #expect(try command(all["icu"], on: version) == icu) }
    #expect(try command(all["postgres"], on: 14) == "LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'")
    #expect(try command(all["postgres"], on: 17) == "LOCALE_PROVIDER libc LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'")
  }

  @Test func `of 16, with rules, which older servers do not have`() throws {
    let all = try databases(16, RecordedCatalog.databasesOf16)
    let ruled =
      "LOCALE_PROVIDER icu LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8' ICU_LOCALE 'de-AT' ICU_RULES '&a < ''b c'''"
    for version in [16, 17, 18] { #expect(try command(all["ruled"], on: version) == ruled) }
    #expect(throws: PostgresError.self) { try command(all["ruled"], on: 15) }
    #expect(
      try command(all["plain"], on: 15)
        == "LOCALE_PROVIDER icu LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8' ICU_LOCALE 'und'")
    #expect(try command(all["system"], on: 13) == "LC_COLLATE 'fr_FR.UTF-8' LC_CTYPE 'C'")
    #expect(
      try createdb(all["ruled"], from: 16)
        == #"--locale-provider=icu --lc-collate=C.UTF-8 --lc-ctype=C.UTF-8 --icu-locale=de-AT "#
        + #"--icu-rules='&a < '\''b c'\'''"#)
  }

  @Test func `of 17 and 18, with the server's own provider, which older servers do not have`() throws {
    let all = try databases(17, RecordedCatalog.databasesOf17)
    let built = "LOCALE_PROVIDER builtin LC_COLLATE 'C' LC_CTYPE 'C.UTF-8' BUILTIN_LOCALE 'C.UTF-8'"
    for version in [17, 18] { #expect(try command(all["built"], on: version) == built) }
    for version in [14, 15, 16] {
      let error = #expect(throws: PostgresError.self) { try command(all["built"], on: version) }
      #expect(error?.text.contains("PostgreSQL \(version) does not know") == true && error?.advice != nil)
    }
    #expect(
      try createdb(all["built"], from: 17)
        == "--locale-provider=builtin --lc-collate=C --lc-ctype=C.UTF-8 --builtin-locale=C.UTF-8")
    #expect(
      try command(all["french"], on: 15)
        == "LOCALE_PROVIDER icu LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8' ICU_LOCALE 'fr-FR'")
    let fast = try databases(18, RecordedCatalog.databasesOf18)["fast"]
    #expect(
      try command(fast, on: 18)
        == "LOCALE_PROVIDER builtin LC_COLLATE 'C' LC_CTYPE 'C' BUILTIN_LOCALE 'PG_UNICODE_FAST'")
  }
}
