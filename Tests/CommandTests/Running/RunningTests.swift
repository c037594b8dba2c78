import CoffreTestKit
import Testing

@testable import CoffreRepository

/// Commands run as people run them: the built program, its exit codes and its messages.
@Suite("Exit codes and messages")
struct RunningTests {
  /// Every command that needs a repository that is there.
  private static let commands = [
    ["backup", "/etc/hostname"], ["restore", "latest", "--to", "/tmp/coffre-test-never"], ["snapshot", "list"],
    ["snapshot", "ls", "latest"], ["repo", "check"], ["repo", "unlock"],
  ]

  /// Fails the test unless a command ends so and says so, with no trace of how the program is built.
  private func expect(
    _ outcome: ProgramOutcome, _ status: Int32, _ words: String..., location: SourceLocation = #_sourceLocation
  ) {
    #expect(outcome.status == status, "\(outcome)", sourceLocation: location)
    #expect(
      outcome.errors.hasPrefix("error: ") || outcome.errors.contains("\nerror: "), "\(outcome)",
      sourceLocation: location)
    for word in words { #expect(outcome.errors.contains(word), "\(word): \(outcome)", sourceLocation: location) }
    for trace in ["Error(", "SystemError", "StoreError", "RepositoryError", "Optional", "unexpected error"] {
      #expect(!outcome.errors.contains(trace), "\(outcome)", sourceLocation: location)
    }
  }

  private func backUp(_ workshop: Workshop, _ arguments: String...) throws {
    let outcome = try workshop.coffre(["backup"] + arguments) { $0.directory = workshop.path }
    try #require(outcome.isSuccess, "\(outcome)")
  }

  // MARK: The repository

  @Test(arguments: commands)
  func `no repository`(_ command: [String]) throws {
    let workshop = try Workshop(repositoryVersion: nil)
    expect(
      try workshop.coffre(command), 10, "no repository at '\(workshop.repository)'", "do: ", "coffre repo init")
    try makeRealFolder(workshop.repository)
    expect(try workshop.coffre(command), 10, "no repository at")
    #expect(realNames(in: workshop.repository).isEmpty, "looking for a repository makes nothing")
  }

  @Test(arguments: commands)
  func `a wrong password`(_ command: [String]) throws {
    let workshop = try Workshop()
    try writeRealFile(workshop.passwordFile, "not this one\n")
    expect(try workshop.coffre(command), 12, "wrong password for '\(workshop.repository)'", "do: ")
    #expect(workshop.locks.isEmpty)
  }

  @Test(arguments: commands)
  func `a damaged configuration`(_ command: [String]) throws {
    let workshop = try Workshop()
    let config = "\(workshop.repository)/config"
    var bytes = try readRealFile(config)
    try removeRealTree(config)
    bytes[bytes.count / 2] ^= 1
    try writeRealFile(config, bytes)
    expect(try workshop.coffre(command), 1, "'config' is damaged", "because: ")
    try writeRealFile(config, Array(bytes.prefix(20)))
    expect(try workshop.coffre(command), 1, "'config' is damaged")
    try writeRealFile(config, "")
    expect(try workshop.coffre(command), 1, "'config' is damaged")
  }

  @Test func `a damaged key is no wrong password`() throws {
    let workshop = try Workshop()
    let name = try #require(realNames(in: "\(workshop.repository)/keys").first)
    let path = "\(workshop.repository)/keys/\(name)"
    var bytes = try readRealFile(path)
    try removeRealTree(path)
    bytes[bytes.count / 2] ^= 1
    try writeRealFile(path, bytes)
    expect(try workshop.coffre(["snapshot", "list"]), 1, "keys/\(name)", "is damaged")
    try removeRealTree(path)
    expect(try workshop.coffre(["snapshot", "list"]), 1, "keys")
  }

  @Test(arguments: commands)
  func `a version that is not known`(_ command: [String]) throws {
    let workshop = try Workshop()
    let repository = try workshop.openRepository()
    let config = RepositoryConfig(
      version: 3, id: repository.config.id, chunkerPolynomial: repository.config.chunkerPolynomial)
    try removeRealTree("\(workshop.repository)/config")
    try writeRealFile(
      "\(workshop.repository)/config", repository.makeCodec().sealConfig(config.encoded().span))
    expect(try workshop.coffre(command), 23, "version 3", "do: Use a newer Coffre")
  }

