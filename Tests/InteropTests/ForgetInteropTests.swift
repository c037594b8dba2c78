import CoffreCore
import CoffreSystem
import CoffreTestKit
import Testing

@testable import CoffreRepository

/// Which snapshots stay, decided by Coffre and by restic on the same repository.
@Suite("Forget, beside restic")
struct ForgetInteropTests {
  /// Histories, each with several sets of rules.
  private static let seeds: ClosedRange<UInt64> = runsAllTests ? 1...100 : 1...8
  private static let rulesPerHistory = 5

  @Test(arguments: Tool.restics)
  func `rules keep what restic keeps, for the same reasons`(_ restic: ResticProgram) throws {
    let isNew = try restic.isAtLeast(16)
    var decided = 0
    for seed in Self.seeds {
      let workshop = try Workshop()
      let repository = try workshop.openRepository()
      let history = ForgetHistory(seed: seed, now: Clock.now().seconds)
      for snapshot in history.snapshots { _ = try repository.save(snapshot, with: repository.makeCodec()) }
      var random = SeededRandom(seed: seed << 32)
      for _ in 0..<Self.rulesPerHistory {
        let rules = ForgetRules(using: &random, knowsUnlimited: isNew)
        let ours = try decide(rules, keepsOldest: isNew, in: repository)
        let theirs = try decide(rules, by: restic, in: workshop)
        let isSame = ours == theirs
        #expect(
          isSame,
          "seed \(seed), \(rules)\nonly we:\n\(list(ours.subtracting(theirs)))\nonly restic:\n\(list(theirs.subtracting(ours)))"
        )
        decided += ours.reduce(0) { $0 + $1.removed.count }
      }
    }
    #expect(decided > 50, "the histories and rules are such that something is removed")
  }

  @Test(arguments: [UInt64(301), 302, 303])
  func `the command decides as the policy does`(_ seed: UInt64) throws {
    let workshop = try Workshop()
    let repository = try workshop.openRepository()
    let history = ForgetHistory(seed: seed, now: Clock.now().seconds)
    for snapshot in history.snapshots { _ = try repository.save(snapshot, with: repository.makeCodec()) }
    var random = SeededRandom(seed: seed)
    for _ in 0..<4 {
      let rules = ForgetRules(using: &random, knowsUnlimited: true)
      let report = try workshop.coffreJSON(["snapshot", "forget", "-n"] + rules.arguments)
      #expect(report.status == 0, "\(report)")
      let groups = try decide(rules, keepsOldest: true, in: repository)
      let kept = report.lines(of: "group").compactMap { $0["keep"]?.array.count }
      #expect(kept.sorted() == groups.map { $0.kept.count }.sorted(), "\(rules)")
      let removed = report.lines(of: "group").flatMap { $0["remove"]?.array ?? [] }.compactMap { $0["id"]?.text }
      #expect(report.summary?["removed"]?.array.compactMap(\.text).sorted() == removed.sorted())
      #expect(removed.count == groups.reduce(0) { $0 + $1.removed.count }, "\(rules)")
    }
    #expect(workshop.snapshotIDs.count == history.snapshots.count, "a dry run removes nothing")
  }

  @Test(arguments: Tool.restics)
  func `restic's own JSON is what restic prints`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    let repository = try workshop.openRepository()
    for number in 0..<8 {
      var snapshot = Snapshot(
        time: Timestamp(seconds: 1_700_000_000 + Int64(number) * 50_000, nanoseconds: 7, utcOffset: 3600),
        tree: Digest(words: 1, 2, 3, 4), paths: number % 3 == 0 ? ["/b", "/a"] : ["/home"])
      snapshot.hostname = "shop"
      snapshot.tags = number % 2 == 0 ? ["y", "x"] : []
      _ = try repository.save(snapshot, with: repository.makeCodec())
    }
    for arguments in [
      ["forget", "-n", "--keep-last", "2", "--keep-within", "1d3h"],
      ["forget", "-n", "-l", "1", "--keep-tag", "x,y", "-g", ""],
      ["forget", "-n", "-H", "2", "-g", "tags"], ["snapshots"], ["snapshots", "--group-by", "host,tags"],
      ["snapshots", "--tag", "x", "--latest", "1"],
    ] {
      let words = arguments.map { $0 == "snapshots" ? "list" : $0 }
      let ours = try workshop.coffre(["snapshot"] + words + ["--json=restic"])
      let theirs = try workshop.restic(restic, arguments + ["--no-lock", "--json"])
      try #require(ours.isSuccess && theirs.isSuccess, "\(ours)\n\(theirs)")
      #expect(
        comparable(try JSONValue(ours.output)) == comparable(try JSONValue(theirs.output)), "\(arguments)")
    }
  }

  @Test(arguments: Tool.restics)
  func `restic agrees with what was forgotten and tagged`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    try workshop.make(["tree/file"])
    var ids: [String] = []
    for _ in 0..<4 {
      let backup = try workshop.coffreBackup(["tree", "--tag", "old"], in: workshop.path)
      ids.append(try #require(backup.snapshot))
    }
    try #require(try workshop.coffre(["snapshot", "forget", "--keep-last", "2"]).isSuccess)
    let tagged = try workshop.coffreJSON(["snapshot", "tag", ids[2], "--add", "new,newer", "--remove", "old"])
    #expect(tagged.status == 0, "\(tagged)")
    try #require(try workshop.restic(restic, ["tag", "--add", "theirs", ids[3]]).isSuccess)
    try #require(try workshop.coffre(["snapshot", "tag", "--tag", "theirs", "--add", "ours"]).isSuccess)

    let snapshots = try workshop.resticSnapshots(restic)
    #expect(snapshots.map { $0["original"]?.text } == [ids[2], ids[3]])
    #expect(
      snapshots.map { $0["tags"]?.array.compactMap(\.text) } == [["new", "newer"], ["old", "theirs", "ours"]])
    #expect(tagged.lines(of: "changed").first?["newId"]?.text == snapshots.first?["id"]?.text)
    try workshop.expectResticFindsNoErrors(restic)
    try workshop.expectCoffreFindsNoErrors()
  }

  @Test(arguments: Tool.restics)
  func `forget and prune in one go free what only the forgotten needed`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    try makeRealFolder("\(workshop.path)/tree")
    for number in 0..<3 {
      try removeRealTree("\(workshop.path)/tree/file")
      try writeRealFile("\(workshop.path)/tree/file", seededBytes(UInt64(number), count: 2_000_000))
      _ = try workshop.coffreBackup(["tree"], in: workshop.path)
    }
    let packs = workshop.packs
    let plan = try workshop.coffreJSON(["snapshot", "forget", "--keep-last", "1", "--prune", "-n"])
    #expect(plan.status == 0 && plan.lines(of: "summary").count == 2, "\(plan)")
    #expect(try #require(plan.lines(of: "summary").last?["bytesRemovedInAll"]?.int) > 3_900_000, "\(plan)")
    #expect(workshop.packs == packs && workshop.snapshotIDs.count == 3, "a dry run changes nothing")

    let done = try workshop.coffreJSON(
      ["snapshot", "forget", "--keep-last", "1", "--prune", "--max-unused", "0", "--group-by", ""])
    #expect(done.status == 0 && done.lines(of: "summary").map { $0["exitCode"]?.int } == [0, 0], "\(done)")
    #expect(done.lines(of: "hello").map { $0["job"]?.text } == ["forget", "prune"])
    let left = try workshop.packs.reduce(0) {
      $0 + (try realStatus("\(workshop.repository)/data/\($1.prefix(2))/\($1)").size)
    }
    #expect((2_000_000..<2_100_000).contains(left), "\(left) bytes are left")
    try workshop.expectResticFindsNoErrors(restic)
    try workshop.expectCoffreFindsNoErrors()
    try workshop.resticRestore(restic, "latest", to: "\(workshop.path)/restored")
    try expectEqualTrees("\(workshop.path)/tree", "\(workshop.path)/restored/tree")
    let nothing = try workshop.coffreJSON(["snapshot", "forget", "--keep-last", "1", "--prune"])
    #expect(nothing.lines(of: "hello").map { $0["job"]?.text } == ["forget"], "nothing was removed: no prune")
  }

  /// In one order; restic sorts paths and tags where it groups by them, and its groups come as they like. Without what
  /// only some versions of restic print.
  private func comparable(_ value: JSONValue) -> String {
    switch value {
    case .array(let values): return "[\(values.map { comparable($0) }.sorted().joined(separator: ", "))]"
    case .object(var fields):
      if fields["matches"] != nil {
        fields["snapshot"] = fields["snapshot"]?["time"]
        fields["counters"] = nil
      }
      let texts = fields.filter { $0.value != .null }.map { "\($0.key): \(comparable($0.value))" }
      return "{\(texts.sorted().joined(separator: ", "))}"
    default: return "\(value)"
    }
  }

  // MARK: What each decided

  /// One group and what becomes of it, in a form in which two programs can be compared.
  private struct Decided: Hashable, CustomStringConvertible {
    /// In bytes: two spellings of a host are two groups.
    let group: [UInt8]
    /// One text for each snapshot, sorted.
    let kept: [String]
    let removed: [String]

    var description: String {
      "\(String(decoding: group, as: UTF8.self)): keep \(kept.count)\n  \(kept.joined(separator: "\n  "))\nremove\n  "
        + removed.joined(separator: "\n  ")
    }
  }

  private func list(_ groups: Set<Decided>) -> String { groups.map(\.description).sorted().joined(separator: "\n") }

  private func decide(_ rules: ForgetRules, keepsOldest: Bool, in repository: Repository) throws -> Set<Decided> {
    var policy = rules.policy
    policy.keepsOldest = keepsOldest
    let snapshots = try repository.soundSnapshots().filter { rules.filter.matches($0.snapshot) }
    return Set(
      rules.grouping.groups(of: snapshots).map { group in
        let decision = policy.decide(on: group.snapshots, now: Clock.now())
        let kept = decision.kept.map { one in
          let left = RetentionPeriod.allCases.compactMap { period -> String? in
            switch one.left[period] {
            case .atMost(let count) where count > 0: "\(name(period)) \(count)"
            case .unlimited: "\(name(period)) -1"
            default: nil
            }
          }
          return "\(text(one.item)): \(one.reasons.map { words($0) }), left \(left.sorted())"
        }
        return Decided(
          group: Array("\(group.key.host ?? "") \(group.key.paths ?? []) \(group.key.tags ?? [])".utf8),
          kept: kept.sorted(),
          removed: decision.removed.map { text($0) }.sorted())
      })
  }

  private func decide(_ rules: ForgetRules, by restic: ResticProgram, in workshop: Workshop) throws -> Set<Decided> {
    let outcome = try workshop.restic(restic, ["forget", "--no-lock", "-n", "--json"] + rules.arguments)
    try #require(outcome.isSuccess, "\(outcome)")
    let groups = outcome.output.isEmpty ? [] : try JSONValue(outcome.output).array
    return Set(
      try groups.map { group in
        let kept = try group["reasons"]?.array.map { reason in
          let snapshot = try #require(reason["snapshot"])
          var left: [String] = []
          if case .object(let counters) = reason["counters"] {
            left = counters.map { "\($0.key) \($0.value.int ?? 0)" }
          }
          return
            "\(try self.text(snapshot)): \(reason["matches"]?.array.compactMap(\.text) ?? []), left \(left.sorted())"
        }
        let texts = { (key: String) in group[key]?.array.compactMap(\.text) ?? [] }
        return Decided(
          group: Array("\(group["host"]?.text ?? "") \(texts("paths")) \(texts("tags"))".utf8),
          kept: (kept ?? []).sorted(),
          removed: try (group["remove"]?.array ?? []).map { try self.text($0) }.sorted())
      })
  }

  private func text(_ snapshot: JSONValue) throws -> String {
    let time = try #require(snapshot["time"]?.text.flatMap { Timestamp(rfc3339: $0) })
    return "\(time) \((snapshot["tags"]?.array.compactMap(\.text) ?? []).sorted())"
  }

  /// restic sorts tags where it groups by them.
  private func text(_ stored: StoredSnapshot) -> String { "\(stored.time) \(stored.tags.sorted())" }

  /// As restic words it.
  private func words(_ reason: RetentionReason) -> String {
    switch reason {
    case .tags(let tags): "has tags [\(tags.joined(separator: ", "))]"
    case .counted(let period, let isOldest): "\(isOldest ? "oldest " : "")\(name(period)) snapshot"
    case .within(.each, let duration, _): "within \(duration)"
    case .within(let period, let duration, let isOldest):
      "\(isOldest ? "oldest " : "")\(name(period)) within \(duration)"
    }
  }

  private func name(_ period: RetentionPeriod) -> String { period == .each ? "last" : period.rawValue }
}
