import CoffreTestKit
import Testing

/// The repairs and rewriting as users run them.
@Suite("Running the repairs")
struct RepairRunningTests {
  private let workshop: Workshop

  init() throws {
    workshop = try Workshop()
    try makeRealFolder("\(workshop.path)/tree")
    for name in ["a", "b", "secret"] { try writeRealFile("\(workshop.path)/tree/\(name)", "content of \(name)") }
    let backup = try workshop.coffre(["backup", "tree"]) { $0.directory = workshop.path }
    #expect(backup.isSuccess, "\(backup)")
  }

  private func touch(_ path: String, _ time: String) throws {
    let outcome = try Tool.named("touch", package: "coreutils").run(["-d", time, path])
    #expect(outcome.isSuccess, "\(outcome)")
  }

  @Test func `what killed saves left is removed after a day, and nothing else`() throws {
    let pack = workshop.packs[0]
    let folder = "\(workshop.repository)/data/\(pack.prefix(2))"
    let names = (
      old: "\(folder)/\(pack)-tmp-3x7k", young: "\(folder)/\(pack)-tmp-3x7l", foreign: "\(folder)/notes-tmp-1"
    )
    for name in [names.old, names.young, names.foreign] { try writeRealFile(name, "half a pack") }
    for name in [names.old, names.foreign] { try touch(name, "2 days ago") }
    let planned = try workshop.coffreJSON(["repo", "repair", "index", "-n"])
    #expect(planned.status == 0 && planned.summary?["leftovers"]?.array.count == 1, "\(planned)")
    #expect(realEntryExists(names.old))
    let outcome = try workshop.coffre(["repo", "repair", "index"])
    #expect(outcome.isSuccess && outcome.output.contains("removed 1 temporary file"), "\(outcome)")
    #expect(!realEntryExists(names.old) && realEntryExists(names.young) && realEntryExists(names.foreign))
    #expect(workshop.packs.contains(pack))
  }

  /// Puts damaged bytes in the place of an object.
  private func damage(_ path: String) throws {
    try writeRealFile("\(workshop.path)/damaged", "damaged")
    try renameReal("\(workshop.path)/damaged", to: "\(workshop.repository)/\(path)")
  }

  @Test func `a damaged snapshot comes with what helps, which then helps`() throws {
    _ = try workshop.coffre(["backup", "tree"]) { $0.directory = workshop.path }
    let id = workshop.snapshotIDs[0]
    try damage("snapshots/\(id)")
    for words in [["snapshot", "list"], ["snapshot", "show", id], ["repo", "info"], ["repo", "stats"]] {
      let outcome = try workshop.coffre(words)
      #expect(outcome.status == 1 && outcome.errors.contains("'snapshots/\(id)' is damaged"), "\(outcome)")
      #expect(outcome.errors.contains("do: Take this file from another copy"), "\(outcome)")
      #expect(outcome.errors.contains("`coffre snapshot forget \(id.prefix(8))`"), "\(outcome)")
    }
    #expect(try workshop.coffre(["snapshot", "forget", String(id.prefix(8))]).isSuccess)
    let list = try workshop.coffre(["snapshot", "list"])
    #expect(list.isSuccess && list.errors.isEmpty && list.output.contains("1 snapshot\n"), "\(list)")
  }

  @Test func `a damaged key comes with what helps, which then helps`() throws {
    let first = try #require(workshop.objects("keys").first)
    let damagedAlone = try Workshop(repositoryVersion: 2)
    let only = try #require(damagedAlone.objects("keys").first)
    try writeRealFile("\(damagedAlone.path)/damaged", "damaged")
    try renameReal("\(damagedAlone.path)/damaged", to: "\(damagedAlone.repository)/keys/\(only)")
    let closed = try damagedAlone.coffre(["snapshot", "list"])
    #expect(closed.status == 1 && closed.errors.contains("'keys/\(only)' is damaged"), "\(closed)")
    #expect(closed.errors.contains("do: Give the password of another key"), "\(closed)")

    let added = try workshop.coffre(["repo", "key", "add", "--new-password-file", workshop.passwordFile])
    #expect(added.isSuccess, "\(added)")
    try damage("keys/\(first)")
    let remedy = "coffre repo key remove -r \(workshop.repository) \(first.prefix(8))"
    let check = try workshop.coffre(["repo", "check"])
    #expect(check.status == 1 && check.output.contains("next: ") && check.output.contains(remedy), "\(check)")
    let list = try workshop.coffre(["repo", "key", "list"])
    #expect(list.status == 1 && list.errors.contains("`coffre repo key remove \(first.prefix(8))`"), "\(list)")
    #expect(try workshop.coffre(["repo", "key", "remove", String(first.prefix(8))]).isSuccess)
    #expect(try workshop.coffre(["repo", "check"]).isSuccess)
  }

