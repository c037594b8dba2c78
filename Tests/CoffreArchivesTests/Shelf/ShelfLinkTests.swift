import CoffreCore
import CoffreSources
import CoffreSystem
import CoffreTestKit
import Testing

@testable import CoffreArchives

@Suite("Files with several names, from a shelf")
struct ShelfLinkTests {
  private let targets: WorkFolder

  init() throws { targets = try WorkFolder() }

  /// Restores a tree whose file `content` was changed in the archive after that was checked, over a target that has a file of
  /// somebody else.
  private func restoreDamaged(_ script: String, over foreign: String) throws -> (root: String, tree: String, EventLog) {
    let workshop = try ShelfWorkshop("tar")
    try workshop.change(script)
    let point = try workshop.backUp().point
    let path = "\(workshop.shelfPath)/\(point.text)/files.tar"
    try writeRealFile(path, replacing("content", by: "CONTENT", in: readRealFile(path)))
    let target = "\(targets.path)/target"
    let root = target + workshop.tree
    try makeDirectories(splitPath(Array("\(root)/\(foreign)".utf8)).folder)
    try writeRealFile("\(root)/\(foreign)", "foreign")
    let session = try FolderRestore(
      FolderRestoreSettings(target: Array(target.utf8)), cancellation: Cancellation())
    let log = EventLog()
    _ = try PointRestore(
      point, of: workshop.shelf, into: session, progress: ShelfProgress("restore", events: log),
      cancellation: Cancellation()
    ).run()
    session.close()
    return (root, workshop.tree, log)
  }

  @Test func `no name is linked to a file of somebody else where its own fails`() throws {
    let (root, tree, log) = try restoreDamaged(
      "printf content > a; ln a b; printf whole > c; ln c d; ln c e", over: "a")
    #expect(log.has("not-restored", "\(tree)/a") && log.has("link-lost", "\(tree)/b"), "\(log.text)")
    #expect(log.losses.count == 2, "\(log.text)")
    #expect(try displayed(readRealFile("\(root)/a")) == "foreign" && realStatus("\(root)/a").links == 1)
    #expect(!realEntryExists("\(root)/b"))
    #expect(try displayed(readRealFile("\(root)/e")) == "whole" && realStatus("\(root)/d").links == 3)
  }

  @Test func `what stands in the place of a name stays where its file fails`() throws {
    let (root, tree, log) = try restoreDamaged("printf content > a; ln a b", over: "b")
    #expect(log.has("not-restored", "\(tree)/a") && log.has("link-lost", "\(tree)/b"), "\(log.text)")
    #expect(try displayed(readRealFile("\(root)/b")) == "foreign" && !realEntryExists("\(root)/a"))
  }

  /// Folders that nothing is wanted in stand between the file and its names.
  @Test func `names are in their folders, whatever is left out between them`() throws {
    let workshop = try ShelfWorkshop("tar")
    try workshop.change(
      """
      mkdir -p a/sub b/empty c/deep d; printf first > a/f; printf sub > a/sub/g; ln a/f b/f2; ln a/sub/g c/deep/g2
      ln a/f d/f3; printf last > d/last; chmod 0711 c/deep; touch -d 2001-02-03 c/deep
      """)
    let point = try workshop.backUp().point
    let log = EventLog()
    let choice = EntryChoice(includes: try PatternList(["f", "f2", "f3", "g2", "last"]))
    let root = try workshop.restore(point, choice, log: log)
    #expect(log.losses.isEmpty, "\(log.text)")
    for name in ["a/f", "b/f2", "d/f3"] {
      #expect(try displayed(readRealFile("\(root)/\(name)")) == "first")
      #expect(try realStatus("\(root)/\(name)").inode == realStatus("\(root)/a/f").inode)
    }
    #expect(try displayed(readRealFile("\(root)/c/deep/g2")) == "sub")
    #expect(try displayed(readRealFile("\(root)/d/last")) == "last")
    #expect(!realEntryExists("\(root)/a/sub") && !realEntryExists("\(root)/b/empty"))
    #expect(try realStatus("\(root)/c/deep").mode == 0o711)
    #expect(try realStatus("\(root)/c/deep").seconds == realStatus("\(workshop.tree)/c/deep").seconds)
  }
}
