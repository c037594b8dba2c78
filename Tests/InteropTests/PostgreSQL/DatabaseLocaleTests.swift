import CoffreTestKit
import Testing

/// A database whose words are ordered by ICU comes back as one, not as one of the system's locale.
@Suite("PostgreSQL databases ordered by ICU", .timeLimit(.minutes(10)))
struct DatabaseLocaleTests {
  private let workshop: Workshop
  private let server: PostgresServer

  init() throws {
    workshop = try Workshop()
    server = try PostgresServer.shared()
  }

  private func makeFrench(_ name: String) throws -> String {
    let database = "\(name)_\(workshop.path.split(separator: "-").last ?? "")"
    try server.run(
      """
      CREATE DATABASE \(PostgresServer.identifier(database)) TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu
        ICU_LOCALE 'fr-CA-u-kn-true' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'
      """)
    try server.run(
      "CREATE TABLE words (w text PRIMARY KEY); INSERT INTO words VALUES ('z2'), ('z10'), ('cote'), ('côte'), ('coté'), ('Z')",
      database)
    return database
  }

  /// Which columns there are differs from version to version.
  private func locale(of database: String) throws -> String {
    try server.run(
      """
      SELECT datcollate, datctype, datlocprovider, coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'),
        to_jsonb(d) ->> 'daticurules', datcollversion FROM pg_database d WHERE datname = current_database();
      SELECT string_agg(w, ' ' ORDER BY w) FROM words;
      """, database)
  }

  @Test func `beside the old one, in its place, and without Coffre`() throws {
    let database = try makeFrench("french")
    let copy = "again_\(database)"
    let byHand = "by_hand_\(database)"
    defer {
      let ours = (try? server.databases())?.filter { $0.contains(database) } ?? []
      for name in ours { try? server.dropDatabase(name) }
    }
    let expected = try locale(of: database)
    // Numbers by their value and accents from the end: neither is so in any locale of the tests' own.
    #expect(expected.contains("|i|fr-CA-u-kn") && expected.hasSuffix("\ncote côte coté Z z2 z10"), "\(expected)")

    let snapshot = try #require(try workshop.backUp(database, of: server).snapshot)
    let script = try workshop.file("\(database)/restore.sql").output
    for (target, options) in [(copy, []), (copy, ["--confirm", copy])] {
      let restore = try workshop.restore(snapshot, to: target, of: server, options)
      #expect(restore.status == 0, "\(restore)")
      #expect(try locale(of: copy) == expected)
    }

    // The command that the script tells, as somebody would type it.
    let line = try #require(script.split(separator: "\n").first { $0.hasPrefix("--   createdb ") })
    var settings = ProgramSettings()
    settings.environment = server.toolEnvironment(for: "postgres")
    let command = "\(server.installation.programs)/\(line.dropFirst(5).dropLast(3))\(byHand)"
    let making = try Tool.named("sh", package: "dash").run(["-c", command], settings)
    #expect(making.isSuccess, "\(making)")
    let folder = "\(workshop.path)/restored"
    let restore = try workshop.coffre(["restore", snapshot, "--to", folder])
    #expect(restore.isSuccess, "\(restore)")
    try server.psqlFile("restore.sql", byHand, in: "\(folder)\(Workshop.databasesFolder)/\(database)")
    #expect(try locale(of: byHand) == expected)
  }
}
