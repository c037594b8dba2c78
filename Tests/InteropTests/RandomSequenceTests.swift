import CoffreCore
import CoffreRepository
import CoffreTestKit
import Testing

/// Coffre and restic work on the same two repositories in turn, in an order that nobody chose. Whatever they did, both
/// find no error at the end and every snapshot that is left comes back as it was.
@Suite("Random sequences")
struct RandomSequenceTests {
  @Test(.tags(.slow), arguments: [1, 2, 3] as [UInt64])
  func `a few sequences leave sound repositories`(_ seed: UInt64) throws {
    try run(seed: seed, steps: 20)
  }

  @Test(.tags(.slow), .enabled(if: runsAllTests), arguments: Array(100..<200) as [UInt64])
  func `a hundred sequences of fifty steps leave sound repositories`(_ seed: UInt64) throws {
    try run(seed: seed, steps: 50)
  }

  private func run(seed: UInt64, steps: Int) throws {
    let restic = try #require(Tool.restics.first)
    var sequence = try Sequence(seed: seed, restic: restic)
    for _ in 0..<steps { try sequence.step() }
    try sequence.judge()
  }
}

/// One sequence and what it must leave.
private struct Sequence {
  private let first: Workshop
  private let second: Workshop
  private let restic: ResticProgram
  private var random: SeededRandom
  private var round = 0
  /// What each backup found, by the id of its root tree: a copy of the folder.
  private var copies: [String: String] = [:]
  /// What was done, for a failure to be told.
  private var story: [String] = []

  init(seed: UInt64, restic: ResticProgram) throws {
    first = try Workshop()
    // Another polynomial and another key: what is copied there is sealed anew.
    second = try Workshop(repositoryVersion: seed % 3 == 0 ? 1 : 2)
    self.restic = restic
    random = SeededRandom(seed: seed)
    try makeRealFolder(tree)
    for number in 0..<6 { try writeRealFile("\(tree)/file\(number)", content(of: number * 20_000 + 10)) }
    try backUp()
  }

  private var tree: String { "\(first.path)/tree" }
  private var place: (inout ProgramSettings) -> Void { { [path = first.path] in $0.directory = path } }

  private mutating func content(of size: Int) -> [UInt8] { seededBytes(random.next(), count: size) }

  private mutating func chance(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }

  mutating func step() throws {
    switch chance(12) {
    case 0, 1, 2, 3:
      try change()
      try backUp()
    case 4: try forget()
    case 5, 6: try prune()
    case 7: try tag()
    case 8: try copy()
    case 9: try repair()
    case 10: try interrupt()
    default: try restoreOne()
    }
  }

  // MARK: Steps

  private mutating func change() throws {
    for _ in 0...chance(3) {
      let path = "\(tree)/file\(chance(9))"
      switch chance(5) {
      case 0 where realEntryExists(path): try #require(try Tool.named("rm", package: "coreutils").run([path]).isSuccess)
      case 1 where realEntryExists(path): try writeRealFile(path, content(of: 1 + chance(3000)), appending: true)
      case 2:
        let folder = "\(tree)/folder\(chance(4))"
        if !realEntryExists(folder) { try makeRealFolder(folder) }
        try writeRealFile("\(folder)/inner", content(of: chance(2_000_000)))
      default: try writeRealFile(path, content(of: chance(400_000)))
      }
    }
  }

  private mutating func backUp() throws {
    let tool = chance(2)
    if tool == 0 {
      try coffre(["backup", "tree", "--tag", "t\(chance(3))"])
    } else {
      try resticDoes(["backup", "tree", "--host", hostName, "--tag", "t\(chance(3))"])
    }
    let newest = try #require(try first.openRepository().snapshots().found.last)
    let id = newest.snapshot.tree.description
    guard copies[id] == nil else { return }
    round += 1
    let copy = "\(first.path)/copy\(round)"
    try #require(try Tool.named("cp", package: "coreutils").run(["-a", tree, copy]).isSuccess)
    copies[id] = copy
  }

  private var hostName: String { "sequence" }

  private mutating func forget() throws {
    let rules = [["--keep-last", "\(2 + chance(4))"], ["--keep-tag", "t1", "--keep-last", "1"]][chance(2)]
    if chance(2) == 0 {
      try coffre(["snapshot", "forget", "--group-by", ""] + rules + (chance(2) == 0 ? ["--prune"] : []))
    } else {
      try resticDoes(["forget", "--group-by", ""] + rules + (chance(2) == 0 ? ["--prune"] : []))
    }
  }

  private mutating func prune() throws {
    let limit = ["--max-unused", ["0", "5%", "unlimited"][chance(3)]]
    if chance(2) == 0 { try coffre(["repo", "prune"] + limit) } else { try resticDoes(["prune"] + limit) }
  }

