import CoffreTestKit
import Glibc
import Testing

/// Coffre and restic prune what the other wrote.
@Suite("Prune and restic")
struct PruneTests {
  /// Backs up three states of a tree, by turns with both programs, and forgets the first two.
  ///
  /// - Returns: the tree as it is in the last one.
  private func fill(_ workshop: Workshop, _ restic: ResticProgram) throws -> String {
    let tree = "\(workshop.path)/tree"
    for round in 0..<3 {
      try makeRealFolderIfMissing(tree)
      for folder in 0..<3 {
        try makeRealFolderIfMissing("\(tree)/\(folder)")
        for file in 0..<5 where round == 0 || file % 2 == round % 2 {
          let seed = UInt64(round * 100 + folder * 10 + file)
          try writeRealFile("\(tree)/\(folder)/file-\(file)", seededBytes(seed, count: 90_000 + 7919 * file))
        }
      }
      try writeRealFile("\(tree)/round", "round \(round) " + String(repeating: "text ", count: 4000))
      if round == 1 {
        _ = try workshop.resticBackup(restic, [tree])
      } else {
        _ = try workshop.coffreBackup([tree])
      }
    }
    let forget = try workshop.restic(restic, ["forget", "--keep-last", "1", "--group-by", ""])
    try #require(forget.isSuccess, "\(forget)")
    try #require(workshop.snapshotIDs.count == 1)
    return tree
  }

  private func makeRealFolderIfMissing(_ path: String) throws {
    if !realEntryExists(path) { try makeRealFolder(path) }
  }

  private func expectBothRestore(_ workshop: Workshop, _ restic: ResticProgram, _ tree: String) throws {
    try workshop.resticRestore(restic, "latest", to: "\(workshop.path)/by-restic")
    try expectEqualTrees(tree, "\(workshop.path)/by-restic\(tree)")
    let restore = try workshop.coffreJSON(["restore", "latest", "--to", "\(workshop.path)/by-coffre"])
    #expect(restore.status == 0, "\(restore)")
    try expectEqualTrees(tree, "\(workshop.path)/by-coffre\(tree)")
  }

  @Test(arguments: Tool.restics, [1, 2])
  func `restic approves of what Coffre leaves`(_ restic: ResticProgram, _ version: Int) throws {
    let workshop = try Workshop(repositoryVersion: version)
    let tree = try fill(workshop, restic)
    let pruned = try workshop.coffreJSON(["repo", "prune", "--max-unused", "0"])
    #expect(pruned.status == 0, "\(pruned)")
    #expect(try #require(pruned.summary?["packsDeleted"]?.int) > 0)
    try workshop.expectResticFindsNoErrors(restic)
    try workshop.expectCoffreFindsNoErrors()
    try expectBothRestore(workshop, restic, tree)
    // Neither finds anything more to do.
    let packs = workshop.packs
    let again = try workshop.restic(restic, ["prune", "--max-unused", "0"])
    #expect(again.isSuccess, "\(again)")
    #expect(workshop.packs == packs, "\(again)")
    let second = try workshop.coffreJSON(["repo", "prune", "--max-unused", "0"])
    #expect(second.summary?["packsDeleted"]?.int == 0 && second.summary?["bytesUnusedAfter"]?.int == 0, "\(second)")
    #expect(workshop.packs == packs)
  }