  @Test func `a repository that is there already`() throws {
    let workshop = try Workshop()
    expect(try workshop.coffre(["repo", "init"]), 1, "holds a repository already", "do: ")
  }

  @Test func `a place that does not exist is made, with the folders above it`() throws {
    let workshop = try Workshop(repositoryVersion: nil)
    let place = "\(workshop.path)/not/yet/there"
    let coffre = try Tool.coffre()
    let made = try coffre.run(["repo", "init", "-r", place, "-p", workshop.passwordFile], workshop.settings())
    #expect(made.isSuccess && made.output.contains("made repository"), "\(made)")
    let list = try coffre.run(["snapshot", "list", "-r", place, "-p", workshop.passwordFile], workshop.settings())
    #expect(list.isSuccess && list.output == "no snapshots\n", "\(list)")
  }

  @Test func `a file in the place of a folder`() throws {
    let workshop = try Workshop(repositoryVersion: nil)
    try writeRealFile(workshop.repository, "x")
    for command in [["repo", "init"], ["snapshot", "list"]] {
      let outcome = try workshop.coffre(command)
      #expect([1, 10].contains(outcome.status), "\(outcome)")
      expect(outcome, outcome.status, workshop.repository)
    }
    expect(
      try Tool.coffre().run(
        ["repo", "init", "-r", "\(workshop.repository)/below", "-p", workshop.passwordFile], workshop.settings()),
      1, workshop.repository)
  }

  // MARK: Permissions and space

  @Test(.enabled(if: isRoot, "needs root"), arguments: commands)
  func `no permission`(_ command: [String]) throws {
    let workshop = try Workshop()
    try RealFolder(workshop.path).setMode(Array("repository".utf8), 0o700)
    expect(
      try workshop.coffre(command) { $0.user = "nobody" }, 22, "cannot load '\(workshop.repository)/config'",
      "Permission denied",
      "do: ")
  }

  @Test func `relative sources lie where the help says`() throws {
    let workshop = try Workshop()
    try workshop.make(["srv/shop/data/orders", "etc/hosts"])
    let backup = try workshop.coffre(["backup", "shop/data", "../etc"]) { $0.directory = "\(workshop.path)/srv" }
    #expect(backup.isSuccess, "\(backup)")
    #expect(try workshop.paths() == ["/etc", "/etc/hosts", "/shop", "/shop/data", "/shop/data/orders"])
    let show = try workshop.coffreJSON(["snapshot", "show", "latest"])
    let paths = show.lines.first?["snapshot"]?["paths"]?.array.compactMap(\.text)
    #expect(paths == ["\(workshop.path)/srv/shop/data", "\(workshop.path)/etc"])
    let restore = try workshop.coffre(["restore", "latest:/shop/data", "--to", "\(workshop.path)/restored"])
    #expect(restore.isSuccess && realNames(in: "\(workshop.path)/restored") == ["orders"], "\(restore)")
    let help = try workshop.coffre(["backup", "--help"]).output.split(whereSeparator: \.isWhitespace).joined(
      separator: " ")
    #expect(help.contains("`coffre backup shop/data ../etc` makes /shop/data and /etc there"), "\(help)")
  }

  @Test(.enabled(if: isRoot, "needs root"))
  func `no permission to write`() throws {
    let workshop = try Workshop()
    try backUp(workshop, "/etc/hostname")
    try workshop.give(to: "root")
    let chmod = try Tool.named("chmod", package: "coreutils").run(["-R", "a+rX", workshop.repository])
    #expect(chmod.isSuccess)
    expect(try workshop.coffre(["backup", "/etc/hostname"]) { $0.user = "nobody" }, 22, "Permission denied")
    let list = try workshop.coffre(["snapshot", "ls", "latest"]) { $0.user = "nobody" }
    #expect(list.isSuccess && list.output.contains("/etc/hostname"), "\(list)")
  }

  @Test(.enabled(if: isRoot, "needs root"))
  func `a full store`() throws {
    let workshop = try Workshop(repositoryVersion: nil)
    let mount = try MemoryMount(at: workshop.repository, options: "size=6m")
    try workshop.makeRepository()
    try workshop.make(["tree/x"])
    try backUp(workshop, "tree")
    try writeRealFile("\(workshop.path)/tree/large", seededBytes(1, count: 30_000_000))
    let full = try workshop.coffre(["backup", "tree"]) { $0.directory = workshop.path }
    expect(full, 21, "cannot save 'data/", "because: No space left on device", "do: Free some space")
    #expect(workshop.locks.isEmpty)
    #expect(workshop.snapshotIDs.count == 1)
    let check = try workshop.coffreJSON(["repo", "check", "--read-data"])
    #expect(check.status == 0, "nothing partial stands under a final name: \(check)")
    try withExtendedLifetime(mount) {
      try removeRealTree("\(workshop.path)/tree/large")
      try backUp(workshop, "tree")
    }
  }

