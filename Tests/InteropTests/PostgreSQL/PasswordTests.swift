import CoffreTestKit
import Testing

/// Nobody but the server and its own tools gets to see a password.
@Suite("Passwords of PostgreSQL", .timeLimit(.minutes(10)))
struct PasswordTests {
  private let workshop: Workshop
  private let server: PostgresServer
  /// Where programs put what they throw away.
  private let temporary: String
  /// Where Coffre finds the server's programs in these tests; see `makeSlowPrograms`.
  private let programs: String

  init() throws {
    workshop = try Workshop()
    server = try PostgresServer.shared()
    temporary = "\(workshop.path)/temporary"
    try makeRealFolder(temporary)
    programs = "\(workshop.path)/programs"
    try Self.makeSlowPrograms(in: programs)
    try writeRealFile("\(workshop.path)/source-password", PostgresServer.password + "\n", mode: 0o600)
  }

  private static let passwords = [PostgresServer.password, Workshop.password]

  /// Makes scripts with the names of PostgreSQL's programs that wait a little before they become these.
  ///
  /// They show their arguments and their environment as the programs do, and long enough for a busy machine to look at
  /// them: `pg_dumpall` alone is gone in a few hundredths of a second.
  ///
  /// Another program writes them: a process that another test starts meanwhile would inherit a file that is open for
  /// writing here, and what is open for writing cannot be run.
  private static func makeSlowPrograms(in folder: String) throws {
    let installed = try PostgresInstallation.newest().programs
    let script = """
      mkdir "$1" && for program in pg_dump pg_dumpall pg_restore; do
        printf '#!/bin/sh\\nsleep 0.4\\nexec "%s/%s" "$@"\\n' "$2" "$program" >"$1/$program" &&
          chmod 755 "$1/$program" || exit 1
      done
      """
    let making = try Tool.named("sh", package: "dash").run(["-c", script, "sh", folder, installed])
    try #require(making.isSuccess, "\(making)")
  }

  /// Runs Coffre with everything that it may say, and looks at all processes of the machine meanwhile.
  ///
  /// - Parameter givesPassword: sets the variables that hand the server's password over.
  private func watched(_ arguments: [String], givesPassword: (inout [String: String]) -> Void) throws
    -> (outcome: ProgramOutcome, watch: ProcessWatch)
  {
    var watch = ProcessWatch(secrets: Self.passwords)
    let program = try workshop.startCoffre(arguments + ["--verbose", "--verbose"]) { settings in
      settings.environment["TMPDIR"] = temporary
      settings.environment["COFFRE_PG_BINDIR"] = programs
      givesPassword(&settings.environment)
    }
    while !program.hasEnded {
      watch.look(at: program.processID)
      pause(seconds: 0.1)
    }
    return (try program.wait(), watch)
  }

  /// Fails the test if anything that the workshop holds in clear text tells a secret.
  private func expectNothingTold(_ outcomes: [ProgramOutcome], location: SourceLocation = #_sourceLocation) throws {
    for outcome in outcomes {
      for secret in PostgresFixture.secrets + [Workshop.password] {
        #expect(!"\(outcome.output)\(outcome.errors)".contains(secret), "\(outcome)", sourceLocation: location)
      }
    }
    #expect(!workshop.journals.isEmpty, sourceLocation: location)
    for folder in [workshop.stateFolder, "\(workshop.path)/cache", workshop.repository] where realEntryExists(folder) {
      for secret in PostgresFixture.secrets + [Workshop.password] {
        let found = try Tool.named("grep", package: "grep").run(["-rlaF", "-e", secret, folder])
        #expect(found.status == 1, "'\(secret)' in \(found)", sourceLocation: location)
      }
    }
    #expect(realNames(in: temporary) == [], "left over", sourceLocation: location)
  }

