import CoffreRepository
import CoffreTestKit
import Testing

/// Making room on a disk that is full to the last byte.
@Suite("A full disk", .enabled(if: isRoot, "needs root"))
struct FullDiskTests {
  private let workshop: Workshop
  private let mount: MemoryMount
  private let id: String

  /// Three snapshots on a small disk, of which the last needs little of what the others hold, and not a byte left.
  ///
  /// One thread writes them: several may lay what stays and what goes into different packs, with nothing to repack.
  init() throws {
    workshop = try Workshop(repositoryVersion: nil)
    mount = try MemoryMount(at: workshop.repository, options: "size=8m")
    try workshop.makeRepository()
    id = try workshop.openRepository().config.id
    try makeRealFolder("\(workshop.path)/tree")
    try writeRealFile("\(workshop.path)/tree/kept", seededBytes(99, count: 250_000))
    for round in 0..<3 {
      try writeRealFile("\(workshop.path)/tree/large", seededBytes(UInt64(round), count: 1_500_000))
      for number in 0..<150 {
        try writeRealFile("\(workshop.path)/tree/\(round)-\(number)", "file \(round) \(number)")
      }
      _ = try workshop.coffreBackup(["tree", "--read-concurrency", "1"], in: workshop.path)
    }
    fill()
  }

  private func fill() {
    let filling = try? Tool.named("sh", package: "dash").run(["-c", "cat /dev/zero >> \(workshop.repository)/filler"])
    #expect(filling?.errors.contains("No space left") == true)
  }

  /// Drops all snapshots but the last.
  private func forget() throws {
    let forget = try workshop.coffre(["snapshot", "forget", "--keep-last", "1"])
    #expect(forget.isSuccess && forget.output.contains("removed 2 snapshots"), "\(forget)")
    #expect(forget.errors.contains("no lock could be written"), "\(forget)")
    #expect(workshop.snapshotIDs.count == 1 && workshop.locks.isEmpty)
  }

  private func expectSound(_ restic: ResticProgram) throws {
    try removeRealTree("\(workshop.repository)/filler")
    try workshop.expectResticFindsNoErrors(restic)
    try workshop.expectCoffreFindsNoErrors()
    let restore = try workshop.coffre(["restore", "latest", "--to", "\(workshop.path)/restored", "--verify"])
    #expect(restore.isSuccess, "\(restore)")
    try expectEqualTrees("\(workshop.path)/tree", "\(workshop.path)/restored/tree")
  }

  @Test(arguments: Tool.restics)
  func `forget works, prune names the option that helps, and that frees space`(_ restic: ResticProgram) throws {
    try forget()
    fill()
    let packs = workshop.packs
    for options in [[], ["--max-repack-size", "0"]] {
      let prune = try workshop.coffre(["repo", "prune"] + options)
      #expect(prune.status == 21 && prune.errors.contains("No space left on device"), "\(prune)")
      #expect(prune.errors.contains("--unsafe-recover-no-free-space"), "\(prune)")
    }
    let unmeant = try workshop.coffre(["repo", "prune", "--unsafe-recover-no-free-space", "yes"])
    #expect(unmeant.status == 2 && unmeant.errors.contains("--unsafe-recover-no-free-space \(id)"), "\(unmeant)")
    let option = ["repo", "prune", "--unsafe-recover-no-free-space", id]
    let repacking = try workshop.coffre(option + ["--max-repack-size", "1G"])
    #expect(repacking.status == 2 && repacking.errors.contains("exclude each other"), "\(repacking)")
    let plan = try workshop.coffre(option + ["-n"])
    #expect(plan.isSuccess && plan.output.contains("dry run: nothing was changed"), "\(plan)")
    #expect(workshop.packs == packs)

    let done = try workshop.coffre(option)
    #expect(done.isSuccess && done.errors.contains("do not interrupt"), "\(done)")
    #expect(done.output.contains("freed ") && workshop.packs.count < packs.count, "\(done)")
    #expect(workshop.locks.isEmpty)
    try expectSound(restic)
  }

  /// As a recovery leaves it that was killed when the index was gone and no pack yet.
  @Test(arguments: Tool.restics)
  func `an index that was lost on the way is made anew on the full disk`(_ restic: ResticProgram) throws {
    try forget()
    for file in workshop.objects("index") { try removeRealTree("\(workshop.repository)/index/\(file)") }
    let check = try workshop.coffre(["repo", "check"])
    #expect(check.status == 1 && check.output.contains("coffre repo repair index"), "\(check)")
    let repair = try workshop.coffre(["repo", "repair", "index"])
    #expect(repair.isSuccess && repair.output.contains("that no index named"), "\(repair)")
    try removeRealTree("\(workshop.repository)/filler")
    let prune = try workshop.coffre(["repo", "prune", "--max-unused", "0"])
    #expect(prune.isSuccess, "\(prune)")
    fill()
    try expectSound(restic)
  }

  @Test func `a repack that finds no space says which option needs none`() throws {
    try forget()
    try removeRealTree("\(workshop.repository)/filler")
    let free = try Tool.named("sh", package: "dash").run([
      "-c",
      "head -c $(( $(stat -f -c '%a * %S' \(workshop.repository)) - 60000 )) /dev/zero > \(workshop.repository)/filler",
    ])
    #expect(free.isSuccess, "\(free)")
    let prune = try workshop.coffre(["repo", "prune", "--max-unused", "0"])
    #expect(prune.status == 21 && prune.errors.contains("--max-repack-size 0"), "\(prune)")
    #expect(workshop.locks.isEmpty)
    let small = try workshop.coffre(["repo", "prune", "--max-repack-size", "0"])
    #expect(small.isSuccess && small.output.contains("freed "), "\(small)")
  }
}
