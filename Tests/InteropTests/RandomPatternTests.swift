import CoffreCore
import CoffreSources
import CoffreTestKit
import Testing

/// Random trees and random patterns: what is left out is what restic leaves out.
@Suite("Random patterns, beside restic")
struct RandomPatternTests {
  private static let names = [
    "a", "b", "ab", "A", "Ab", "x.txt", "X.TXT", ".h", "é", "É", "a*", "[b]", "-", "b c", "ß",
  ]

  private struct Case {
    var options: [String] = []
    var excludes: [String] = []
    var caseless: [String] = []
    var largest: Int64?
    var markers: [FilesSettings.Marker] = []
  }

  @Test(.timeLimit(.minutes(20)), arguments: Tool.restics)
  func `leave out the same`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    let seed = UInt64(environmentValue("COFFRE_TEST_SEED") ?? "") ?? UInt64.random(in: 0...UInt64.max)
    var random = SeededRandom(seed: seed)
    for round in 0..<(runsAllTests ? 400 : 25) {
      if round % 10 == 0 {
        try removeRealTree("\(workshop.path)/tree")
        try Self.build("\(workshop.path)/tree", depth: 4, &random)
      }
      let example = Self.example(in: "\(workshop.path)/tree", &random)
      let outcome = try workshop.restic(
        restic, ["backup", ".", "--dry-run", "-vv", "--json", "--force"] + example.options
      ) { $0.directory = "\(workshop.path)/tree" }
      // With nothing left to store, restic fails.
      try #require([0, 3].contains(outcome.status) || outcome.errors.contains("snapshot is empty"), "\(outcome)")
      let theirs = try JSONValue.lines(outcome.output).filter { $0["action"]?.text == "new" }
        .compactMap { $0["item"]?.text }.filter { $0 != "/" }
      let ours = try Self.paths(below: "\(workshop.path)/tree", example)
      let hint = "COFFRE_TEST_SEED=\(seed) round \(round): \(example.options)"
      #expect(Set(ours).subtracting(theirs) == [], "kept by Coffre only; \(hint)")
      #expect(Set(theirs).subtracting(ours) == [], "kept by restic only; \(hint)")
      #expect(!ours.isEmpty || theirs.isEmpty)
    }
  }

  // MARK: Making them up

  private static func build(_ path: String, depth: Int, _ random: inout SeededRandom) throws {
    try makeRealFolder(path)
    for name in names where Int.random(in: 0..<10, using: &random) < 5 {
      let isFolder = depth > 0 && Int.random(in: 0..<10, using: &random) < 4
      if isFolder {
        try build("\(path)/\(name)", depth: depth - 1, &random)
      } else {
        try writeRealFile("\(path)/\(name)", seededBytes(1, count: Int.random(in: 0..<40, using: &random)))
      }
    }
  }

  private static func example(in folder: String, _ random: inout SeededRandom) -> Case {
    var example = Case()
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let pattern = pattern(in: folder, &random)
      let isCaseless = Int.random(in: 0..<3, using: &random) == 0
      example.options += [isCaseless ? "--iexclude" : "--exclude", pattern]
      if isCaseless { example.caseless.append(pattern) } else { example.excludes.append(pattern) }
    }
    if Int.random(in: 0..<4, using: &random) == 0 {
      let size = Int.random(in: 0..<40, using: &random)
      example.options += ["--exclude-larger-than", "\(size)"]
      example.largest = Int64(size)
    }
    if Int.random(in: 0..<4, using: &random) == 0, let name = names.randomElement(using: &random) {
      example.options += ["--exclude-if-present", name]
      example.markers.append(FilesSettings.Marker(name: Array(name.utf8)))
    }
    return example
  }

  private static func pattern(in folder: String, _ random: inout SeededRandom) -> String {
    let parts = [
      "*", "?", "**", "a*", "*.txt", "*.TXT", "[ab]", "[^a]", "[a-bA]*", "\\*", "a\\*", "\\[b]", "[é]", "?b", "*b*",
      ".*",
      "..", ".", "[[]b]", "b?c",
    ]
    let components = (0..<Int.random(in: 1...3, using: &random)).map { _ -> String in
      let isLiteral = Bool.random(using: &random)
      return (isLiteral ? names.filter { !$0.contains("[") } : parts).randomElement(using: &random) ?? "a"
    }
    var pattern = components.joined(separator: "/")
    switch Int.random(in: 0..<10, using: &random) {
    case 0, 1: pattern = "\(folder)/\(pattern)"
    case 2: pattern = "/\(pattern)"
    case 3: pattern = "\(folder)/**/\(pattern)"
    case 4: pattern += "/"
    default: break
    }
    // Several `**` in one pattern must match at least one component in restic, unless there is only one of them.
    let parted = pattern.split(separator: "**", omittingEmptySubsequences: false)
    if parted.count > 2 {
      pattern = parted.prefix(2).joined(separator: "**") + parted.dropFirst(2).joined(separator: "*")
    }
    return (Int.random(in: 0..<5, using: &random) == 0 ? "!" : "") + pattern
  }

  // MARK: Ours

  /// Files and folders (with a slash behind them), as restic names them.
  private static func paths(below folder: String, _ example: Case) throws -> [String] {
    var settings = FilesSettings(targets: [[UInt8(ascii: ".")]], workingDirectory: Array(folder.utf8))
    settings.excludes = try PatternList(example.excludes, ignoringCase: example.caseless)
    settings.largestFile = example.largest
    settings.markers = example.markers
    let session = try FilesSession(settings)
    defer { session.close() }
    return try session.allEntries().map { $0.kind == .directory ? $0.path + "/" : $0.path }
  }
}
