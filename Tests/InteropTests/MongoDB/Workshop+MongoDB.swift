import CoffreTestKit
import Testing

/// What the tests of MongoDB ask of the built program.
extension Workshop {
  static let mongoName = "db-27017"

  /// Coffre with the password of a user, by a file.
  func coffre(
    _ arguments: [String], for server: MongoServer, as login: MongoLogin = .superuser,
    _ change: (inout ProgramSettings) -> Void = { _ in }
  ) throws -> CoffreReport {
    try coffreJSON(arguments) {
      try? prepare(&$0, login)
      change(&$0)
    }
  }

  func start(_ arguments: [String], for server: MongoServer, as login: MongoLogin = .superuser) throws -> RunningProgram
  {
    try startCoffre(arguments + ["--json"]) { try? prepare(&$0, login) }
  }

  private func prepare(_ settings: inout ProgramSettings, _ login: MongoLogin) throws {
    let file = "\(path)/password-of-\(login.user)"
    try writeRealFile(file, login.password + "\n", mode: 0o600)
    settings.environment["COFFRE_SOURCE_PASSWORD_FILE"] = file
    settings.timeLimit = 600
  }

  /// Backs up a database, or the whole server.
  ///
  /// - Returns: the report of a run that ended well.
  func backUp(_ database: String?, of server: MongoServer, _ options: [String] = []) throws -> CoffreReport {
    let report = try coffre(["backup", server.url(database), "--name", Self.mongoName] + options, for: server)
    try #require(report.status == 0, "\(report)")
    return report
  }

  /// Restores a snapshot into a database.
  func restore(
    _ snapshot: String, to database: String?, of server: MongoServer, _ options: [String] = []
  ) throws -> CoffreReport {
    try coffre(["restore", snapshot, "--to", server.url(database)] + options, for: server)
  }

  func mongoManifest(of snapshot: String) throws -> JSONValue {
    let outcome = try coffre(["snapshot", "dump", "\(snapshot):/@mongodb/\(Self.mongoName)/manifest.json"])
    try #require(outcome.isSuccess, "\(outcome)")
    return try JSONValue(outcome.output)
  }
}

/// Fails the test unless the server says the same of both databases.
func expectEqual(
  _ copy: [String: String], _ original: [String: String], but ignored: Set<String> = [],
  location: SourceLocation = #_sourceLocation
) {
  for key in Set(copy.keys).union(original.keys).sorted() where !ignored.contains(key) {
    #expect(copy[key] == original[key], "\(key)", sourceLocation: location)
  }
}