  @Test func `a damaged index and a damaged lock come with what helps, which then helps`() throws {
    try damage("index/\(try #require(workshop.objects("index").first))")
    let list = try workshop.coffre(["snapshot", "ls", "latest"])
    #expect(list.status == 1 && list.errors.contains("do: Run `coffre repo repair index`"), "\(list)")
    let repair = try workshop.coffre(["repo", "repair", "index"])
    #expect(repair.isSuccess, "\(repair)")
    #expect(try workshop.coffre(["snapshot", "ls", "latest"]).isSuccess)
    try damage("locks/\(String(repeating: "5a", count: 32))")
    let locked = try workshop.coffre(["snapshot", "forget", "latest"])
    #expect(locked.status == 1 && locked.errors.contains("`coffre repo unlock --remove-all`"), "\(locked)")
    #expect(try workshop.coffre(["repo", "unlock", "--remove-all"]).isSuccess)
    #expect(try workshop.coffre(["snapshot", "forget", "latest"]).isSuccess)
  }

  @Test func `an index repair says what happened, in one sentence for each case`() throws {
    func expectRepair(_ plan: String, _ done: String) throws {
      let planned = try workshop.coffre(["repo", "repair", "index", "-n"])
      #expect(planned.output.hasPrefix(plan + "\n"), "\(planned)")
      let repaired = try workshop.coffre(["repo", "repair", "index"])
      #expect(repaired.output.hasPrefix(done + "\n"), "\(repaired)")
      #expect(try workshop.coffre(["repo", "repair", "index"]).output == "the index is in order\n")
    }
    let folder = "\(workshop.repository)/index"
    func indexFile() throws -> String { "\(folder)/\(try #require(workshop.objects("index").first))" }

    try renameReal(try indexFile(), to: "\(workshop.path)/index-1")
    try expectRepair(
      "would list 2 packs that no index names", "listed 2 packs that no index named; wrote 1 new index file")

    try damage("index/\(try #require(workshop.objects("index").first))")
    try expectRepair(
      "would list 2 packs anew; would replace 1 index file",
      "listed 2 packs anew; replaced 1 index file by 1 new one")

    // The same packs in two files: what a second backup added, joined by nobody, and again beside it.
    let before = Set(workshop.objects("index"))
    try writeRealFile("\(workshop.path)/tree/new", "something new")
    _ = try workshop.coffre(["backup", "tree"]) { $0.directory = workshop.path }
    let added = try #require(workshop.objects("index").first { !before.contains($0) })
    try renameReal("\(folder)/\(added)", to: "\(workshop.path)/\(added)")
    #expect(try workshop.coffre(["repo", "repair", "index"]).isSuccess)
    try renameReal("\(workshop.path)/\(added)", to: "\(folder)/\(added)")
    if workshop.objects("index").count > 2 {
      let tidied = try workshop.coffre(["repo", "repair", "index"])
      #expect(tidied.output.hasPrefix("tidied the index: it names each pack once; re"), "\(tidied)")
    }

    let pack = workshop.packs[0]
    try renameReal("\(workshop.repository)/data/\(pack.prefix(2))/\(pack)", to: "\(workshop.path)/\(pack)")
    let planned = try workshop.coffre(["repo", "repair", "index", "-n"])
    #expect(planned.output.hasPrefix("would drop 1 pack that the store no longer has; would replace"), "\(planned)")
    let dropped = try workshop.coffre(["repo", "repair", "index"])
    #expect(dropped.status == 3, "\(dropped)")
    #expect(dropped.output.hasPrefix("dropped 1 pack that the store no longer has; re"), "\(dropped)")
  }

  @Test func `a repair needs the repository alone, a dry run does not`() throws {
    let backup = try workshop.startCoffre(["backup", "--stdin-from-command", "--", "sleep", "4"])
    #expect(backup.waitUntil { !workshop.locks.isEmpty })
    let refused = try workshop.coffre(["repo", "repair", "index"])
    #expect(refused.status == 11 && refused.errors.contains("locked"), "\(refused)")
    let packs = try workshop.coffre(["repo", "repair", "packs", workshop.packs[0]])
    #expect(packs.status == 11, "\(packs)")
    #expect(try workshop.coffre(["repo", "repair", "index", "-n"]).isSuccess)
    // New snapshots may be made meanwhile; old ones may not go.
    let rewrite = try workshop.coffre(["snapshot", "rewrite", "--exclude", "secret", "--forget"])
    #expect(rewrite.status == 11 && workshop.snapshotIDs.count == 2, "\(rewrite)")
    #expect(try backup.wait().isSuccess)
    let again = try workshop.coffre(["snapshot", "rewrite", "--exclude", "secret", "--forget"])
    #expect(again.isSuccess && again.output.contains("1 snapshot had been made anew before"), "\(again)")
    #expect(workshop.snapshotIDs.count == 2 && workshop.locks.isEmpty)
  }

