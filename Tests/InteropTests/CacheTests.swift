import CoffreTestKit
import Testing

/// Whole programs against a REST server, with a cache that they and restic share.
@Suite("Caches", .timeLimit(.minutes(10)))
struct CacheTests {
  private let server: RestServer
  private let workshop: Workshop
  private var cache: String { "\(workshop.path)/cache" }
  private var tree: String { "\(workshop.path)/tree" }

  init() throws {
    server = try RestServer()
    workshop = try Workshop(at: server.location(), environment: server.environment)
    let made = try workshop.coffre(["repo", "init"])
    try #require(made.isSuccess, "\(made)")
    for folder in ["tree", "tree/a", "tree/a/b"] { try makeRealFolder("\(workshop.path)/\(folder)") }
    try makeSeededFiles(20, in: "\(tree)/a/b", size: 20_000)
  }

  private func restic(_ program: ResticProgram, _ arguments: [String]) throws -> ProgramOutcome {
    let access = ["-r", server.locationWithPassword(), "-p", workshop.passwordFile, "--cache-dir", cache]
    return try program.program().run(access + arguments, workshop.settings())
  }

  /// Paths of the files below a folder, from there on.
  private func files(_ folder: String) throws -> Set<String> {
    let outcome = try Tool.named("find", package: "findutils").run([folder, "-type", "f", "-printf", "/%P\n"])
    return Set(outcome.output.split(separator: "\n").map(String.init))
  }

  /// Of the one repository in the cache.
  private var repositoryFolder: String {
    let names = realNames(in: cache).filter { $0.count == 64 }
    return "\(cache)/\(names.first ?? "none")"
  }

  /// Says nothing of the cache nor of damage; what it lists stands there too.
  private func isQuiet(_ outcome: ProgramOutcome) -> Bool {
    !["cache", "warning", "damage"].contains { outcome.errors.contains($0) }
  }

