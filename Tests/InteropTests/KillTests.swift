import CoffreTestKit
import Glibc
import Testing

/// SIGKILL at any moment leaves a sound repository, and little is done twice.
@Suite("Killed backups")
struct KillTests {
  private static let rounds = runsAllTests ? 20 : 7

  /// The seed is fixed unless `COFFRE_TEST_SEED` gives another: a failure can be had again.
  private static let seed = environmentValue("COFFRE_TEST_SEED").flatMap { UInt64($0) } ?? 20_261_121

  @Test(.tags(.slow), arguments: Tool.restics)
  func `the repository is sound after a kill at any moment`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    let tree = "\(workshop.path)/tree"
    try makeRealFolder(tree)
    var random = SeededRandom(seed: Self.seed)
    try Self.fill(tree, seed: random.next(), files: 6)
    // How long an undisturbed backup of as much takes tells at which moments a kill hits something.
    var whole = try workshop.coffreBackup(["tree"], in: workshop.path).outcome.seconds
    var kills = 0
    var round = 0
    while kills < Self.rounds {
      round += 1
      try #require(round <= 5 * Self.rounds, "of \(round) kills only \(kills) hit a running backup")
      try Self.fill(tree, seed: random.next(), files: 6)
      let moment = Double(random.next() % 1000) / 1000 * whole
      let note: Comment = "seed \(Self.seed), round \(round), killed after \(moment) s of \(whole) s"
      let backup = try workshop.startCoffre(["backup", "tree"]) { $0.directory = workshop.path }
      pause(seconds: moment)
      backup.kill(SIGKILL)
      let outcome = try backup.wait()
      // Whoever was done before the kill tells that the machine has become faster.
      if outcome.status == 128 + SIGKILL { kills += 1 } else { whole = min(whole, outcome.seconds) }
      let left = workshop.locks

      let check = try workshop.coffreJSON(["repo", "check"])
      #expect(check.status == 0, "\(note): \(check)")
      #expect(check.summary?["errors"]?.int == 0, "\(note): \(check)")
      #expect(workshop.locks.isEmpty, "\(note): Coffre's own dead lock stays: \(check)")
      if !left.isEmpty {
        #expect(
          check.description.contains(String(left[0].prefix(8))), "\(note): taking a lock away is not said: \(check)")
      }
      let judge = try workshop.restic(restic, ["check"])
      #expect(judge.isSuccess && judge.output.contains("no errors were found"), "\(note): \(judge)")
    }

    let last = try workshop.coffreBackup(["tree"], in: workshop.path)
    #expect(last.warnings("unreadable").isEmpty)
    let judge = try workshop.restic(restic, ["check", "--read-data"])
    #expect(judge.isSuccess, "\(judge)")
    try workshop.expectCoffreFindsNoErrorsButHints()
    let restore = try workshop.coffreJSON(["restore", "latest", "--to", "\(workshop.path)/restored"])
    #expect(restore.status == 0, "\(restore)")
    try expectEqualTrees(tree, "\(workshop.path)/restored/tree")
    // What a kill left behind is garbage that prune removes, and nothing else.
    let pruned = try workshop.restic(restic, ["prune", "--max-unused", "0"])
    #expect(pruned.isSuccess, "\(pruned)")
    try workshop.expectResticFindsNoErrors(restic)
    try workshop.expectCoffreFindsNoErrors()
  }

  /// Restic knows no record of dead locks: it needs to be told.
  @Test(arguments: Tool.restics)
  func `the lock of a killed backup is a dead one to restic too`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    let backup = try workshop.startCoffre(["backup", "--stdin-from-command", "--", "sleep", "600"])
    #expect(backup.waitUntil { !workshop.locks.isEmpty })
    backup.kill(SIGKILL)
    try backup.wait()
    #expect(workshop.locks.count == 1)
    let check = try workshop.restic(restic, ["check"])
    #expect(!check.isSuccess && check.errors.contains("locked"), "\(check)")
    let unlock = try workshop.restic(restic, ["unlock"])
    #expect(unlock.isSuccess && workshop.locks.isEmpty, "\(unlock)")
    #expect(try workshop.restic(restic, ["check"]).isSuccess)
  }

  /// A stream of noise at 4 MB/s for 25 s, killed; then the same stream at full speed.
  @Test(.tags(.slow))
  func `what was stored 15 s before the kill is not stored again`() throws {
    let workshop = try Workshop()
    let log = "\(workshop.path)/emitted"
    let script = "\(workshop.path)/emit.py"
    try writeRealFile(
      script,
      """
      import random, sys, time
      seed, limit, rate, log = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), open(sys.argv[4], "a")
      noise, sent, start, piece = random.Random(seed), 0, time.monotonic(), 1 << 17
      while sent < limit:
          data = noise.randbytes(piece)[: limit - sent]
          sys.stdout.buffer.write(data)
          sys.stdout.buffer.flush()
          sent += len(data)
          log.write("%d %d\\n" % (time.time() * 1000, sent))
          log.flush()
          if rate:
              time.sleep(max(0, start + sent / rate - time.monotonic()))
      """)
    let python = try Tool.named("python3", package: "python3").path
    let arguments = ["backup", "--stdin-from-command", "--stdin-filename", "noise", "--", python, script, "5"]
    let slow = try workshop.startCoffre(arguments + ["1000000000", "4000000", log])
    pause(seconds: 26)
    slow.kill(SIGKILL)
    let killed = try slow.wait()
    try #require(killed.status == 128 + SIGKILL, "\(killed)")

    let emitted = String(decoding: try readRealFile(log), as: UTF8.self).split(separator: "\n").map { line in
      line.split(separator: " ").compactMap { Int($0) }
    }.filter { $0.count == 2 }
    let (end, total) = (try #require(emitted.last)[0], try #require(emitted.last)[1])
    let early = try #require(emitted.last { $0[0] <= end - 15_000 })[1]
    try #require(total > 30_000_000, "the stream was too slow to tell anything: \(total) bytes")

    let again = try workshop.coffreBackup(arguments + ["\(total)", "0", "/dev/null"])
    let added = try #require(again.dataAdded)
    #expect(again.summary?["totalBytesProcessed"]?.int == total)
    #expect(added < total - early, "\(added) of \(total) bytes stored again; \(early) came 15 s before the kill")
    try workshop.expectCoffreFindsNoErrorsButHints()
  }

  /// Files of noise, some small; each seed gives others.
  private static func fill(_ folder: String, seed: UInt64, files: Int) throws {
    for number in 0..<files {
      try writeRealFile("\(folder)/large-\(number)", seededBytes(seed &+ UInt64(number), count: 2_500_000))
    }
    for number in 0..<40 {
      try writeRealFile("\(folder)/small-\(number)", seededBytes(seed &+ UInt64(1000 + number), count: 5000))
    }
  }
}

extension Workshop {
  /// Packs that no index names are hints after a kill, no errors.
  func expectCoffreFindsNoErrorsButHints(location: SourceLocation = #_sourceLocation) throws {
    let report = try coffreJSON(["repo", "check", "--read-data"])
    #expect(report.status == 0 && report.summary?["errors"]?.int == 0, "\(report)", sourceLocation: location)
  }
}
