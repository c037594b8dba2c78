import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreRepository

/// `repo copy`, and `repo init` that takes over how another repository cuts files, as people run them.
@Suite("Running repo copy")
struct CopyRunningTests {
  private let source: Workshop
  private let destination: Workshop

  init() throws {
    source = try Workshop()
    destination = try Workshop()
    // Another password than the source's, so that each is used where it belongs.
    try writeRealFile(source.passwordFile, "of the source\n")
    try removeRealTree(source.repository)
    let made = try source.coffre(["repo", "init"])
    try #require(made.isSuccess, "\(made)")
    try makeRealFolder("\(source.path)/tree")
    for number in 0..<3 {
      try writeRealFile("\(source.path)/tree/file-\(number)", "content \(number)")
      _ = try backUp("--tag", number == 0 ? "kept,first" : "later")
    }
  }

  private func backUp(_ arguments: String...) throws -> CoffreReport {
    let report = try source.coffreJSON(["backup", "tree"] + arguments) { $0.directory = source.path }
    try #require(report.status == 0, "\(report)")
    return report
  }

  private var from: [String] { ["--from-repo", source.repository, "--from-password-file", source.passwordFile] }

  private func copy(_ arguments: String...) throws -> CoffreReport {
    try destination.coffreJSON(["repo", "copy"] + from + arguments)
  }

  @Test func `it copies what is chosen, tells it, and leaves out what is there`() throws {
    let dry = try copy("--dry-run")
    #expect(dry.status == 0 && dry.summary?["snapshotsCopied"]?.int == 3 && destination.snapshotIDs.isEmpty)
    let first = try copy("--tag", "kept")
    #expect(first.status == 0, "\(first)")
    #expect(first.summary?["snapshotsCopied"]?.int == 1 && first.summary?["snapshotsThere"]?.int == 0)
    #expect(first.summary?["snapshotIds"]?.array.compactMap(\.text) == destination.snapshotIDs)
    let latest = try copy("latest")
    #expect(latest.summary?["snapshotsCopied"]?.int == 1, "\(latest)")
    let rest = try copy()
    #expect(rest.summary?["snapshotsCopied"]?.int == 1 && rest.summary?["snapshotsThere"]?.int == 2)
    let people = try destination.coffre(["repo", "copy"] + from)
    #expect(people.isSuccess && people.output == "nothing to copy: 3 snapshots there already\n", "\(people)")
    #expect(source.locks.isEmpty && destination.locks.isEmpty)

    let check = try destination.coffreJSON(["repo", "check", "--read-data"])
    #expect(check.summary?["snapshots"]?.int == 3 && check.lines(of: "warning").isEmpty, "\(check)")
    #expect(try destination.paths() == source.paths())
  }

  @Test func `the other repository and its password come from the environment too`() throws {
    for prefix in ["COFFRE", "RESTIC"] {
      let outcome = try destination.coffre(["repo", "copy", "--dry-run"]) { settings in
        settings.environment["\(prefix)_FROM_REPOSITORY"] = source.repository
        settings.environment["\(prefix)_FROM_PASSWORD_FILE"] = source.passwordFile
      }
      #expect(outcome.isSuccess && outcome.output.contains("would copy 3 snapshots"), "\(outcome)")
      let secret = try destination.coffre(["repo", "copy", "--dry-run", "--from-repo", source.repository]) {
        $0.environment["\(prefix)_FROM_PASSWORD"] = "of the source"
      }
      #expect(secret.isSuccess, "\(secret)")
    }
    let command = try destination.coffre([
      "repo", "copy", "-n", "--from-repo", source.repository, "--from-password-command", "echo 'of the source'",
    ])
    #expect(command.isSuccess, "\(command)")
  }

  @Test func `each mistake has its exit code and says which repository it means`() throws {
    func expect(_ outcome: ProgramOutcome, _ status: Int32, _ word: String) {
      #expect(outcome.status == status && outcome.errors.contains(word), "\(outcome)")
    }
    let from = ["--from-repo", source.repository]
    expect(try destination.coffre(["repo", "copy"]), 2, "--from-repo")
    expect(try destination.coffre(["repo", "copy"] + from), 2, "no password for the other repository")
    expect(try destination.coffre(["repo", "copy", "--from-repo", destination.repository]), 2, "the same place")
    let wrong = from + ["--from-password-file", destination.passwordFile]
    expect(try destination.coffre(["repo", "copy"] + wrong), 12, "wrong password for '\(source.repository)'")
    expect(
      try destination.coffre([
        "repo", "copy", "--from-repo", source.path, "--from-password-file", source.passwordFile,
      ]), 10, "no repository at '\(source.path)'")
    expect(try destination.coffre(["repo", "copy"] + self.from + ["ffffffffff"]), 1, "no snapshot matches")
    #expect(destination.snapshotIDs.isEmpty && source.locks.isEmpty && destination.locks.isEmpty)
  }

