import CoffreTestKit
import Glibc
import Testing

/// Copies between repositories of Coffre and restic, made by either.
@Suite("Copies, with restic")
struct CopyTests {
  struct Pair: Sendable, CustomTestStringConvertible {
    let restic: ResticProgram
    let from: Int
    let to: Int
    var testDescription: String { "\(restic), version \(from) to \(to)" }
  }

  private static let pairs = Tool.restics.flatMap { restic in
    [(1, 1), (1, 2), (2, 1), (2, 2)].map { Pair(restic: restic, from: $0.0, to: $0.1) }
  }

  private func from(_ source: Workshop, _ option: String = "--from-password-file") -> [String] {
    ["--from-repo", source.repository, option, source.passwordFile]
  }

  /// Two snapshots of a tree of odd files, made by restic.
  private func resticSource(_ restic: ResticProgram, version: Int) throws -> Workshop {
    let source = try Workshop(repositoryVersion: nil)
    try source.resticInit(restic, version: version)
    try buildOddTree(at: "\(source.path)/tree", for: restic)
    _ = try source.resticBackup(restic, ["tree", "--tag", "a,b", "--exclude", "*.tmp"], in: source.path)
    try writeRealFile("\(source.path)/tree/later", "later\n")
    _ = try source.resticBackup(restic, ["tree", "--host", "shop"], in: source.path)
    return source
  }

  private func facts(_ snapshot: JSONValue) -> [String] {
    let lists = ["paths", "tags", "excludes"].map {
      snapshot[$0]?.array.compactMap(\.text).joined(separator: ",") ?? ""
    }
    return ["time", "tree", "hostname", "username"].map { snapshot[$0]?.text ?? "" } + lists
  }

  @Test(arguments: pairs)
  func `what restic stored and Coffre copied, restic checks, restores and knows as a copy`(_ pair: Pair) throws {
    let source = try resticSource(pair.restic, version: pair.from)
    let destination = try Workshop(repositoryVersion: pair.to)
    let report = try destination.coffreJSON(["repo", "copy"] + from(source))
    #expect(report.status == 0 && report.summary?["snapshotsCopied"]?.int == 2, "\(report)")
    try destination.expectResticFindsNoErrors(pair.restic)
    try destination.expectCoffreFindsNoErrors()
    try source.expectResticFindsNoErrors(pair.restic)

    let originals = try source.resticSnapshots(pair.restic)
    let copies = try destination.resticSnapshots(pair.restic)
    #expect(copies.map(facts) == originals.map(facts))
    #expect(copies.map { $0["original"]?.text } == originals.map { $0["id"]?.text })
    #expect(copies.allSatisfy { $0["parent"] == nil })
    try destination.resticRestore(pair.restic, "latest", to: "\(destination.path)/restored")
    try expectEqualTrees("\(source.path)/tree", "\(destination.path)/restored/tree", resticTolerance)
    let config = try destination.restic(pair.restic, ["cat", "config"])
    #expect(try JSONValue(config.output)["version"]?.int == pair.to)

    // Neither has anything left to copy.
    let packs = destination.packs.sorted()
    let again = try destination.coffreJSON(["repo", "copy"] + from(source))
    #expect(again.summary?["snapshotsThere"]?.int == 2 && again.summary?["blobs"]?.int == 0, "\(again)")
    let judge = try destination.restic(pair.restic, ["copy"] + from(source))
    #expect(judge.isSuccess, "\(judge)")
    #expect(destination.snapshotIDs.count == 2 && destination.packs.sorted() == packs, "\(judge)")
  }