  @Test(.enabled(if: isRoot, "needs root"))
  func `a full target`() throws {
    let workshop = try Workshop()
    try workshop.make(["tree/x"])
    try makeSeededFiles(4, in: "\(workshop.path)/tree", size: 3_000_000)
    try backUp(workshop, "tree")
    let target = "\(workshop.path)/target"
    let mount = try MemoryMount(at: target, options: "size=7m")
    let full = try workshop.coffre(["restore", "latest", "--to", target])
    expect(full, 21, "No space left on device", "do: Free some space")
    try withExtendedLifetime(mount) {
      for name in realNames(in: "\(target)/tree") {
        let (restored, wanted) = (
          try readRealFile("\(target)/tree/\(name)"), try readRealFile("\(workshop.path)/tree/\(name)")
        )
        #expect(restored == wanted, "\(name) is half a file")
      }
    }
  }

  @Test(.enabled(if: isRoot, "needs root"))
  func `a store that is mounted read-only can be read`() throws {
    let workshop = try Workshop(repositoryVersion: nil)
    let mount = try MemoryMount(at: workshop.repository, options: "size=20m")
    try workshop.makeRepository()
    try backUp(workshop, "/etc/hostname")
    try mount.remount(options: "ro")
    let backup = try workshop.coffre(["backup", "/etc/hostname"])
    #expect([13, 22].contains(backup.status), "\(backup)")
    expect(backup, backup.status, "Read-only file system", "do: Check that the place is mounted writable")
    for command in Self.commands[1...4] {
      let target = "\(workshop.path)/target"
      let outcome = try workshop.coffre(command.map { $0 == "/tmp/coffre-test-never" ? target : $0 })
      #expect(outcome.isSuccess, "\(outcome)")
    }
    try mount.remount(options: "rw")
  }

  // MARK: Passwords

  private func list(_ workshop: Workshop, _ arguments: [String], _ environment: [String: String] = [:]) throws
    -> ProgramOutcome
  {
    try Tool.coffre().run(
      ["snapshot", "list", "-r", workshop.repository] + arguments,
      workshop.settings { $0.environment.merge(environment) { _, new in new } })
  }

  @Test func `passwords come from files, commands and the environment`() throws {
    let workshop = try Workshop()
    let file = workshop.passwordFile
    let right = Workshop.password
    for (arguments, environment) in [
      (["-p", file], [:]), (["--password-command", "cat \(file)"], [:]), ([], ["COFFRE_PASSWORD": right]),
      ([], ["RESTIC_PASSWORD": right]), ([], ["COFFRE_PASSWORD_FILE": file]), ([], ["RESTIC_PASSWORD_FILE": file]),
      ([], ["COFFRE_PASSWORD_COMMAND": "cat '\(file)'"]), (["-p", file], ["COFFRE_PASSWORD": "wrong"]),
      (["-p", file], ["COFFRE_PASSWORD_COMMAND": "echo wrong"]),
    ] as [([String], [String: String])] {
      let outcome = try list(workshop, arguments, environment)
      #expect(outcome.isSuccess, "\(arguments) \(environment): \(outcome)")
    }
    expect(try list(workshop, [], ["COFFRE_PASSWORD": "wrong"]), 12, "wrong password")
  }

  @Test func `passwords that cannot be had`() throws {
    let workshop = try Workshop()
    let empty = "\(workshop.path)/empty"
    try writeRealFile(empty, "\n")
    expect(try list(workshop, ["-p", empty]), 2, "password is empty")
    expect(try list(workshop, [], ["COFFRE_PASSWORD": ""]), 2, "password is empty")
    expect(try list(workshop, ["-p", "\(workshop.path)/nowhere"]), 2, "nowhere")
    expect(try list(workshop, ["--password-command", "true"]), 2, "password is empty")
    expect(try list(workshop, ["--password-command", "false"]), 20, "the password command", "status 1")
    expect(try list(workshop, ["--password-command", "coffre-no-such-program"]), 20, "coffre-no-such-program")
    expect(try list(workshop, ["--password-command", "echo 'unclosed"]), 2, "a quote is not closed")
    expect(try list(workshop, []), 2, "no password", "--password-file")
    expect(try list(workshop, ["-p", empty, "--password-command", "true"]), 2, "--password-command")
  }