  @Test(arguments: Tool.restics)
  func `Coffre approves of what restic leaves`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    let tree = try fill(workshop, restic)
    let pruned = try workshop.restic(restic, ["prune", "--max-unused", "0"])
    #expect(pruned.isSuccess, "\(pruned)")
    try workshop.expectCoffreFindsNoErrors()
    let plan = try workshop.coffreJSON(["repo", "prune", "--dry-run", "--max-unused", "0"])
    #expect(plan.summary?["packsRemoved"]?.int == 0 && plan.summary?["packsRepacked"]?.int == 0, "\(plan)")
    #expect(plan.summary?["blobsUnused"]?.int == 0 && plan.summary?["blobsDuplicate"]?.int == 0, "\(plan)")
    try expectBothRestore(workshop, restic, tree)
  }

  /// Both prune copies of one repository: the same packs go, and as much stays.
  @Test(arguments: Tool.restics)
  func `both free the same packs`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    _ = try fill(workshop, restic)
    let copy = "\(workshop.path)/copy"
    let copying = try Tool.named("cp", package: "coreutils").run(["-a", workshop.repository, copy])
    try #require(copying.isSuccess)
    let before = Set(workshop.packs)
    let ours = try workshop.coffreJSON(["repo", "prune", "--max-unused", "0"])
    #expect(ours.status == 0, "\(ours)")
    let theirs = try restic.program().run(
      ["-r", copy, "-p", workshop.passwordFile, "--no-cache", "prune", "--max-unused", "0", "-v", "-v"],
      workshop.settings())
    #expect(theirs.isSuccess, "\(theirs)")
    let left = realNames(in: "\(copy)/data").flatMap { realNames(in: "\(copy)/data/\($0)") }
    #expect(Set(workshop.packs).intersection(before) == Set(left).intersection(before), "\(theirs)")
    // Its words are those of a table: `to repack: 18 blobs / 1.892 MiB`.
    func resticCount(_ label: String) -> Int? {
      theirs.output.split(separator: "\n").first { $0.hasPrefix(label) }
        .flatMap { $0.split(separator: " ").compactMap { Int($0) }.first }
    }
    #expect(ours.summary?["blobsRepacked"]?.int == resticCount("to repack:"), "\(theirs)")
    #expect(ours.summary?["blobsRemovedInAll"]?.int == resticCount("total prune:"), "\(theirs)")
    #expect(ours.summary?["blobsRemaining"]?.int == resticCount("remaining:"), "\(theirs)")
  }

  /// SIGKILL at some moments; each time the repository is sound for both, and the last one finishes.
  @Test(.tags(.slow), arguments: Tool.restics)
  func `a kill at any moment loses nothing`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    let tree = try fill(workshop, restic)
    var random = SeededRandom(seed: 20_261_122)
    for round in 0..<(runsAllTests ? 25 : 6) {
      let prune = try workshop.startCoffre(["repo", "prune", "--max-unused", "0"])
      pause(seconds: Double(random.next() % 500) / 1000)
      prune.kill(SIGKILL)
      _ = try prune.wait()
      // The lock of a process that is gone.
      let unlock = try workshop.coffre(["repo", "unlock"])
      #expect(unlock.isSuccess, "\(unlock)")
      let check = try workshop.coffreJSON(["repo", "check", "--read-data"])
      #expect(check.status == 0, "round \(round): \(check)")
      let judge = try workshop.restic(restic, ["check", "--read-data"])
      #expect(judge.isSuccess, "round \(round): \(judge)")
    }
    let last = try workshop.coffreJSON(["repo", "prune", "--max-unused", "0"])
    #expect(last.status == 0, "\(last)")
    try workshop.expectResticFindsNoErrors(restic)
    try workshop.expectCoffreFindsNoErrors()
    try expectBothRestore(workshop, restic, tree)
  }

  /// Prunes and backups by several processes for a while: no backup loses anything, whoever wins.
  @Test(.tags(.slow), arguments: Tool.restics)
  func `backups of other processes lose nothing`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    let tree = try fill(workshop, restic)
    let prune = try workshop.startCoffre(["repo", "prune", "--max-unused", "0", "--retry-lock", "60s"])
    let backups = try (0..<3).map { number in
      let other = "\(workshop.path)/other-\(number)"
      try makeRealFolder(other)
      // Files of the forgotten first state: their blobs are there, and about to go.
      for folder in 0..<3 {
        for file in 0..<5 {
          let bytes = seededBytes(UInt64(folder * 10 + file), count: 90_000 + 7919 * file)
          try writeRealFile("\(other)/\(folder)-\(file)", bytes)
        }
      }
      return try workshop.startCoffre(["backup", other, "--retry-lock", "60s"])
    }
    for backup in backups {
      let outcome = try backup.wait()
      #expect(outcome.isSuccess, "\(outcome)")
    }
    let pruned = try prune.wait()
    #expect(pruned.isSuccess, "\(pruned)")
    let check = try workshop.coffreJSON(["repo", "check", "--read-data"])
    #expect(check.status == 0, "\(check)")
    for number in 0..<3 {
      let other = "\(workshop.path)/other-\(number)"
      let restore = try workshop.coffreJSON([
        "restore", "latest", "--path", other, "--to", "\(workshop.path)/to-\(number)",
      ])
      #expect(restore.status == 0, "\(restore)")
      try expectEqualTrees(other, "\(workshop.path)/to-\(number)\(other)")
    }
    let restore = try workshop.coffreJSON(["restore", "latest", "--path", tree, "--to", "\(workshop.path)/to"])
    #expect(restore.status == 0, "\(restore)")
    try expectEqualTrees(tree, "\(workshop.path)/to\(tree)")
  }
}
