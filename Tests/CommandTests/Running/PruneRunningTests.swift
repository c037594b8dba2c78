import CoffreTestKit
import Glibc
import Testing

/// `repo prune`, `repo stats` and `repo info` as people run them.
@Suite("Running prune, stats and info")
struct PruneRunningTests {
  private let workshop: Workshop

  /// Two snapshots of a tree, of which the first is gone.
  init() throws {
    workshop = try Workshop()
    try workshop.make(["tree/one", "tree/two"])
    _ = try workshop.coffre(["backup", "tree"]) { [path = workshop.path] in $0.directory = path }
    try writeRealFile("\(workshop.path)/tree/one", "another content")
    _ = try workshop.coffre(["backup", "tree"]) { [path = workshop.path] in $0.directory = path }
    try #require(workshop.snapshotIDs.count == 2)
  }

  /// Takes a snapshot out of the repository.
  private func remove(_ id: String) throws {
    try renameReal("\(workshop.repository)/snapshots/\(id)", to: "\(workshop.path)/\(id)")
  }

  private func forgetFirst() throws {
    let list = try JSONValue(try workshop.coffre(["snapshot", "list", "--json"]).output).array
    let id = try #require(list.first?["id"]?.text)
    try remove(id)
  }

  @Test func `a dry run tells, a real one does, a second one has nothing to do`() throws {
    try forgetFirst()
    let packs = workshop.packs
    let plan = try workshop.coffre(["repo", "prune", "-n"])
    #expect(plan.isSuccess && plan.output.contains("dry run: nothing was changed"), "\(plan)")
    #expect(plan.output.contains("to delete:") && plan.output.contains("unused:"), "\(plan)")
    #expect(workshop.packs == packs && workshop.locks.isEmpty)
    let done = try workshop.coffre(["repo", "prune", "--max-unused", "0"])
    #expect(done.isSuccess && done.output.contains("freed "), "\(done)")
    #expect(workshop.packs != packs && workshop.locks.isEmpty)
    let again = try workshop.coffre(["repo", "prune", "--max-unused", "0"])
    #expect(again.isSuccess && again.output.contains("nothing to free"), "\(again)")
  }

  @Test func `without snapshots it refuses, until that is meant`() throws {
    for id in workshop.snapshotIDs { try remove(id) }
    let refused = try workshop.coffre(["repo", "prune"])
    #expect(refused.status == 1 && refused.errors.contains("--allow-empty"), "\(refused)")
    #expect(!workshop.packs.isEmpty)
    let done = try workshop.coffre(["repo", "prune", "--allow-empty"])
    #expect(done.isSuccess && workshop.packs.isEmpty, "\(done)")
  }

  @Test(arguments: ["5", "100%", "-1%", "all", "%", "nan%"])
  func `a limit that is none is told`(_ limit: String) throws {
    let outcome = try workshop.coffre(["repo", "prune", "--max-unused", limit])
    if limit == "5" {
      #expect(outcome.isSuccess, "a bare number is bytes: \(outcome)")
    } else {
      #expect(outcome.status == 2 && outcome.errors.contains("limit for unused data"), "\(outcome)")
    }
  }

  @Test func `a limit of any kind is understood`() throws {
    for limit in ["0", "0%", "12.5%", "10M", "unlimited"] {
      let outcome = try workshop.coffre(["repo", "prune", "-n", "--max-unused", limit])
      #expect(outcome.isSuccess, "\(outcome)")
    }
    let tooLarge = try workshop.coffre(["repo", "prune", "-n", "--repack-smaller-than", "1G"])
    #expect(tooLarge.status == 2, "\(tooLarge)")
    let both = try workshop.coffre(["repo", "prune", "-n", "--repack-small", "--repack-smaller-than", "1M"])
    #expect(both.status == 2, "\(both)")
  }

