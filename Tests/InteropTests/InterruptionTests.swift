import CoffreTestKit
import Glibc
import Testing

/// SIGINT and SIGTERM: a clean end, and what was stored is not lost.
@Suite("Interruptions")
struct InterruptionTests {
  /// Prints noise without end, and slowly.
  private static let noise = "while :; do head -c 3000000 /dev/urandom; sleep 0.05; done"

  @Test(arguments: [(signal: SIGINT, status: 130), (SIGTERM, 143)] as [(signal: Int32, status: Int32)])
  func `a backup ends cleanly`(_ example: (signal: Int32, status: Int32)) throws {
    for restic in Tool.restics {
      let workshop = try Workshop()
      let backup = try workshop.startCoffre(["backup", "--stdin-from-command", "--", "sh", "-c", Self.noise])
      #expect(backup.waitUntil { workshop.packs.count >= 2 }, "\(backup.errorsSoFar)")
      #expect(workshop.locks.count == 1)
      backup.signal(example.signal)
      let outcome = try backup.wait()
      #expect(outcome.status == example.status, "\(outcome)")
      #expect(outcome.errors.contains(example.signal == SIGINT ? "interrupted" : "terminated"), "\(outcome)")
      #expect(workshop.locks.isEmpty)
      #expect(workshop.snapshotIDs.isEmpty)
      // Finished packs are in an index: restic would otherwise tell of packs that nothing references.
      try workshop.expectResticFindsNoErrors(restic)
      try workshop.expectCoffreFindsNoErrors()
    }
  }

  @Test func `a backup of files ends cleanly, and the next one goes on`() throws {
    let workshop = try Workshop()
    let tree = "\(workshop.path)/tree"
    try makeSeededFiles(24, in: tree, size: 4_000_000)
    let backup = try workshop.startCoffre(["backup", "tree"]) { $0.directory = workshop.path }
    // Two may still be being filled; the finished ones have no names yet.
    #expect(backup.waitUntil { workshop.unnamedPacks.count >= 3 })
    backup.signal(SIGINT)
    let outcome = try backup.wait()
    #expect(outcome.status == 130, "\(outcome)")
    #expect(workshop.locks.isEmpty)
    #expect(workshop.snapshotIDs.isEmpty)
    try workshop.expectCoffreFindsNoErrors()
    let next = try workshop.coffreBackup(["tree"], in: workshop.path)
    let added = try #require(next.dataAdded)
    #expect(added < 24 * 4_000_000 - 16_000_000, "what was stored before is reused: \(added)")
  }

  @Test func `a second signal ends the program at once`() throws {
    let workshop = try Workshop()
    // It keeps its output open and ignores what asks it to stop.
    let stubborn = "trap '' TERM INT PIPE; while :; do sleep 1; done"
    let backup = try workshop.startCoffre(["backup", "--stdin-from-command", "--", "sh", "-c", stubborn]) {
      $0.timeLimit = 120
    }
    #expect(backup.waitUntil { !workshop.locks.isEmpty })
    backup.signal(SIGINT)
    pause(seconds: 0.3)
    backup.signal(SIGINT)
    let outcome = try backup.wait()
    #expect(outcome.status == 130, "\(outcome)")
    #expect(outcome.seconds < 60, "\(outcome)")
  }

  @Test func `SIGHUP is ignored`() throws {
    let workshop = try Workshop()
    let backup = try workshop.startCoffre(["backup", "--stdin-from-command", "--", "sh", "-c", "sleep 1; echo done"])
    #expect(backup.waitUntil { !workshop.locks.isEmpty })
    backup.signal(SIGHUP)
    let outcome = try backup.wait()
    #expect(outcome.isSuccess, "\(outcome)")
    #expect(workshop.snapshotIDs.count == 1)
  }

  @Test(arguments: [(signal: SIGINT, status: 130), (SIGTERM, 143)] as [(signal: Int32, status: Int32)])
  func `an interrupted restore leaves no half-written file`(_ example: (signal: Int32, status: Int32)) throws {
    let workshop = try Workshop()
    let tree = "\(workshop.path)/tree"
    try makeSeededFiles(40, in: tree, size: 3_000_000)
    _ = try workshop.coffreBackup(["tree"], in: workshop.path)

    let target = "\(workshop.path)/restored"
    let restore = try workshop.startCoffre(["restore", "latest", "--to", target])
    #expect(restore.waitUntil { realNames(in: "\(target)/tree").count >= 2 })
    restore.signal(example.signal)
    let outcome = try restore.wait()
    #expect(outcome.status == example.status, "\(outcome)")
    #expect(workshop.locks.isEmpty)
    let restored = realNames(in: "\(target)/tree")
    #expect(restored.count < 40, "it came too late to interrupt anything")
    for name in restored {
      let isWhole = try readRealFile("\(target)/tree/\(name)") == readRealFile("\(tree)/\(name)")
      #expect(isWhole, "'\(name)' is there, but not whole")
    }
    let again = try workshop.coffreJSON(["restore", "latest", "--to", target, "--overwrite", "if-changed"])
    #expect(again.status == 0, "\(again)")
    try expectEqualTrees(tree, "\(target)/tree")
  }

  @Test func `an interrupted restore over existing files keeps the old or the new one`() throws {
    let workshop = try Workshop()
    let tree = "\(workshop.path)/tree"
    try makeSeededFiles(40, in: tree, size: 3_000_000)
    _ = try workshop.coffreBackup(["tree"], in: workshop.path)
    let target = "\(workshop.path)/restored"
    try makeRealFolder(target)
    try makeRealFolder("\(target)/tree")
    let old = seededBytes(999, count: 100_000)
    for number in 0..<40 { try writeRealFile("\(target)/tree/\(number)", old) }

    let restore = try workshop.startCoffre(["restore", "latest", "--to", target])
    #expect(restore.waitUntil { realNames(in: "\(target)/tree").contains { $0.hasPrefix(".coffre-") } })
    restore.signal(SIGTERM)
    let outcome = try restore.wait()
    #expect(outcome.status == 143, "\(outcome)")
    let names = realNames(in: "\(target)/tree")
    #expect(names.count == 40, "something is left over: \(names.filter { $0.hasPrefix(".") })")
    for name in names {
      let content = try readRealFile("\(target)/tree/\(name)")
      let isOldOrNew = try content == old || content == readRealFile("\(tree)/\(name)")
      #expect(isOldOrNew, "'\(name)' is neither the old file nor the new one")
    }
  }
}
