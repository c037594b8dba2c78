import CoffreTestKit
import Glibc
import Testing

/// Whole programs against a real REST server, which dies, hangs and refuses.
@Suite("Repositories on REST servers", .timeLimit(.minutes(10)))
struct RestTests {
  /// A workshop whose repository lies on a server.
  private func makeWorkshop(_ server: RestServer, _ variables: [String: String] = [:]) throws -> Workshop {
    let workshop = try Workshop(
      at: server.location(), environment: server.environment.merging(variables) { _, new in new })
    let made = try workshop.coffre(["repo", "init"])
    try #require(made.isSuccess, "\(made)")
    return workshop
  }

  /// restic 0.14 takes the password from the address only.
  private func restic(_ restic: ResticProgram, _ arguments: [String], _ server: RestServer, _ workshop: Workshop) throws
    -> ProgramOutcome
  {
    let access = ["-r", server.locationWithPassword(), "-p", workshop.passwordFile, "--no-cache"]
    let trust = server.options.certificate.map { ["--cacert", $0.certificate] } ?? []
    return try restic.program().run(access + trust + arguments, workshop.settings())
  }

  private func objects(_ server: RestServer, _ kind: String) -> [String] {
    let folder = "\(server.folder())/\(kind)"
    return kind == "data" ? realNames(in: folder).flatMap { realNames(in: "\(folder)/\($0)") } : realNames(in: folder)
  }

  // MARK: Together with restic