  @Test func `a locked repository ends it with 11`() throws {
    try forgetFirst()
    let backup = try workshop.startCoffre(["backup", "--stdin-from-command", "--", "sleep", "600"])
    #expect(backup.waitUntil { !workshop.locks.isEmpty })
    let packs = Set(workshop.packs)
    let outcome = try workshop.coffre(["repo", "prune", "--max-unused", "0"])
    #expect(outcome.status == 11 && outcome.errors.contains("Nothing was removed"), "\(outcome)")
    #expect(packs.isSubset(of: workshop.packs))
    backup.kill(SIGTERM)
    _ = try backup.wait()
    let later = try workshop.coffre(["repo", "prune", "--max-unused", "0"])
    #expect(later.isSuccess, "\(later)")
  }

  @Test func `JSON of all three is what their guide says`() throws {
    let prune = try workshop.coffreJSON(["repo", "prune", "-n"])
    for name in ["blobsUsed", "bytesUsed", "packsKept", "bytesUnusedAfter", "packsDeleted", "bytesFreed"] {
      #expect(prune.summary?[name]?.int != nil, "\(name): \(prune)")
    }
    let info = try #require(try workshop.coffreJSON(["repo", "info", "--unused"]).lines(of: "info").first)
    #expect(info["version"]?.int == 2 && info["v"]?.int == 1)
    #expect(info["packs"]?["count"]?.int == workshop.packs.count)
    #expect(info["snapshots"]?["count"]?.int == 2 && info["bytesUnused"]?.int == 0)
    let stats = try #require(try workshop.coffreJSON(["repo", "stats", "--per-snapshot"]).lines(of: "stats").first)
    #expect(stats["mode"]?.text == "restore-size" && stats["perSnapshot"]?.array.count == 2)
  }

  @Test func `what restic has no JSON for is told in Coffre's own, after a forget in none`() throws {
    for words in [
      ["repo", "prune"], ["repo", "repair", "index"], ["snapshot", "rewrite", "--exclude", "nothing"],
      ["repo", "key", "add", "--new-password-file", workshop.passwordFile],
    ] {
      let own = try workshop.coffre(words + ["--json=restic"])
      let lines = try JSONValue.lines(own.output)
      #expect(own.isSuccess && lines.last?["type"]?.text == "summary" && own.errors.isEmpty, "\(own)")
    }
    for (words, field) in [(["snapshot", "show", "latest"], "snapshot"), (["repo", "info"], "packs")] {
      let answer = try workshop.coffre(words + ["--json=restic"])
      #expect(try JSONValue(answer.output)[field] != nil, "\(answer)")
    }
    let forget = try workshop.coffre(["snapshot", "forget", "--keep-last", "1", "--prune", "--json=restic"])
    #expect(try JSONValue(forget.output).array.first?["remove"]?.array.count == 1, "one document: \(forget)")
  }

  @Test func `info answers although somebody holds the repository`() throws {
    let backup = try workshop.startCoffre(["backup", "--stdin-from-command", "--", "sleep", "600"])
    #expect(backup.waitUntil { !workshop.locks.isEmpty })
    let info = try workshop.coffre(["repo", "info"])
    #expect(info.isSuccess && info.output.contains("held by process"), "\(info)")
    backup.kill(SIGTERM)
    _ = try backup.wait()
  }

  @Test func `stats names what it cannot read and fails`() throws {
    let id = try #require(workshop.snapshotIDs.first)
    let path = "\(workshop.repository)/snapshots/\(id)"
    try writeRealFile("\(workshop.path)/damaged", "damaged")
    try renameReal("\(workshop.path)/damaged", to: path)
    let stats = try workshop.coffre(["repo", "stats"])
    #expect(stats.status == 1 && stats.errors.contains(String(id.prefix(8))), "\(stats)")
    let shares = try workshop.coffre(["repo", "stats", "--per-snapshot"])
    #expect(shares.status != 0, "\(shares)")
    let prune = try workshop.coffre(["repo", "prune"])
    #expect(prune.status == 1 && prune.errors.contains("removed nothing"), "\(prune)")
  }
}