  private mutating func tag() throws {
    let words = chance(2) == 0 ? ["--add", "x\(chance(5))"] : ["--remove", "x\(chance(5))"]
    if chance(2) == 0 {
      try coffre(["snapshot", "tag"] + words + ["latest"])
    } else {
      try resticDoes(["tag"] + words + ["latest"])
    }
  }

  private mutating func copy() throws {
    let isBack = chance(3) == 0
    let (from, to) = isBack ? (second, first) : (first, second)
    let source = ["--from-repo", from.repository, "--from-password-file", from.passwordFile]
    if chance(2) == 0 {
      story.append("coffre copy \(isBack ? "back" : "")")
      let outcome = try to.coffre(["repo", "copy"] + source)
      try #require(outcome.isSuccess, "\(story.joined(separator: "\n"))\n\(outcome)")
    } else {
      story.append("restic copy \(isBack ? "back" : "")")
      let outcome = try to.restic(restic, ["copy"] + source)
      try #require(outcome.isSuccess, "\(story.joined(separator: "\n"))\n\(outcome)")
    }
  }

  private mutating func repair() throws {
    // An index lost is made again from the packs.
    let indexes = realNames(in: "\(first.repository)/index")
    if chance(2) == 0, let lost = indexes.randomElement(using: &random) {
      story.append("lose index \(lost)")
      try #require(
        try Tool.named("rm", package: "coreutils").run(["-f", "\(first.repository)/index/\(lost)"]).isSuccess)
    }
    if chance(2) == 0 { try coffre(["repo", "repair", "index"]) } else { try resticDoes(["rebuild-index"]) }
  }

  /// A backup or prune of Coffre that is killed somewhere.
  private mutating func interrupt() throws {
    try change()
    // Snapshots of two hosts have no latest one in common.
    let words = chance(2) == 0 ? ["backup", "tree", "--host", hostName] : ["repo", "prune", "--max-unused", "0"]
    story.append("kill coffre \(words)")
    let running = try first.startCoffre(words, place)
    pause(seconds: Double(chance(60)) / 1000)
    running.kill(9)
    _ = try running.wait()
    // A backup that came to its end before the signal is one more snapshot.
    for stored in try first.openRepository().snapshots().found where copies[stored.snapshot.tree.description] == nil {
      round += 1
      let copy = "\(first.path)/copy\(round)"
      try #require(try Tool.named("cp", package: "coreutils").run(["-a", tree, copy]).isSuccess)
      copies[stored.snapshot.tree.description] = copy
    }
    try coffre(["repo", "unlock", "--remove-all"])
  }

  private mutating func restoreOne() throws {
    guard let stored = try first.openRepository().snapshots().found.randomElement(using: &random) else { return }
    try restore(stored, from: first, byCoffre: chance(2) == 0)
  }

  // MARK: Judgement

  mutating func judge() throws {
    for workshop in [first, second] {
      let ours = try workshop.coffre(["repo", "check", "--read-data"])
      #expect(ours.isSuccess, "\(story.joined(separator: "\n"))\n\(ours)")
      let theirs = try workshop.restic(restic, ["check", "--read-data"])
      #expect(theirs.isSuccess, "\(story.joined(separator: "\n"))\n\(theirs)")
      for (number, stored) in try workshop.openRepository().snapshots().found.enumerated() {
        try restore(stored, from: workshop, byCoffre: number % 2 == 0)
      }
    }
  }

  private mutating func restore(_ stored: StoredSnapshot, from workshop: Workshop, byCoffre: Bool) throws {
    let copy = try #require(copies[stored.snapshot.tree.description], "\(story.joined(separator: "\n"))")
    round += 1
    let target = "\(first.path)/target\(round)"
    let id = stored.id.description
    let outcome =
      byCoffre
      ? try workshop.coffre(["restore", id, "--to", target])
      : try workshop.restic(restic, ["restore", id, "--target", target])
    #expect(outcome.isSuccess, "\(story.joined(separator: "\n"))\n\(outcome)")
    let restored = realEntryExists("\(target)/tree") ? "\(target)/tree" : "\(target)\(tree)"
    let differences = try TreeComparison.differences(between: copy, and: restored)
    #expect(differences.isEmpty, "\(story.joined(separator: "\n"))\n\(differences)")
    try removeRealTree(target)
  }

  private mutating func coffre(_ words: [String]) throws {
    story.append("coffre \(words.joined(separator: " "))")
    let outcome = try first.coffre(words + (words[0] == "backup" ? ["--host", hostName] : []), place)
    try #require(outcome.isSuccess, "\(story.joined(separator: "\n"))\n\(outcome)")
  }

  private mutating func resticDoes(_ words: [String]) throws {
    story.append("restic \(words.joined(separator: " "))")
    let outcome = try first.restic(restic, words, place)
    try #require(outcome.isSuccess, "\(story.joined(separator: "\n"))\n\(outcome)")
  }
}
