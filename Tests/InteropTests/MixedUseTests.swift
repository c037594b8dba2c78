import CoffreTestKit
import Testing

/// Both programs work on one repository in turn.
@Suite("Coffre and restic in one repository")
struct MixedUseTests {
  @Test(arguments: Tool.restics)
  func `backups of both in turn check clean and restore`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    let tree = "\(workshop.path)/tree"
    try makeRealFolder(tree)
    for round in 0..<4 {
      try makeRealFolder("\(tree)/round-\(round)")
      for number in 0..<10 {
        try writeRealFile("\(tree)/round-\(round)/\(number)", seededBytes(UInt64(round * 100 + number), count: 90_000))
      }
      try writeRealFile("\(tree)/growing", seededBytes(7, count: 800_000 * (round + 1)))
      if round % 2 == 0 {
        _ = try workshop.coffreBackup(["tree"], in: workshop.path)
      } else {
        _ = try workshop.resticBackup(restic, ["tree"], in: workshop.path)
      }
    }
    try workshop.expectResticFindsNoErrors(restic)
    try workshop.expectCoffreFindsNoErrors()
    let snapshots = try workshop.resticSnapshots(restic)
    #expect(snapshots.count == 4)
    // Each takes the other's snapshot for its parent.
    for (snapshot, former) in zip(snapshots.dropFirst(), snapshots) {
      #expect(snapshot["parent"]?.text == former["id"]?.text)
    }
    let restore = try workshop.coffreJSON(["restore", "latest", "--to", "\(workshop.path)/by-coffre"])
    #expect(restore.status == 0, "\(restore)")
    try workshop.resticRestore(restic, "latest", to: "\(workshop.path)/by-restic")
    try expectEqualTrees(tree, "\(workshop.path)/by-coffre/tree")
    try expectEqualTrees(tree, "\(workshop.path)/by-restic/tree")
  }

  @Test(arguments: Tool.restics)
  func `what restic prunes leaves Coffre a sound repository`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    let tree = "\(workshop.path)/tree"
    try makeSeededFiles(6, in: tree, size: 3_000_000)
    let first = try workshop.coffreBackup(["tree"], in: workshop.path)
    for number in 0..<3 { try removeRealTree("\(tree)/\(number)") }
    let second = try workshop.coffreBackup(["tree"], in: workshop.path)
    let stored = try packedBytes(of: workshop)

    let outcome = try workshop.restic(
      restic, ["forget", try #require(first.snapshot), "--prune", "--max-unused", "0"])
    #expect(outcome.isSuccess, "\(outcome)")
    // The first snapshot alone held half of the noise.
    let left = try packedBytes(of: workshop)
    #expect(left < stored - 8_000_000 && left > 8_000_000, "\(stored) bytes became \(left)")
    #expect(workshop.snapshotIDs == [try #require(second.snapshot)])
    try workshop.expectCoffreFindsNoErrors()
    try workshop.expectResticFindsNoErrors(restic)
    let restore = try workshop.coffreJSON(["restore", "latest", "--to", "\(workshop.path)/restored", "--verify"])
    #expect(restore.status == 0, "\(restore)")
    try expectEqualTrees(tree, "\(workshop.path)/restored/tree")
    let again = try workshop.coffreBackup(["tree"], in: workshop.path)
    #expect(again.dataAdded == 0, "what the remaining snapshot needs was all kept")
  }

  @Test(arguments: Tool.restics)
  func `packs that restic has no reason to touch survive its prune`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    let tree = "\(workshop.path)/tree"
    try makeRealFolder(tree)
    try writeRealFile("\(tree)/file", seededBytes(1, count: 5_000_000))
    _ = try workshop.coffreBackup(["tree"], in: workshop.path)
    let packs = Set(workshop.packs)
    #expect(!packs.isEmpty)
    let outcome = try workshop.restic(restic, ["prune"])
    #expect(outcome.isSuccess, "\(outcome)")
    #expect(Set(workshop.packs) == packs)
    try workshop.expectCoffreFindsNoErrors()
  }

  private func packedBytes(of workshop: Workshop) throws -> Int {
    try workshop.packs.reduce(0) { $0 + (try realStatus("\(workshop.repository)/data/\($1.prefix(2))/\($1)").size) }
  }
}