  @Test(arguments: Tool.restics)
  func `coffre and restic share a repository over an encrypted connection`(_ program: ResticProgram) throws {
    let folder = try WorkFolder()
    var options = RestServer.Options()
    options.certificate = try TestCertificate(in: folder.path)
    let server = try RestServer(options)
    let workshop = try makeWorkshop(server, ["COFFRE_CACERT": try #require(options.certificate).certificate])
    let tree = "\(workshop.path)/tree"
    try makeSeededFiles(6, in: tree, size: 3_000_000)
    try writeRealFile("\(tree)/small", "small")
    _ = try workshop.coffreBackup(["tree"], in: workshop.path)
    let byRestic = try restic(program, ["backup", tree], server, workshop)
    #expect(byRestic.isSuccess, "\(byRestic)")
    let judge = try restic(program, ["check", "--read-data"], server, workshop)
    #expect(judge.isSuccess && judge.output.contains("no errors were found"), "\(judge)")
    try workshop.expectCoffreFindsNoErrors()
    let target = "\(workshop.path)/by-restic"
    #expect(try restic(program, ["restore", "latest", "--target", target], server, workshop).isSuccess)
    try expectEqualTrees(tree, target + tree)
    let restore = try workshop.coffreJSON(["restore", "latest", "--to", "\(workshop.path)/by-coffre"])
    #expect(restore.status == 0, "\(restore)")
    try expectEqualTrees(tree, "\(workshop.path)/by-coffre" + tree)
    #expect(objects(server, "locks").isEmpty)
  }

  /// Index files are compressed a megabyte at a time, in frames one behind the other, which restic never writes. Far away
  /// one is written every five minutes, so that this one is whole.
  @Test(arguments: Tool.restics)
  func `an index file of several parts is read by restic`(_ program: ResticProgram) throws {
    let server = try RestServer()
    let workshop = try makeWorkshop(server)
    try makeSeededFiles(20_000, in: "\(workshop.path)/tree", size: 24)
    let made = try workshop.coffreBackup(["tree"], in: workshop.path)
    #expect(made.status == 0, "\(made)")
    let sizes = try objects(server, "index").map { name in
      let shown = try restic(program, ["cat", "index", name], server, workshop)
      #expect(shown.isSuccess, "\(shown.errors)")
      return shown.output.utf8.count
    }
    try #require(sizes.contains { $0 > 2 << 20 }, "no index file has several parts: \(sizes)")
    let listed = try restic(program, ["list", "blobs"], server, workshop)
    #expect(listed.isSuccess && listed.output.split(separator: "\n").count >= 20_001, "\(listed.errors)")
    let judge = try restic(program, ["check", "--read-data"], server, workshop)
    #expect(judge.isSuccess && judge.output.contains("no errors were found"), "\(judge)")
  }

  @Test(arguments: Tool.restics)
  func `a repository that restic made is used`(_ program: ResticProgram) throws {
    let server = try RestServer()
    let workshop = try Workshop(at: server.location(), environment: server.environment)
    let made = try restic(program, ["init"], server, workshop)
    try #require(made.isSuccess, "\(made)")
    let again = try workshop.coffre(["repo", "init"])
    #expect(again.status == 1 && again.errors.contains("holds a repository already"), "\(again)")
    try makeSeededFiles(2, in: "\(workshop.path)/tree", size: 3_000_000)
    _ = try workshop.coffreBackup(["tree"], in: workshop.path)
    let judge = try restic(program, ["check", "--read-data"], server, workshop)
    #expect(judge.isSuccess, "\(judge)")
  }

  // MARK: Servers that go away

  @Test(arguments: Tool.restics)
  func `a server killed in the middle breaks nothing`(_ program: ResticProgram) throws {
    let server = try RestServer()
    let workshop = try makeWorkshop(server)
    let tree = "\(workshop.path)/tree"
    try makeSeededFiles(30, in: tree, size: 3_000_000)
    let backup = try workshop.startCoffre(["backup", "tree", "--retry-store", "0s", "--limit-upload", "20000"]) {
      $0.directory = workshop.path
    }
    #expect(backup.waitUntil { objects(server, "data").count >= 2 }, "\(backup.errorsSoFar)")
    server.kill()
    let outcome = try backup.wait()
    #expect(outcome.status == 13, "\(outcome)")
    #expect(outcome.errors.contains("error: cannot ") && outcome.errors.contains("do: "), "\(outcome)")
    try server.start()
    try workshop.expectCoffreFindsNoErrorsButHints()
    #expect(objects(server, "snapshots").isEmpty)
    let next = try workshop.coffreBackup(["tree"], in: workshop.path)
    #expect(next.status == 0)
    try workshop.expectCoffreFindsNoErrorsButHints()
    let judge = try restic(program, ["check", "--read-data"], server, workshop)
    #expect(judge.isSuccess, "\(judge)")
    let restore = try workshop.coffreJSON(["restore", "latest", "--to", "\(workshop.path)/restored"])
    #expect(restore.status == 0, "\(restore)")
    try expectEqualTrees(tree, "\(workshop.path)/restored/tree")
  }

  @Test(arguments: Tool.restics)
  func `a server that is restarted meanwhile costs time only`(_ program: ResticProgram) throws {
    let server = try RestServer()
    let workshop = try makeWorkshop(server)
    let tree = "\(workshop.path)/tree"
    try makeSeededFiles(30, in: tree, size: 3_000_000)
    let backup = try workshop.startCoffre(["backup", "tree", "--json", "--limit-upload", "20000"]) {
      $0.directory = workshop.path
    }
    #expect(backup.waitUntil { objects(server, "data").count >= 2 }, "\(backup.errorsSoFar)")
    server.kill()
    pause(seconds: 2)
    try server.start()
    let outcome = try backup.wait()
    #expect(outcome.isSuccess, "\(outcome)")
    #expect(objects(server, "snapshots").count == 1 && objects(server, "locks").isEmpty)
    try workshop.expectCoffreFindsNoErrors()
    let judge = try restic(program, ["check", "--read-data"], server, workshop)
    #expect(judge.isSuccess && judge.output.contains("no errors were found"), "\(judge)")
  }

  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
  func `a signal ends a backup whose server hangs`(_ signal: Int32, _ status: Int32) throws {
    let server = try RestServer()
    let workshop = try makeWorkshop(server)
    try makeSeededFiles(30, in: "\(workshop.path)/tree", size: 3_000_000)
    let backup = try workshop.startCoffre(["backup", "tree", "--limit-upload", "20000"]) {
      $0.directory = workshop.path
    }
    #expect(backup.waitUntil { objects(server, "data").count >= 2 }, "\(backup.errorsSoFar)")
    server.freeze()
    pause(seconds: 1)
    let start = ContinuousClock.now
    backup.signal(signal)
    let outcome = try backup.wait()
    #expect(outcome.status == status, "\(outcome)")
    #expect(ContinuousClock.now - start < .seconds(40), "\(outcome)")
    server.thaw()
    try workshop.expectCoffreFindsNoErrorsButHints()
  }

  @Test func `a signal ends a backup cleanly where the server is well`() throws {
    let server = try RestServer()
    let workshop = try makeWorkshop(server)
    try makeSeededFiles(30, in: "\(workshop.path)/tree", size: 3_000_000)
    let backup = try workshop.startCoffre(["backup", "tree", "--limit-upload", "20000"]) {
      $0.directory = workshop.path
    }
    #expect(backup.waitUntil { objects(server, "data").count >= 2 }, "\(backup.errorsSoFar)")
    backup.signal(SIGINT)
    let outcome = try backup.wait()
    #expect(outcome.status == 130, "\(outcome)")
    #expect(objects(server, "locks").isEmpty && objects(server, "snapshots").isEmpty)
    // What was stored is named by an index, and found by the next run.
    let check = try workshop.coffreJSON(["repo", "check"])
    #expect(check.status == 0 && check.lines(of: "warning").isEmpty, "\(check)")
    let next = try workshop.coffreBackup(["tree"], in: workshop.path)
    #expect(try #require(next.dataAdded) < 30 * 3_000_000 - 16_000_000)
  }

  @Test func `a signal ends a question to a server that hangs`() throws {
    let server = try RestServer()
    let workshop = try makeWorkshop(server)
    server.freeze()
    let list = try workshop.startCoffre(["snapshot", "list"])
    pause(seconds: 1)
    list.signal(SIGTERM)
    let outcome = try list.wait()
    #expect(outcome.status == 143 && outcome.seconds < 40, "\(outcome)")
    server.thaw()
  }

  // MARK: Refusals

  @Test func `what goes wrong at the door has its own code and advice`() throws {
    let folder = try WorkFolder()
    var options = RestServer.Options()
    options.certificate = try TestCertificate(in: folder.path)
    let certificate = try #require(options.certificate)
    let server = try RestServer(options)
    let workshop = try makeWorkshop(server, ["COFFRE_CACERT": certificate.certificate])
    func list(_ arguments: [String] = [], _ variables: [String: String] = [:]) throws -> ProgramOutcome {
      try workshop.coffre(["snapshot", "list"] + arguments) { $0.environment.merge(variables) { _, new in new } }
    }
    #expect(try list().isSuccess)
    let wrong = try list([], ["COFFRE_REST_PASSWORD": "wrong-one"])
    #expect(wrong.status == 13 && wrong.errors.contains("401") && wrong.errors.contains("do: "), "\(wrong)")
    let untrusted = try list([], ["COFFRE_CACERT": ""])
    #expect(untrusted.status == 13 && untrusted.errors.contains("--cacert"), "\(untrusted)")
    #expect(try list(["--insecure-tls"], ["COFFRE_CACERT": ""]).isSuccess)
    #expect(try list(["--cacert", certificate.certificate], ["COFFRE_CACERT": ""]).isSuccess)
    let missing = try list(["--cacert", "/nowhere.pem"])
    #expect(missing.status == 2 && missing.errors.contains("/nowhere.pem"), "\(missing)")
    server.kill()
    let dead = try list(["--retry-store", "0s"])
    #expect(dead.status == 13 && dead.errors.contains("server is running"), "\(dead)")
    #expect(dead.seconds < 40)
  }

  @Test func `a repository that is not there`() throws {
    let server = try RestServer()
    let workshop = try Workshop(at: server.location("nothing"), environment: server.environment)
    let outcome = try workshop.coffre(["snapshot", "list"])
    #expect(outcome.status == 10 && outcome.errors.contains("no repository at"), "\(outcome)")
  }

  @Test func `a server that only adds takes backups`() throws {
    var options = RestServer.Options()
    options.appendOnly = true
    let server = try RestServer(options)
    let workshop = try makeWorkshop(server)
    for round in 0..<2 {
      if round == 0 { try makeRealFolder("\(workshop.path)/tree") }
      try writeRealFile("\(workshop.path)/tree/file", seededBytes(UInt64(round), count: 3_000_000))
      _ = try workshop.coffreBackup(["tree"], in: workshop.path)
    }
    #expect(objects(server, "locks").isEmpty && objects(server, "snapshots").count == 2)
    let packs = objects(server, "data")
    for words in [
      ["snapshot", "forget", "latest"], ["snapshot", "forget", "--keep-last", "1"], ["snapshot", "tag", "--add", "x"],
      ["snapshot", "rewrite", "--exclude", "*", "--forget"],
    ] {
      let refused = try workshop.coffre(words)
      #expect(refused.status == 13 && refused.errors.contains("additions"), "\(refused)")
      #expect(refused.errors.contains("nothing can be removed from"), "\(refused)")
      // `forget` tells its plan first, as the server is not asked before; the others have nothing to tell.
      #expect(words[1] == "forget" || refused.output.isEmpty, "nothing was done: \(refused)")
      #expect(objects(server, "locks").isEmpty && objects(server, "snapshots").count == 2)
    }
    try workshop.expectCoffreFindsNoErrors()
    // Somebody forgot on the server itself: then there is something to prune.
    try removeRealTree("\(server.folder())/snapshots/\(try #require(objects(server, "snapshots").first))")
    let prune = try workshop.coffre(["repo", "prune", "--max-unused", "0"])
    #expect(prune.status == 13 && prune.errors.contains("nothing can be removed from"), "\(prune)")
    #expect(objects(server, "data") == packs, "nothing was added for what may not be done")
  }

  // MARK: Secrets and limits

  @Test func `the server's password is shown nowhere`() throws {
    let server = try RestServer()
    let workshop = try Workshop(at: server.locationWithPassword())
    try makeSeededFiles(1, in: "\(workshop.path)/tree", size: 3_000_000)
    var texts = ""
    func run(_ arguments: [String], _ change: (inout ProgramSettings) -> Void = { _ in }) throws -> ProgramOutcome {
      let outcome = try workshop.coffre(arguments) { settings in
        settings.directory = workshop.path
        settings.environment["COFFRE_LOG_LEVEL"] = "trace"
        change(&settings)
      }
      texts += outcome.output + outcome.errors
      return outcome
    }
    let made = try run(["repo", "init"])
    #expect(made.isSuccess && made.errors.contains("warning: everybody on this machine can see"), "\(made)")
    #expect(made.output.contains("rest:http://tester:***@127.0.0.1"), "\(made)")
    for arguments in [
      ["backup", "tree"], ["backup", "tree", "--json"], ["snapshot", "list"], ["snapshot", "list", "--json"],
      ["repo", "check", "--read-data"], ["repo", "init"], ["restore", "nothing", "--to", "x"],
      ["backup", "--retry-store", "nonsense"], ["snapshot", "list", "-r", "rest:http://127.0.0.1:1/"],
    ] { _ = try run(arguments) }
    server.kill()
    #expect(try run(["backup", "tree", "--retry-store", "0s"]).status == 13)
    #expect(try run(["snapshot", "list", "--json", "--retry-store", "0s"]).status == 13)
    for journal in workshop.journals { texts += String(decoding: try readRealFile(journal), as: UTF8.self) }
    #expect(!workshop.journals.isEmpty && texts.contains("127.0.0.1"))
    let encoded = try #require(server.locationWithPassword().split(separator: ":")[3].split(separator: "@").first)
    for secret in [server.options.password, String(encoded)] { #expect(!texts.contains(secret), "\(texts)") }
  }

  @Test func `an address in a file or a variable is not warned about`() throws {
    let server = try RestServer()
    let file = "\(server.scratch.path)/address"
    try writeRealFile(file, "  \(server.locationWithPassword())\n")
    let workshop = try Workshop(repositoryVersion: nil)
    let coffre = try Tool.coffre()
    let settings = workshop.settings { $0.environment["COFFRE_PASSWORD_FILE"] = workshop.passwordFile }
    let made = try coffre.run(["repo", "init", "--repo-file", file], settings)
    #expect(made.isSuccess && !made.errors.contains("warning"), "\(made)")
    for name in ["COFFRE_REPOSITORY", "RESTIC_REPOSITORY"] {
      var settings = settings
      settings.environment[name] = server.locationWithPassword()
      let list = try coffre.run(["snapshot", "list"], settings)
      #expect(list.isSuccess && !list.errors.contains("warning"), "\(list)")
    }
    var other = settings
    other.environment["RESTIC_REPOSITORY_FILE"] = file
    #expect(try coffre.run(["snapshot", "list"], other).isSuccess)
    // What is said on the command line wins.
    other.environment["COFFRE_REPOSITORY"] = "/nowhere"
    #expect(try coffre.run(["snapshot", "list", "--repo-file", file], other).isSuccess)
    #expect(try coffre.run(["snapshot", "list", "--repo-file", file, "-r", "/nowhere"], other).status == 2)
    #expect(try coffre.run(["snapshot", "list", "--repo-file", "/nowhere"], settings).status == 2)
    #expect(try coffre.run(["snapshot", "list", "--repo-file", "/dev/null"], settings).status == 2)
  }

  @Test func `limits are kept`() throws {
    let server = try RestServer()
    let workshop = try makeWorkshop(server)
    try makeSeededFiles(1, in: "\(workshop.path)/tree", size: 3_000_000)
    let backup = try workshop.coffreJSON(["backup", "tree", "--limit-upload", "1000"]) { $0.directory = workshop.path }
    #expect(backup.status == 0 && backup.outcome.seconds > 2.5, "\(backup)")
    let restore = try workshop.coffreJSON([
      "restore", "latest", "--to", "\(workshop.path)/x", "--limit-download", "1000",
    ])
    #expect(restore.status == 0 && restore.outcome.seconds > 2.5, "\(restore)")
  }
}
