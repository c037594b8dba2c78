import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreArchives

@Suite("Parts of a point")
struct ShelfChoiceTests {
  private func choice(_ includes: [String], _ excludes: [String] = []) throws -> EntryChoice {
    EntryChoice(includes: try PatternList(includes), excludes: try PatternList(excludes))
  }

  /// Paths of what was brought back, relative to the tree.
  private func restored(_ workshop: ShelfWorkshop, _ point: ShelfPoint, _ choice: EntryChoice) throws -> [String] {
    let log = EventLog()
    let root = try workshop.restore(point, choice, log: log)
    #expect(log.losses.isEmpty, "\(log.text)")
    let found = try Tool.named("find", package: "findutils").run([root, "-mindepth", "1", "-printf", "%P\n"])
    return found.output.split(separator: "\n").map(String.init).sorted()
  }

  private func makeWorkshop() throws -> (ShelfWorkshop, ShelfPoint) {
    let workshop = try ShelfWorkshop("tar")
    try workshop.change(
      """
      mkdir -p a/deep/er b empty-one; echo 1 > a/one.txt; echo 2 > a/deep/two.txt; echo 3 > a/deep/er/three.log
      echo 4 > b/four.txt; echo 5 > five.txt; chmod 0750 a; touch -d 2001-02-03 a/deep
      """)
    try workshop.backUp()
    try workshop.change("echo changed > b/four.txt")
    return (workshop, try workshop.backUp(.incremental).point)
  }

  @Test func `patterns choose, with the folders that the chosen lie in`() throws {
    let (workshop, point) = try makeWorkshop()
    #expect(
      try restored(workshop, point, choice(["*.txt"]))
        == ["a", "a/deep", "a/deep/two.txt", "a/one.txt", "b", "b/four.txt", "five.txt"])
    #expect(
      try displayed(readRealFile("\(workshop.scratch.path)/restored-\(point.text)\(workshop.tree)/b/four.txt"))
        == "changed\n")
    #expect(
      try restored(workshop, point, choice(["\(workshop.tree)/a/deep"]))
        == ["a", "a/deep", "a/deep/er", "a/deep/er/three.log", "a/deep/two.txt"])
    // Folders that were only entered have their own times and modes too.
    let root = "\(workshop.scratch.path)/restored-\(point.text)\(workshop.tree)"
    #expect(try realStatus("\(root)/a").mode == 0o750)
    #expect(try realStatus("\(root)/a/deep").seconds == realStatus("\(workshop.tree)/a/deep").seconds)
    #expect(try restored(workshop, point, choice(["empty-one"])) == ["empty-one"])
  }

  @Test func `patterns leave out, a folder with all in it`() throws {
    let (workshop, point) = try makeWorkshop()
    #expect(
      try restored(workshop, point, choice([], ["deep", "*.log"]))
        == ["a", "a/one.txt", "b", "b/four.txt", "empty-one", "five.txt"])
    #expect(
      try restored(workshop, point, choice(["*.txt"], ["/**/a", "!two.txt"])) == ["b", "b/four.txt", "five.txt"],
      "what is in a folder that is left out is not taken back")
  }

  @Test func `patterns that match nothing are told`() throws {
    let (workshop, point) = try makeWorkshop()
    let log = EventLog()
    let root = try workshop.restore(point, choice(["nowhere"]), log: log)
    #expect(!realEntryExists(root) && log.text.contains("nothing in the backup matches the patterns"), "\(log.text)")
  }

  /// The content of a file with several names stands with the first, which may not be wanted.
  @Test func `a second name comes back without the first`() throws {
    let workshop = try ShelfWorkshop("tar")
    try workshop.change("mkdir x y z; echo linked > x/first; ln x/first y/second; ln x/first z/third; echo o > z/other")
    let full = try workshop.backUp().point
    try workshop.change("echo more > z/new")
    let point = try workshop.backUp(.incremental).point
    for wanted in [full, point] {
      let log = EventLog()
      let root = try workshop.restore(wanted, choice(["second", "third", "other"]), log: log)
      #expect(log.losses.isEmpty, "\(log.text)")
      #expect(try displayed(readRealFile("\(root)/y/second")) == "linked\n")
      #expect(try realStatus("\(root)/y/second").inode == realStatus("\(root)/z/third").inode)
      #expect(try displayed(readRealFile("\(root)/z/other")) == "o\n")
      #expect(!realEntryExists("\(root)/x") && !realEntryExists("\(root)/z/new"))
    }
  }
}