  @Test(arguments: pairs)
  func `what Coffre stored and restic copied, Coffre checks, restores and knows as a copy`(_ pair: Pair) throws {
    let source = try Workshop(repositoryVersion: pair.from)
    try buildOddTree(at: "\(source.path)/tree", for: pair.restic)
    _ = try source.coffreBackup(["tree", "--tag", "a"], in: source.path)
    let destination = try Workshop(repositoryVersion: nil)
    try destination.resticInit(pair.restic, version: pair.to)
    let copy = try destination.restic(pair.restic, ["copy"] + from(source))
    #expect(copy.isSuccess, "\(copy)")
    try destination.expectCoffreFindsNoErrors()
    let restore = try destination.coffreJSON(["restore", "latest", "--to", "\(destination.path)/restored", "--verify"])
    #expect(restore.status == 0, "\(restore)")
    try expectEqualTrees("\(source.path)/tree", "\(destination.path)/restored/tree")
    let again = try destination.coffreJSON(["repo", "copy"] + from(source))
    #expect(again.summary?["snapshotsThere"]?.int == 1 && again.summary?["blobs"]?.int == 0, "\(again)")
    // And back again: the copy of a copy is the first one.
    let back = try source.coffreJSON(["repo", "copy"] + from(destination))
    #expect(back.summary?["snapshotsThere"]?.int == 1 && source.snapshotIDs.count == 1, "\(back)")
  }

  @Test(arguments: Tool.restics)
  func `repositories with one way of cutting share what is backed up to both`(_ restic: ResticProgram) throws {
    let source = try Workshop(repositoryVersion: nil)
    try source.resticInit(restic)
    try writeRealFile("\(source.path)/file", seededBytes(7, count: 6_000_000))
    _ = try source.resticBackup(restic, ["file"], in: source.path)
    for isMadeByCoffre in [true, false] {
      let destination = try Workshop(repositoryVersion: nil)
      let made =
        isMadeByCoffre
        ? try destination.coffre(["repo", "init", "--copy-chunker-params"] + from(source))
        : try destination.restic(restic, ["init", "--copy-chunker-params"] + from(source))
      try #require(made.isSuccess, "\(made)")
      _ = try destination.coffreBackup(["\(source.path)/file"])
      let report = try destination.coffreJSON(["repo", "copy"] + from(source))
      #expect(report.status == 0 && report.summary?["snapshotsCopied"]?.int == 1, "\(report)")
      // Only trees may be new: the path is the same, times of access are not.
      let added = try #require(report.summary?["dataAdded"]?.int)
      #expect(added < 100_000, "\(added) bytes of 6 MB were stored twice")
      try destination.expectResticFindsNoErrors(restic)
    }
  }

  @Test(.tags(.slow), arguments: Tool.restics)
  func `a killed copy leaves a sound repository and goes on when it is run again`(_ restic: ResticProgram) throws {
    let source = try Workshop()
    try makeRealFolder("\(source.path)/tree")
    for round in 0..<3 {
      for number in 0..<4 {
        try writeRealFile(
          "\(source.path)/tree/file-\(round)-\(number)", seededBytes(UInt64(round * 10 + number), count: 4_000_000))
      }
      _ = try source.coffreBackup(["tree"], in: source.path)
    }
    let probe = try Workshop()
    let whole = try probe.coffreJSON(["repo", "copy"] + from(source))
    try #require(whole.status == 0, "\(whole)")
    let destination = try Workshop()
    var kills = 0
    // What a machine that is busy for a while makes of the first one's time is not known: the soonest kills hit it.
    for round in 1...6 {
      let copy = try destination.startCoffre(["repo", "copy"] + from(source))
      pause(seconds: whole.outcome.seconds * Double(round * round) / 48)
      copy.kill(SIGKILL)
      if try copy.wait().status == 128 + SIGKILL { kills += 1 }
      let check = try destination.coffreJSON(["repo", "check"])
      #expect(check.status == 0 && check.summary?["errors"]?.int == 0, "round \(round): \(check)")
    }
    #expect(kills > 0, "of 6 kills only \(kills) hit a running copy")
    let last = try destination.coffreJSON(["repo", "copy"] + from(source))
    #expect(last.status == 0 && destination.snapshotIDs.count == 3, "\(last)")
    let judge = try destination.restic(restic, ["check", "--read-data"])
    #expect(judge.isSuccess && judge.output.contains("no errors were found"), "\(judge)")
    try destination.resticRestore(restic, "latest", to: "\(destination.path)/restored")
    try expectEqualTrees("\(source.path)/tree", "\(destination.path)/restored/tree")
  }
}
