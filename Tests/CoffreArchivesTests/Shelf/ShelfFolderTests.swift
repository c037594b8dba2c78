import CoffreCore
import CoffreSystem
import CoffreTestKit
import Testing

@testable import CoffreArchives

@Suite("The folder of a shelf")
struct ShelfFolderTests {
  private let workshop: ShelfWorkshop

  init() throws {
    workshop = try ShelfWorkshop()
    try workshop.change("echo a > a")
  }

  private func prune(_ last: Int, isDryRun: Bool = false, patience: Duration = ShelfWorkshop.patience) throws
    -> ShelfPruning.Outcome
  {
    var policy = RetentionPolicy()
    policy.counts[.each] = .atMost(last)
    policy.keepsOldest = false
    let pruning = ShelfPruning(
      workshop.shelf, patience: patience, progress: ShelfProgress("prune", events: EventLog()),
      cancellation: Cancellation())
    return try pruning.run(policy, now: Clock.now().adding(seconds: 3600), isDryRun: isDryRun) { _ in }
  }

  @Test func `what dead runs left goes with the next, what others have stays`() throws {
    let part = "\(workshop.shelfPath)/.coffre-0123456789abcdef.part"
    try makeRealFolder(part)
    try writeRealFile("\(part)/files.tar", "half")
    try makeRealFolder("\(workshop.shelfPath)/.coffre-0123456789abcdef.gone")
    try writeRealFile("\(workshop.shelfPath)/notes.txt", "mine")
    try makeRealFolder("\(workshop.shelfPath)/.hidden")
    let point = try workshop.backUp().point
    #expect(workshop.names == [".hidden", point.text, "notes.txt"])
    #expect(try workshop.shelf.points().points.map(\.name) == [point.name])
  }

  /// What another program's run has begun in the folder, by the name that it bears meanwhile.
  private func partName(_ change: (inout [String]) -> Void = { _ in }) -> String {
    var fields = displayed(PartName().name(of: 0)).split(separator: "-").map(String.init)
    change(&fields)
    return fields.joined(separator: "-")
  }

  @Test func `what others are writing into the folder stays`() throws {
    let archive = try NewArchive(
      at: Array("\(workshop.shelfPath)/own.tar".utf8), as: try #require(ArchiveFormats.named("tar")))
    // Of another machine, which may be at work; of one that is dead; and of nobody that Coffre knows.
    let elsewhere = partName { $0[1] = "elsewhere" }
    let dead = partName { $0[4] = "dead" }
    for name in [elsewhere, dead, ".coffre-other.part", ".coffre-0123456789ABCDEF.part"] {
      try makeRealFolder("\(workshop.shelfPath)/\(name)")
    }
    let kept = [".coffre-0123456789ABCDEF.part", ".coffre-other.part", elsewhere, "own.tar"].sorted()
    let first = try workshop.backUp().point
    _ = try workshop.backUp()
    #expect(try prune(1).removed.map(\.name) == [first.name])
    _ = try archive.finish()
    try archive.show(replacing: false)
    #expect(workshop.names.filter { !$0.hasPrefix("backup-") } == kept)
  }

  @Test func `one writer at a time, and what a living one makes stays`() throws {
    let lock = try ShelfLock(.writing, on: workshop.shelf.descriptor)
    let part = "\(workshop.shelfPath)/.coffre-0123456789abcdef.part"
    try makeRealFolder(part)
    for attempt in 0..<2 {
      do {
        if attempt == 0 { try workshop.backUp { $0.patience = .zero } } else { _ = try prune(1, patience: .zero) }
        Issue.record("two writers at once")
      } catch ShelfError.locked(_, let holder) {
        #expect(holder.hasPrefix("process "))
      }
    }
    #expect(realEntryExists(part))
    withExtendedLifetime(lock) {}
  }

  @Test func `nothing is removed from under a reader`() throws {
    try workshop.backUp()
    try workshop.backUp()
    let lock = try workshop.shelf.lockForReading()
    #expect(throws: ShelfError.self) { _ = try prune(1, patience: .zero) }
    #expect(workshop.names.count == 2)
    // A backup only adds.
    try workshop.backUp()
    withExtendedLifetime(lock) {}
  }

  @Test func `points go by rules, and a dry run removes none`() throws {
    let points = try (0..<4).map { number in
      try workshop.change("echo \(number) > a")
      return try workshop.backUp(number == 2 ? .incremental : .full).point
    }
    let before = workshop.names
    #expect(
      try prune(1, isDryRun: true).retention.removed.map(\.name) == [points[2], points[1], points[0]].map(\.name))
    #expect(workshop.names == before)
    #expect(try prune(1).removed.map(\.name) == [points[2], points[1], points[0]].map(\.name))
    #expect(workshop.names == [points[3].text])
  }

