import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreRepository

/// Repositories of version 1 are written as programs of their time expect, and stay what they are.
@Suite("Version 1, with restic")
struct VersionOneTests {
  private func expectVersionOne(_ workshop: Workshop, config: [UInt8], _ note: Comment) throws {
    #expect(try readRealFile("\(workshop.repository)/config") == config, "\(note): the configuration was written anew")
    let repository = try workshop.openRepository()
    #expect(repository.config.version == 1)
    let index = try repository.loadIndex(cancellation: .init()).index
    let compressed = (0..<index.count).count { index.entry($0).uncompressedLength != 0 }
    #expect(index.count > 0 && compressed == 0, "\(note): \(compressed) of \(index.count) blobs are compressed")
    // What packs hold is as long as its plaintext and the seal.
    for number in 0..<index.count {
      let location = index.location(ofEntry: number)
      #expect(location.length == location.plainLength + 32)
    }
    // Unpacked files are plain JSON below the seal: a compressed one begins with 2.
    let codec = repository.makeCodec()
    for kind in [ObjectKind.index, .snapshot] {
      for object in try repository.store.listObjects(kind) {
        let sealed = try repository.store.load(kind.storeKey(of: object.id), expectedSize: Int(object.sizeInBytes))
        #expect(try codec.openConfig(sealed.span).first == UInt8(ascii: "{"), "\(note): \(kind) \(object.id)")
      }
    }
  }

  @Test(arguments: Tool.restics)
  func `everything Coffre does leaves a version 1 repository what it is`(_ restic: ResticProgram) throws {
    let workshop = try Workshop(repositoryVersion: nil)
    try workshop.resticInit(restic, version: 1)
    let config = try readRealFile("\(workshop.repository)/config")
    try buildOddTree(at: "\(workshop.path)/tree", for: restic)
    // Compresses well, several chunks long.
    try writeRealFile("\(workshop.path)/tree/text", [UInt8](repeating: 0x61, count: 9_000_000))

    _ = try workshop.coffreBackup(["tree"], in: workshop.path)
    try expectVersionOne(workshop, config: config, "backup")
    try workshop.expectResticFindsNoErrors(restic)
    try workshop.expectCoffreFindsNoErrors()
    let second = "\(workshop.path)/second"
    try writeRealFile(second, "second\n")
    #expect(try workshop.coffre(["repo", "key", "add", "--new-password-file", second]).isSuccess)
    #expect(try workshop.coffre(["repo", "unlock"]).isSuccess)
    let other = try Workshop()
    _ = try other.coffreBackup(["/usr/include/linux"])
    let copy = try workshop.coffreJSON([
      "repo", "copy", "--from-repo", other.repository, "--from-password-file", other.passwordFile,
    ])
    #expect(copy.status == 0, "\(copy)")
    try expectVersionOne(workshop, config: config, "copy")
    try workshop.expectResticFindsNoErrors(restic)
    let first = try #require(try workshop.resticSnapshots(restic).first { $0["original"] == nil }?["id"]?.text)
    try workshop.resticRestore(restic, first, to: "\(workshop.path)/r")
    try expectEqualTrees("\(workshop.path)/tree", "\(workshop.path)/r/tree", resticTolerance)
  }

  @Test(arguments: Tool.restics)
  func `restic and Coffre take turns in a version 1 repository`(_ restic: ResticProgram) throws {
    let workshop = try Workshop(repositoryVersion: 1)
    let config = try readRealFile("\(workshop.repository)/config")
    let tree = "\(workshop.path)/tree"
    try makeRealFolder(tree)
    for round in 0..<4 {
      try writeRealFile("\(tree)/file-\(round)", seededBytes(UInt64(round), count: 1_500_000))
      let isOurs = round % 2 == 0
      let made =
        isOurs
        ? try workshop.coffreBackup(["tree"], in: workshop.path).tree
        : try workshop.resticBackup(restic, ["tree"], in: workshop.path).tree
      // The other finds the same tree and nothing to add.
      if isOurs {
        let judge = try workshop.resticBackup(restic, ["tree"], in: workshop.path)
        #expect(judge.tree == made && judge.summary["data_added"]?.int == 0, "round \(round)")
      } else {
        let judge = try workshop.coffreBackup(["tree"], in: workshop.path)
        #expect(judge.tree == made && judge.dataAdded == 0, "round \(round)")
      }
      try expectVersionOne(workshop, config: config, "round \(round)")
    }
    try workshop.expectResticFindsNoErrors(restic)
    try workshop.expectCoffreFindsNoErrors()
    let forgotten = try workshop.restic(restic, ["forget", "--keep-last", "1", "--prune"])
    #expect(forgotten.isSuccess, "\(forgotten)")
    try workshop.expectCoffreFindsNoErrors()
    try expectVersionOne(workshop, config: config, "after prune")
    let restore = try workshop.coffreJSON(["restore", "latest", "--to", "\(workshop.path)/restored", "--verify"])
    #expect(restore.status == 0, "\(restore)")
    try expectEqualTrees(tree, "\(workshop.path)/restored/tree")
  }
}
