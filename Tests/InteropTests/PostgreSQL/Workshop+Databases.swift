import CoffreTestKit
import Testing

/// What the tests of databases ask of the built program.
extension Workshop {
  /// What the server is called in all snapshots of these tests.
  static let serverName = "db-5432"
  static let databasesFolder = "/@postgresql/\(serverName)"

  /// Coffre with the password of the server's superuser.
  func coffre(_ arguments: [String], for server: PostgresServer, as login: PostgresLogin = .superuser) throws
    -> CoffreReport
  {
    try coffreJSON(arguments) { settings in
      settings.environment["PGPASSWORD"] = login.password
      settings.timeLimit = 300
    }
  }

  /// Backs up a database, or the whole server.
  ///
  /// - Returns: the report of a run that ended well.
  func backUp(_ database: String?, of server: PostgresServer, _ options: [String] = []) throws -> CoffreReport {
    let report = try coffre(["backup", server.url(database), "--name", Self.serverName] + options, for: server)
    try #require(report.status == 0, "\(report)\n\(server.log.suffix(2000))")
    return report
  }

  /// Restores a snapshot into a database.
  func restore(
    _ snapshot: String, to database: String?, of server: PostgresServer, _ options: [String] = []
  ) throws -> CoffreReport {
    try coffre(["restore", snapshot, "--to", server.url(database)] + options, for: server)
  }

  /// One file of a database's backup.
  func file(
    _ path: String, of snapshot: String = "latest", server: String = serverName
  ) throws -> ProgramOutcome {
    let outcome = try coffre(["snapshot", "dump", "\(snapshot):/@postgresql/\(server)/\(path)"])
    try #require(outcome.isSuccess, "\(outcome)")
    return outcome
  }

  func manifest(of snapshot: String = "latest", server: String = serverName) throws -> JSONValue {
    try JSONValue(file("manifest.json", of: snapshot, server: server).output)
  }

  /// How many bytes the repository holds.
  var storedBytes: Int {
    get throws {
      let outcome = try Tool.named("find", package: "findutils").run([repository, "-type", "f", "-printf", "%s\n"])
      try #require(outcome.isSuccess, "\(outcome)")
      return outcome.output.split(separator: "\n").compactMap { Int($0) }.reduce(0, +)
    }
  }
}

/// Fails the test unless what `pg_dump` says of both databases is the same.
func expectEqualDatabases(
  _ copy: String, of server: PostgresServer, and original: PostgresDump, _ arguments: [String] = [],
  location: SourceLocation = #_sourceLocation
) throws {
  let difference = try server.dump(copy, arguments).difference(from: original)
  #expect(difference == nil, "\(difference ?? "")", sourceLocation: location)
}