  @Test func `a point that cannot be read stops all removal`() throws {
    let points = try (0..<3).map { _ in try workshop.backUp().point }
    try writeRealFile("\(workshop.shelfPath)/\(points[1].text)/manifest.json", "{}")
    #expect(throws: ShelfError.unreadablePoints([points[1].text])) { _ = try prune(1) }
    #expect(workshop.names.count == 3)
  }

  /// What of a point is damaged so that its folder still looks like one.
  enum Damage: CaseIterable, Sendable {
    /// Its first line is whole.
    case manifestCutShort, bitOfTheManifest, bitOfTheArchive

    func happen(to point: String) throws {
      let path = "\(point)/\(self == .bitOfTheArchive ? "files.tar" : "manifest.json")"
      var bytes = try readRealFile(path)
      switch self {
      case .manifestCutShort: bytes = Array(bytes.prefix(bytes.count - bytes.count / 8))
      case .bitOfTheManifest, .bitOfTheArchive: bytes[bytes.count / 2] ^= 1
      }
      try writeRealFile(path, bytes)
    }
  }

  @Test(arguments: Damage.allCases)
  func `the last good point is one that restores`(_ damage: Damage) throws {
    // Enough entries that half of the manifest is behind its head.
    try workshop.change("for n in {1..50}; do echo $n > file-$n; done")
    let good = try workshop.backUp().point
    let bad = try workshop.backUp().point
    try damage.happen(to: "\(workshop.shelfPath)/\(bad.text)")
    #expect(try workshop.shelf.points().points.map(\.name) == [good.name, bad.name])
    #expect(try prune(1).removed.isEmpty)
    try workshop.inspect(good, .allContents)
    // A newer one that is whole takes its place.
    let newest = try workshop.backUp().point
    #expect(try prune(1).removed.contains { $0.name == good.name })
    #expect(workshop.names.contains(newest.text) && !workshop.names.contains(good.text))
  }

  @Test func `folders of others hinder nobody`() throws {
    let points = try (0..<2).map { _ in try workshop.backUp().point }
    let digits = String(repeating: "0", count: 64)
    let lists = [
      "bsd": "SHA256 (image.iso) = \(digits)\n", "gnu": "\(digits)  image.iso\n", "text": "no list at all",
      "long": String(repeating: "x", count: (1 << 20) + 1),
      // As a point that lost its manifest: but never of this name.
      "lost+found": "\(digits)  manifest.json\n",
    ]
    for (name, text) in lists {
      try makeRealFolder("\(workshop.shelfPath)/\(name)")
      try writeRealFile("\(workshop.shelfPath)/\(name)/SHA256SUMS", text)
    }
    let listing = try workshop.shelf.points()
    #expect(listing.points == points && listing.unreadable.isEmpty, "\(listing.unreadable)")
    #expect(try prune(1).removed.map(\.name) == [points[0].name])
    #expect(workshop.names == (lists.keys + [points[1].text]).sorted())
    // Of a point that is damaged, its manifest still tells.
    try writeRealFile("\(workshop.shelfPath)/\(points[1].text)/SHA256SUMS", "no list at all")
    #expect(try workshop.shelf.points().unreadable.map(\.name) == [points[1].name])
  }

  /// Of browsers, package managers and others.
  @Test func `a manifest of another program hinders nobody, unless it was changed`() throws {
    let point = try workshop.backUp().point
    let texts = [
      "pretty": "{\n  \"name\": \"app\"\n}\n", "line": "{\"name\":\"app\"}", "list": "[{\"a\":[1,\n2]}]\n",
      "bytes": "\u{1}\u{2}", "empty": "", "comma": "{\"a\":{\"b\":1,\n\"c\":2}}\n",
    ]
    for (name, text) in texts {
      let folder = "\(workshop.shelfPath)/\(name)"
      try makeRealFolder(folder)
      try writeRealFile("\(folder)/manifest.json", text)
      var settings = ProgramSettings()
      settings.directory = folder
      let sums = try Tool.named("bash", package: "bash").run(
        ["-euc", "sha256sum manifest.json > SHA256SUMS"], settings)
      try #require(sums.isSuccess, "\(sums)")
    }
    let listing = try workshop.shelf.points()
    #expect(listing.points.map(\.name) == [point.name] && listing.unreadable.isEmpty, "\(listing.unreadable)")
    _ = try workshop.backUp()
    #expect(try prune(1).removed.map(\.name) == [point.name])
    // It may have been a point's.
    try writeRealFile("\(workshop.shelfPath)/line/manifest.json", "{\"name\":\"other\"}\n")
    #expect(throws: ShelfError.unreadablePoints(["line"])) { _ = try prune(1) }
  }