  @Test(arguments: Tool.restics)
  func `restic and coffre share one folder`(_ program: ResticProgram) throws {
    _ = try workshop.coffreBackup(["tree"], in: workshop.path)
    let ours = try files(cache)
    for kind in ["snapshots", "index", "data"] { #expect(ours.contains { $0.contains("/\(kind)/") }, "\(ours)") }
    try writeRealFile("\(tree)/more", "more")
    let backup = try restic(program, ["backup", tree])
    #expect(backup.isSuccess && !backup.errors.contains("created new cache"), "\(backup)")
    #expect(try ours.isSubset(of: files(cache)), "restic threw something of ours away")
    for arguments in [
      ["snapshots"], ["ls", "latest"], ["check", "--with-cache", "--read-data"], ["prune"], ["cache"],
    ] {
      let outcome = try restic(program, arguments)
      #expect(outcome.isSuccess && !outcome.errors.contains("error"), "\(outcome)")
    }
    let both = try files(cache)
    let list = try workshop.coffre(["snapshot", "list"])
    #expect(list.isSuccess && list.errors.isEmpty, "\(list)")
    #expect(try workshop.paths().contains("\(tree)/a/b/7"))
    #expect(try workshop.paths().contains("\(tree)/more"))
    let after = try files(cache)
    #expect(after == both, "what restic had cached was not used: \(after.symmetricDifference(both))")
    _ = try workshop.coffreBackup(["tree"], in: workshop.path)
    let judge = try restic(program, ["check", "--with-cache"])
    #expect(judge.isSuccess && judge.output.contains("no errors were found"), "\(judge)")
    try workshop.expectCoffreFindsNoErrors()
  }

  @Test(arguments: Tool.restics)
  func `a cache that restic began is gone on with`(_ program: ResticProgram) throws {
    let backup = try restic(program, ["backup", tree])
    #expect(backup.isSuccess, "\(backup)")
    let before = try files(cache)
    try #require(before.contains { $0.contains("/data/") })
    let outcome = try workshop.coffre(["snapshot", "ls", "latest"])
    #expect(outcome.isSuccess && isQuiet(outcome) && outcome.output.contains("a/b/7"), "\(outcome)")
    #expect(try files(cache) == before)
  }

  @Test func `several programs use one cache at once, while somebody deletes it`() throws {
    _ = try workshop.coffreBackup(["tree"], in: workshop.path)
    var running: [RunningProgram] = []
    for number in 0..<3 {
      let folder = "\(workshop.path)/other-\(number)"
      try makeRealFolder(folder)
      try writeRealFile("\(folder)/file", "\(number)")
      running.append(try workshop.startCoffre(["backup", folder]))
      running.append(try workshop.startCoffre(["snapshot", "ls", "latest"]))
    }
    for _ in 0..<10 {
      _ = try Tool.named("rm", package: "coreutils").run(["-rf", cache])
      pause(seconds: 0.05)
    }
    for program in running {
      let outcome = try program.wait()
      #expect(outcome.isSuccess && !outcome.errors.contains("cache"), "\(outcome)")
    }
    try workshop.expectCoffreFindsNoErrors()
    #expect(try workshop.coffreJSON(["snapshot", "list"]).outcome.isSuccess)
  }

  @Test func `damaged files in the cache are nobody's trouble`() throws {
    _ = try workshop.coffreBackup(["tree"], in: workshop.path)
    let paths = try workshop.paths()
    for path in try files(cache) where path.count > 120 { try writeRealFile(cache + path, "damaged") }
    let outcome = try workshop.coffre(["snapshot", "ls", "latest"])
    #expect(outcome.isSuccess && isQuiet(outcome), "\(outcome)")
    #expect(try workshop.paths() == paths)
    for path in try files(cache) where path.count > 120 {
      #expect(try readRealFile(cache + path) != Array("damaged".utf8), "\(path)")
    }
  }

  @Test func `the options say where, whether, and clear away what is old`() throws {
    let elsewhere = "\(workshop.path)/elsewhere"
    let none = try workshop.coffre(["backup", tree, "--no-cache"])
    #expect(none.isSuccess && !realEntryExists(cache), "\(none)")
    let other = try workshop.coffre(["snapshot", "ls", "latest", "--cache-dir", elsewhere])
    #expect(try other.isSuccess && !realEntryExists(cache) && files(elsewhere).contains("/CACHEDIR.TAG"), "\(other)")
    let restics = try workshop.coffre(["snapshot", "ls", "latest"]) {
      $0.environment["COFFRE_CACHE_DIR"] = nil
      $0.environment["RESTIC_CACHE_DIR"] = "\(elsewhere)-2"
    }
    #expect(try restics.isSuccess && files("\(elsewhere)-2").contains("/CACHEDIR.TAG"), "\(restics)")
    let old = "\(elsewhere)/\(String(repeating: "a", count: 64))"
    let young = "\(elsewhere)/\(String(repeating: "b", count: 64))"
    for path in [old, young] { try makeRealFolder(path) }
    _ = try Tool.named("touch", package: "coreutils").run(["-d", "40 days ago", old])
    let cleared = try workshop.coffre(["repo", "check", "--cache-dir", elsewhere, "--cleanup-cache"])
    #expect(cleared.isSuccess && cleared.errors.contains("cleared away 1 old folder"), "\(cleared)")
    #expect(!realEntryExists(old) && realEntryExists(young))
  }

  @Test func `a place that cannot be written costs one note`() throws {
    let place = "\(workshop.path)/file"
    try writeRealFile(place, "no folder")
    let backup = try workshop.coffre(["backup", tree, "--cache-dir", place])
    #expect(backup.isSuccess, "\(backup)")
    #expect(backup.errors.split(separator: "\n").filter { $0.contains("going on without it") }.count == 1, "\(backup)")
    let json = try workshop.coffreJSON(["backup", tree, "--cache-dir", place])
    #expect(json.status == 0 && json.problem == nil, "\(json)")
  }

  @Test func `a backup leaves its own cache out, wherever it is`() throws {
    let inside = "\(tree)/my-cache"
    _ = try workshop.coffre(["backup", tree, "--cache-dir", inside])
    let again = try workshop.coffre(["backup", tree, "--cache-dir", inside])
    #expect(again.isSuccess && realEntryExists("\(inside)/CACHEDIR.TAG"), "\(again)")
    #expect(try !workshop.paths().contains { $0.hasPrefix("\(inside)/") })
  }

  @Test func `a check asks the repository itself, unless it is told to believe the cache`() throws {
    _ = try workshop.coffreBackup(["tree"], in: workshop.path)
    let cached = try files(repositoryFolder).filter { $0.hasPrefix("/data/") }
    try #require(!cached.isEmpty)
    for path in cached {
      var bytes = try readRealFile("\(server.folder())\(path)")
      for index in bytes.indices { bytes[index] ^= 1 }
      try Tool.named("chmod", package: "coreutils").run(["u+w", "\(server.folder())\(path)"]).expectSuccess()
      try writeRealFile("\(server.folder())\(path)", bytes)
    }
    let believing = try workshop.coffre(["repo", "check", "--with-cache"])
    #expect(believing.isSuccess, "\(believing)")
    let thorough = try workshop.coffre(["repo", "check", "--with-cache", "--read-data"])
    #expect(thorough.status == 1, "\(thorough)")
    let check = try workshop.coffre(["repo", "check"])
    #expect(check.status == 1, "\(check)")
  }
}

extension ProgramOutcome {
  fileprivate func expectSuccess() throws { try #require(isSuccess, "\(self)") }
}