  // MARK: Words that are not understood

  @Test(arguments: [
    ["frobnicate"], ["backup", "--nope"], ["backup"], ["backup", "--stdin", "/etc"],
    ["backup", "mongodb+srv://host:27017/db"],
    ["restore", "latest"], ["restore", "--to", "/tmp/x"], ["restore", "latest", "--to"], ["snapshot"],
    ["snapshot", "ls"],
    ["restore", "latest", "--to", "/tmp/x", "--overwrite", "sometimes"], ["repo", "check", "--read-data-subset", "0%"],
    ["repo", "check", "--read-data", "--read-data-subset", "5%"], ["backup", "/etc", "--exclude", "["],
    ["repo", "info", "extra"], ["backup", "/etc", "--retry-lock", "soon"], ["repo", "init", "extra"],
    ["backup", "--parent", "x", "--force", "/etc"], ["backup", "--stdin-from-command"],
  ])
  func `wrong usage`(_ arguments: [String]) throws {
    let workshop = try Workshop()
    let outcome = try workshop.coffre(arguments)
    expect(outcome, 2, "do: ")
    #expect(outcome.output.isEmpty, "\(outcome)")
    #expect(workshop.snapshotIDs.isEmpty)
  }

  @Test func `no repository is named`() throws {
    let workshop = try Workshop()
    expect(
      try Tool.coffre().run(["snapshot", "list"], workshop.settings()), 2, "no repository is named", "COFFRE_REPOSITORY"
    )
    for name in ["COFFRE_REPOSITORY", "RESTIC_REPOSITORY"] {
      let outcome = try Tool.coffre().run(
        ["snapshot", "list", "-p", workshop.passwordFile],
        workshop.settings { $0.environment[name] = workshop.repository })
      #expect(outcome.isSuccess, "\(outcome)")
    }
    let elsewhere = try Tool.coffre().run(["snapshot", "list", "-r", "s3:bucket/x"], workshop.settings())
    expect(elsewhere, 2, "'s3:bucket/x'", "./a:b")
  }

  // MARK: Snapshots

  @Test func `snapshots that are not there, or are several`() throws {
    let workshop = try Workshop()
    expect(
      try workshop.coffre(["snapshot", "ls", "latest"]), 1, "no snapshot matches 'latest'", "coffre snapshot list")
    try workshop.make(["one/x", "two/y"])
    try backUp(workshop, "one")
    try backUp(workshop, "two")
    expect(try workshop.coffre(["snapshot", "ls", "ffffffffffff"]), 1, "no snapshot matches 'ffffffffffff'")
    expect(try workshop.coffre(["snapshot", "ls", ""]), 1, "no snapshot matches ''")
    let target = "\(workshop.path)/target"
    let ambiguous = try workshop.coffre(["restore", "latest", "--to", target])
    expect(ambiguous, 2, "'latest' matches several", "\(workshop.path)/one", "\(workshop.path)/two", "--path")
    #expect(!realEntryExists(target))
    let chosen = try workshop.coffre(["restore", "latest", "--to", target, "--path", "\(workshop.path)/one"])
    #expect(chosen.isSuccess && realNames(in: target) == ["one"], "\(chosen)")
    #expect(try workshop.coffre(["snapshot", "ls", "latest"]).output == "/two\n/two/y\n")
  }

  @Test func `the beginning of an id is enough, if only one begins so`() throws {
    let workshop = try Workshop()
    try workshop.make(["one/x"])
    // Seventeen ids: two of them begin with the same digit.
    for _ in 0..<17 { try backUp(workshop, "one") }
    let ids = workshop.snapshotIDs
    let digits = ids.compactMap(\.first)
    let shared = try #require(digits.first { digit in digits.filter { $0 == digit }.count > 1 })
    expect(
      try workshop.coffre(["snapshot", "ls", String(shared)]), 2, "'\(shared)' matches several snapshots",
      "do: Give more digits")
    for id in ids { #expect(try workshop.coffre(["snapshot", "ls", String(id.prefix(16))]).isSuccess) }
  }
}