  @Test func `a damaged source ends with 3 and the names of what is missing`() throws {
    // A file that only the last snapshot holds, in a pack of its own.
    let before = Set(source.packs)
    try writeRealFile("\(source.path)/tree/newest", [UInt8]((0..<5000).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) }))
    let last = try #require(try backUp().snapshot)
    let repository = try source.openRepository(password: "of the source")
    let index = try repository.loadIndex(cancellation: .init()).index
    let pack = try #require(index.packs.first { $0.hasData && !before.contains($0.id.description) }).id.description
    let path = "\(source.repository)/data/\(pack.prefix(2))/\(pack)"
    var bytes = try readRealFile(path)
    bytes[40] ^= 1
    try removeRealTree(path)
    try writeRealFile(path, bytes)

    let report = try copy()
    #expect(report.status == 3, "\(report)")
    #expect(report.summary?["snapshotsCopied"]?.int == 3 && report.summary?["snapshotsFailed"]?.int == 1)
    #expect(report.warnings("damaged") == ["data/\(pack.prefix(2))/\(pack)"], "\(report)")
    #expect(report.warnings("not-copied") == ["snapshot \(last.prefix(8))"], "\(report)")
    let check = try destination.coffreJSON(["repo", "check", "--read-data"])
    #expect(check.status == 0 && check.summary?["snapshots"]?.int == 3, "\(check)")

    let alone = try destination.coffre(["repo", "copy", last] + from)
    #expect(alone.status == 1 && alone.errors.contains("/tree/newest"), "\(alone)")
    #expect(alone.output.contains("NOT COPIED: 1 snapshot"), "\(alone)")
  }

  @Test func `a damaged snapshot file is a loss, not nothing`() throws {
    let id = try #require(source.snapshotIDs.sorted().first)
    let path = "\(source.repository)/snapshots/\(id)"
    var bytes = try readRealFile(path)
    bytes[20] ^= 1
    try removeRealTree(path)
    try writeRealFile(path, bytes)
    for arguments in [[], source.snapshotIDs] {
      let report = try destination.coffreJSON(["repo", "copy", "--dry-run"] + from + arguments)
      #expect(report.status == 3 && report.warnings("not-copied") == ["snapshots/\(id)"], "\(report)")
      #expect(report.summary?["snapshotsCopied"]?.int == 2)
    }
  }

  // MARK: Init

  @Test func `a repository is made that cuts as another does`() throws {
    let third = try Workshop(repositoryVersion: nil)
    let made = try third.coffre(["repo", "init", "--copy-chunker-params", "--repository-version", "1"] + from)
    try #require(made.isSuccess, "\(made)")
    let config = try third.openRepository().config
    let model = try source.openRepository(password: "of the source").config
    #expect(config.chunkerPolynomial == model.chunkerPolynomial && config.version == 1 && config.id != model.id)
    let report = try third.coffreJSON(["repo", "copy"] + from)
    #expect(report.status == 0, "\(report)")
    #expect(!report.description.contains("cut files differently"), "\(report)")
    #expect(try copy().description.contains("cut files differently"))
  }

  @Test func `what init cannot do with another repository is refused before anything is made`() throws {
    let third = try Workshop(repositoryVersion: nil)
    for (arguments, status) in [
      (["--copy-chunker-params"], 2), (from, 2), (["--repository-version", "3"], 2),
      (["--copy-chunker-params", "--from-repo", third.path, "--from-password-file", source.passwordFile], 10),
      (["--copy-chunker-params", "--from-repo", source.repository, "--from-password-file", third.passwordFile], 12),
    ] {
      let outcome = try third.coffre(["repo", "init"] + arguments)
      #expect(outcome.status == Int32(status), "\(outcome)")
      #expect(!realEntryExists(third.repository), "\(outcome)")
    }
    for (word, version) in [("latest", 2), ("stable", 2), ("2", 2), ("1", 1)] {
      let made = try third.coffre(["repo", "init", "--repository-version", word])
      #expect(made.isSuccess, "\(made)")
      #expect(try third.openRepository().config.version == version)
      try removeRealTree(third.repository)
    }
  }

  @Test func `of several inits at one moment one makes the repository`() throws {
    let third = try Workshop(repositoryVersion: nil)
    let running = try (0..<4).map { _ in try third.startCoffre(["repo", "init"]) }
    let outcomes = try running.map { try $0.wait() }
    #expect(outcomes.count(where: \.isSuccess) == 1, "\(outcomes)")
    for outcome in outcomes where !outcome.isSuccess {
      #expect(outcome.status == 1 && outcome.errors.contains("holds a repository already"), "\(outcome)")
    }
    #expect(realNames(in: "\(third.repository)/keys").count == 1)
    let check = try third.coffre(["repo", "check"])
    #expect(check.isSuccess, "\(check)")
  }
}
