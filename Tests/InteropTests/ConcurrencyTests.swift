import CoffreTestKit
import Glibc
import Testing

/// Several programs at once in one repository.
@Suite("Several at once")
struct ConcurrencyTests {
  private func makeTrees(_ workshop: Workshop) throws {
    for tree in ["one", "two"] {
      try makeRealFolder("\(workshop.path)/\(tree)")
      // Half of the files are the same in both.
      for number in 0..<16 {
        let seed = number < 8 ? UInt64(number) : UInt64(number) + (tree == "one" ? 100 : 200)
        try writeRealFile("\(workshop.path)/\(tree)/\(number)", seededBytes(seed, count: 1_500_000))
      }
    }
  }

  @Test(arguments: Tool.restics)
  func `two backups at once both succeed`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    try makeTrees(workshop)
    let running = try ["one", "two"].map { tree in
      try workshop.startCoffre(["backup", tree]) { $0.directory = workshop.path }
    }
    for backup in running {
      let outcome = try backup.wait()
      #expect(outcome.isSuccess, "\(outcome)")
    }
    #expect(workshop.snapshotIDs.count == 2)
    #expect(workshop.locks.isEmpty)
    try workshop.expectResticFindsNoErrors(restic)
    try workshop.expectCoffreFindsNoErrors()
    for tree in ["one", "two"] {
      let target = "\(workshop.path)/restored-\(tree)"
      let restore = try workshop.coffreJSON(
        ["restore", "latest", "--path", "\(workshop.path)/\(tree)", "--to", target])
      #expect(restore.status == 0, "\(restore)")
      try expectEqualTrees("\(workshop.path)/\(tree)", "\(target)/\(tree)")
    }
  }

  @Test(arguments: Tool.restics)
  func `Coffre and restic back up at once`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    try makeTrees(workshop)
    let ours = try workshop.startCoffre(["backup", "one"]) { $0.directory = workshop.path }
    let theirs = try workshop.startRestic(restic, ["backup", "two"]) { $0.directory = workshop.path }
    for backup in [ours, theirs] {
      let outcome = try backup.wait()
      #expect(outcome.isSuccess, "\(outcome)")
    }
    let check = try workshop.restic(restic, ["check", "--read-data"])
    #expect(check.isSuccess, "\(check)")
    try workshop.expectCoffreFindsNoErrors()
  }

  @Test(arguments: Tool.restics)
  func `a backup while the repository is checked`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    try makeTrees(workshop)
    _ = try workshop.coffreBackup(["one"], in: workshop.path)
    // The backup lasts from before the check until after it.
    let backup = try workshop.startCoffre(
      ["backup", "--stdin-from-command", "--", "sh", "-c", "head -c 40000000 /dev/urandom; sleep 3; echo end"])
    #expect(backup.waitUntil { workshop.unnamedPacks.count >= 2 })
    for _ in 0..<2 {
      let check = try workshop.coffreJSON(["repo", "check", "--read-data"])
      #expect(check.status == 0 && check.summary?["errors"]?.int == 0, "\(check)")
    }
    let outcome = try backup.wait()
    #expect(outcome.isSuccess, "\(outcome)")
    try workshop.expectResticFindsNoErrors(restic)
  }

  @Test(arguments: Tool.restics)
  func `a backup waits for restic's exclusive lock, or names its holder`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    try makeTrees(workshop)
    _ = try workshop.coffreBackup(["one"], in: workshop.path)
    // restic's check locks exclusively; it is stopped while it holds the lock.
    let holder = try workshop.startRestic(restic, ["check", "--read-data"])
    try #require(holder.waitUntil { !workshop.locks.isEmpty })
    holder.signal(SIGSTOP)
    try #require(workshop.locks.count == 1)

    let refused = try workshop.coffre(["backup", "two"]) { $0.directory = workshop.path }
    #expect(refused.status == 11, "\(refused)")
    #expect(refused.errors.contains("locked by process \(holder.processID) of "), "\(refused)")
    #expect(refused.errors.contains("--retry-lock"), "\(refused)")
    #expect(workshop.locks.count == 1, "a refused backup leaves its lock behind")
    let impatient = try workshop.coffreJSON(["backup", "two", "--retry-lock", "1s"]) { $0.directory = workshop.path }
    #expect(impatient.status == 11 && impatient.outcome.seconds >= 1, "\(impatient)")

    let patient = try workshop.startCoffre(["backup", "two", "--retry-lock", "600s"]) { $0.directory = workshop.path }
    #expect(patient.waitUntil { patient.errorsSoFar.contains("waiting for process \(holder.processID)") })
    // Folders are listed before the lock is had; what changes while it is waited for belongs to the backup all the same.
    pause(seconds: 6)
    try writeRealFile("\(workshop.path)/two/written while waiting", Array("late".utf8))
    holder.signal(SIGCONT)
    #expect(try holder.wait().isSuccess)
    let outcome = try patient.wait()
    #expect(outcome.isSuccess, "\(outcome)")
    #expect(workshop.snapshotIDs.count == 2)
    let listed = try workshop.coffre(["snapshot", "ls", "latest"])
    #expect(listed.output.contains("/two/written while waiting"), "\(listed)")
  }

  @Test(arguments: Tool.restics)
  func `restic waits for a Coffre backup before it prunes`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    let done = "\(workshop.path)/done"
    let waiting = "until [ -e '\(done)' ]; do sleep 0.1; done"
    let backup = try workshop.startCoffre(["backup", "--stdin-from-command", "--", "sh", "-c", waiting])
    #expect(backup.waitUntil { !workshop.locks.isEmpty })
    let prune = try workshop.restic(restic, ["prune"])
    #expect(!prune.isSuccess && prune.errors.contains("locked"), "\(prune)")
    #expect(prune.errors.contains("\(backup.processID)"), "restic names Coffre's process: \(prune)")
    try writeRealFile(done, [])
    #expect(try backup.wait().isSuccess)
  }
}