  @Test(arguments: ["file", "variable"])
  func `no process shows one, and no output, journal or file`(_ way: String) throws {
    let database = try PostgresFixture.makeEverything(in: server)
    defer { try? server.dropDatabase(database) }
    let file = "\(workshop.path)/source-password"
    let give: (inout [String: String]) -> Void = { variables in
      if way == "file" {
        variables["COFFRE_SOURCE_PASSWORD_FILE"] = file
      } else {
        variables["PGPASSWORD"] = PostgresServer.password
      }
    }
    let copy = "again_\(database)"
    defer { try? server.dropDatabase(copy) }
    let url = server.url(database)
    var outcomes: [ProgramOutcome] = []
    var tools: Set<String> = []
    for arguments in [
      ["source", "test", url], ["backup", url, "--name", Workshop.serverName],
      ["restore", "latest", "--to", server.url(copy)],
      ["restore", "latest", "--to", server.url(copy), "--table", "shop.unlogged=shop.unlogged_again"],
      ["restore", "latest", "--to", server.url(copy), "--confirm", copy],
      ["source", "dump", url, "-o", "\(workshop.path)/whole.dump"],
    ] {
      let (outcome, watch) = try watched(arguments, givesPassword: give)
      #expect(outcome.isSuccess, "\(outcome)")
      #expect(watch.arguments == [], "\(arguments)")
      // The variable came from the user; a file's content goes to the tools in a file.
      #expect(watch.strangers == [], "\(arguments)")
      if way == "file" { #expect(watch.environments == [], "\(arguments)") }
      tools.formUnion(watch.programs)
      outcomes.append(outcome)
    }
    // It did look at the tools.
    #expect(tools.contains("pg_dump") && tools.contains("pg_dumpall"), "\(tools)")
    try expectNothingTold(outcomes)
    try expectSnapshot(of: database)
  }

  /// What is in the repository, in clear text: the manifest tells nothing, and of secrets that stand in the database's own
  /// objects only the scripts that make these objects tell.
  private func expectSnapshot(of database: String) throws {
    let folder = "\(workshop.path)/restored"
    // The safety backup of the copy is a snapshot, too.
    let path = "\(Workshop.databasesFolder)/\(database)"
    let restore = try workshop.coffre(["restore", "latest", "--path", path, "--to", folder])
    try #require(
      restore.isSuccess && realEntryExists("\(folder)\(Workshop.databasesFolder)/manifest.json"), "\(restore)")
    let expected = [
      "mapping-secret-93c2": ["\(database)/pre-data.sql"], "subscription-secret-77ab": ["\(database)/post-data.sql"],
    ]
    for secret in PostgresFixture.secrets + [Workshop.password] {
      let found = try Tool.named("grep", package: "grep").run(["-rlaF", "-e", secret, folder])
      let paths = found.output.split(separator: "\n").map {
        String($0.dropFirst("\(folder)\(Workshop.databasesFolder)/".count))
      }
      #expect(found.status <= 1 && paths == expected[secret] ?? [], "'\(secret)' in \(found)")
    }
  }

  @Test func `the command that gives the repository's password does not see the server's`() throws {
    let bank = try PostgresBank(in: server)
    defer { try? server.dropDatabase(bank.database) }
    let script = "\(workshop.path)/give"
    try writeRealFile(
      script, "#!/bin/sh\nenv >\(workshop.path)/seen\nprintf '%s\\n' '\(Workshop.password)'\n", mode: 0o755)
    let outcome = try Tool.coffre().run(
      ["backup", server.url(bank.database), "-r", workshop.repository, "--password-command", script],
      workshop.settings {
        $0.environment["COFFRE_SOURCE_PASSWORD_FILE"] = "\(workshop.path)/source-password"
        $0.environment["TMPDIR"] = temporary
      })
    #expect(outcome.isSuccess, "\(outcome)")
    let seen = String(decoding: try readRealFile("\(workshop.path)/seen"), as: UTF8.self)
    #expect(seen.contains("PATH=") && !seen.contains(PostgresServer.password), "\(seen)")
  }

  @Test func `errors name no password`() throws {
    let database = try server.createDatabase("errors")
    defer { try? server.dropDatabase(database) }
    let guess = "guessed-0e41"
    var outcomes: [ProgramOutcome] = []
    let unknown = PostgresServer.password
    for (url, password) in [
      (server.url(database), guess), (server.url("nowhere"), unknown),
      (server.url(database) + "?sslmode=require", unknown), (server.url(database) + "?nonsense=1", unknown),
      ("postgresql://coffre@127.0.0.1:1/x", unknown), ("postgresql://coffre@nowhere.invalid/x", unknown),
    ] {
      for arguments in [
        ["backup", url], ["source", "test", url], ["source", "dump", url, "-o", "\(temporary)/x.sql"],
      ] {
        let (outcome, watch) = try watched(arguments) { $0["PGPASSWORD"] = password }
        #expect(!outcome.isSuccess, "\(outcome)")
        #expect(watch.arguments == [])
        #expect(!"\(outcome.output)\(outcome.errors)".contains(guess), "\(outcome)")
        outcomes.append(outcome)
      }
    }
    try expectNothingTold(outcomes)
  }

  @Test(arguments: ["postgresql://coffre:0pen-sesame@127.0.0.1/x", "postgresql://127.0.0.1/x?password=0pen-sesame"])
  func `one in the address is refused, and not repeated`(_ url: String) throws {
    for arguments in [["backup", url], ["source", "test", url], ["restore", "latest", "--to", url]] {
      let outcome = try workshop.coffre(arguments)
      #expect(outcome.status == 2, "\(outcome.status) \(outcome.errors)")
      #expect(!"\(outcome.output)\(outcome.errors)".contains("0pen-sesame"), "\(outcome.errors)")
    }
    for folder in [workshop.stateFolder, workshop.repository] where realEntryExists(folder) {
      let found = try Tool.named("grep", package: "grep").run(["-rlaF", "-e", "0pen-sesame", folder])
      #expect(found.status == 1, "\(found)")
    }
  }
}