  @Test func `a reader that cannot lock for another reason than its rights does not read`() throws {
    try makeRealFolder("\(workshop.shelfPath)/.coffre-reader.lock")
    #expect(throws: SystemError.self) { _ = try workshop.shelf.lockForReading() }
    #expect(throws: SystemError.self) { _ = try workshop.shelf.lockForReading(leavesNoTrace: true) }
  }

  @Test func `a dry run leaves nothing, and holds a lock where there is one`() throws {
    try workshop.backUp()
    let before = realNames(in: workshop.shelfPath).sorted()
    let preview = PointPreview(
      workshop.shelf, try workshop.request(.incremental), progress: ShelfProgress("backup", events: EventLog()),
      cancellation: Cancellation())
    _ = try preview.run { MemorySession([.file("a", "a")]) }
    #expect(realNames(in: workshop.shelfPath).sorted() == before)
    withExtendedLifetime(try workshop.shelf.lockForReading()) {}
    let lock = try workshop.shelf.lockForReading(leavesNoTrace: true)
    #expect(lock != nil)
    try workshop.backUp()
    #expect(throws: ShelfError.self) { _ = try prune(1, patience: .zero) }
    withExtendedLifetime(lock) {}
  }

  @Test func `a folder that cannot be read is not called lost`() {
    let advice = "\(ShelfError.unreadablePoints(["closed"]).explanation.advice ?? "")"
    #expect(
      advice.contains("Give the right to enter")
        && advice.contains("only the folder, or the files, of a point that is lost"))
  }

  @Test func `a name means a point, the beginning of one, or the newest`() throws {
    let first = try workshop.backUp { $0.template = try! PointTemplate("first-{timestamp}") }.point
    let second = try workshop.backUp { $0.template = try! PointTemplate("second-{timestamp}") }.point
    let listing = try workshop.shelf.points()
    #expect(try workshop.shelf.choose(first.name, from: listing) == first)
    #expect(try workshop.shelf.choose(Array("sec".utf8), from: listing) == second)
    #expect(try workshop.shelf.choose(Array("latest".utf8), from: listing) == second)
    #expect(throws: ShelfError.noSuchPoint("third", shelf: workshop.shelfPath)) {
      _ = try workshop.shelf.choose(Array("third".utf8), from: listing)
    }
    try workshop.backUp(of: MemorySession([.file("a", "a")], paths: ["/elsewhere"]))
    let both = try workshop.shelf.points()
    #expect(throws: ShelfError.severalPoints("latest")) {
      _ = try workshop.shelf.choose(Array("latest".utf8), from: both)
    }
  }

  @Test func `a folder that is not there is no empty shelf`() {
    #expect(throws: ShelfError.noShelf("/nowhere/at/all")) { try ShelfFolder(Array("/nowhere/at/all".utf8)) }
  }

  /// An archive that is changed between writing and reading back never gets a name.
  @Test func `what does not read back gets no name`() throws {
    struct Broken: ArchiveFormat {
      let traits = TarFormat().traits
      func makeWriter(into sink: any ByteSink, _ settings: ArchiveSettings) throws -> any ArchiveWriter {
        try TarFormat().makeWriter(into: Flipping(sink), settings)
      }
    }
    final class Flipping: ByteSink {
      let sink: any ByteSink
      var isDone = false
      init(_ sink: any ByteSink) { self.sink = sink }
      func write(_ bytes: Span<UInt8>) throws {
        var copy: [UInt8] = []
        append(bytes, to: &copy)
        if let place = copy.indices.first(where: { copy[$0...].starts(with: Array("CONTENT".utf8)) }) {
          copy[place] ^= 1
        }
        try sink.write(copy.span)
      }
    }
    try workshop.change("printf CONTENT > a")
    #expect(throws: ShelfError.self) { try workshop.backUp { $0.format = Broken() } }
    #expect(workshop.names.isEmpty)
  }
}