  @Test func `exit codes tell repaired, repaired with losses, and not repairable like this`() throws {
    #expect(try workshop.coffre(["repo", "repair", "index"]).status == 0)
    #expect(try workshop.coffre(["repo", "repair", "snapshots"]).status == 0)
    let sound = try workshop.coffre(["repo", "repair", "packs", workshop.packs[0]])
    #expect(sound.status == 0 && sound.output.contains("left alone"), "\(sound)")
    #expect(try workshop.coffre(["repo", "repair", "packs", "zz"]).status == 1)
    #expect(try workshop.coffre(["repo", "repair", "packs"]).status == 2)
    for pack in workshop.packs { try removeRealTree("\(workshop.repository)/data/\(pack.prefix(2))/\(pack)") }
    #expect(try workshop.coffre(["repo", "repair", "snapshots"]).status == 1)
    let lost = try workshop.coffre(["repo", "repair", "index"])
    #expect(lost.status == 3 && lost.errors.contains("all of it is lost"), "\(lost)")
  }

  @Test func `a copy of a damaged pack is kept where it is asked for, once`() throws {
    let pack = workshop.packs[0]
    let path = "\(workshop.repository)/data/\(pack.prefix(2))/\(pack)"
    var bytes = try readRealFile(path)
    bytes[20] ^= 1
    try removeRealTree(path)
    try writeRealFile(path, bytes)
    try makeRealFolder("\(workshop.path)/copies")
    let copy = "\(workshop.path)/copies/pack-\(pack)"
    try writeRealFile(copy, "something else")
    let words = ["repo", "repair", "packs", String(pack.prefix(10)), "--save-to", "\(workshop.path)/copies"]
    let refused = try workshop.coffre(words)
    #expect(refused.status == 1 && refused.errors.contains("is not a copy"), "\(refused)")
    #expect(realEntryExists(path) && workshop.locks.isEmpty)
    try removeRealTree(copy)
    let report = try workshop.coffreJSON(words)
    #expect(report.status == 3, "\(report)")
    #expect(report.summary?["copies"]?.array.compactMap(\.text) == [copy])
    #expect(try readRealFile(copy) == bytes && !realEntryExists(path))
    #expect(!report.warnings("lost").isEmpty)
  }

  @Test func `a rewriting that would change nothing is refused as a usage error`() throws {
    let nothing = try workshop.coffre(["snapshot", "rewrite"])
    #expect(nothing.status == 2 && nothing.errors.contains("--exclude"), "\(nothing)")
    let pattern = try workshop.coffre(["snapshot", "rewrite", "--iexclude", "[a"])
    #expect(pattern.status == 2 && pattern.errors.contains("[a"), "\(pattern)")
    let time = try workshop.coffre(["snapshot", "rewrite", "--new-time", "soon"])
    #expect(time.status == 2 && time.errors.contains("soon"), "\(time)")
    #expect(try workshop.coffre(["snapshot", "rewrite", "nosuch", "--exclude", "a"]).status == 1)
    #expect(workshop.snapshotIDs.count == 1)
  }

  @Test func `patterns come from a file too, and filters choose the snapshots`() throws {
    try writeRealFile("\(workshop.path)/patterns", "# not this\nsecret\n")
    let other = try workshop.coffreJSON([
      "snapshot", "rewrite", "--exclude-file", "\(workshop.path)/patterns", "--host", "x",
    ])
    #expect(other.status == 0 && other.summary?["snapshots"]?.int == 0, "\(other)")
    let report = try workshop.coffreJSON(
      ["snapshot", "rewrite", "latest", "--exclude-file", "\(workshop.path)/patterns", "--new-host", "y", "--forget"])
    #expect(report.summary?["rewritten"]?.int == 1, "\(report)")
    #expect(try workshop.paths() == ["/tree", "/tree/a", "/tree/b"])
    let list = try workshop.coffre(["snapshot", "list", "--host", "y"])
    #expect(list.output.contains("1 snapshot"), "\(list)")
  }
}
