import CoffreCore
import CoffreSystem
import CoffreTestKit
import Testing

@testable import CoffreArchives

@Suite("Points that are files")
struct ShelfFileTests {
  private let workshop: ShelfWorkshop

  init() throws {
    workshop = try ShelfWorkshop()
    try workshop.change("echo a > a")
  }

  private func path(_ name: String) -> String { "\(workshop.shelfPath)/\(name)" }

  private func shell(_ script: String) throws -> ProgramOutcome {
    var settings = ProgramSettings()
    settings.directory = workshop.shelfPath
    return try Tool.named("bash", package: "bash").run(["-euc", script], settings)
  }

  private func prune(_ last: Int) throws -> ShelfPruning.Outcome {
    var policy = RetentionPolicy()
    policy.counts[.each] = .atMost(last)
    policy.keepsOldest = false
    let pruning = ShelfPruning(
      workshop.shelf, patience: ShelfWorkshop.patience, progress: ShelfProgress("prune", events: EventLog()),
      cancellation: Cancellation())
    return try pruning.run(policy, now: Clock.now().adding(seconds: 3600), isDryRun: false) { _ in }
  }

  /// Without a word of what cannot be read.
  private func expectPoints(_ points: [ShelfPoint], _ comment: Comment? = nil) throws {
    let listing = try workshop.shelf.points()
    #expect(listing.points == points && listing.unreadable.isEmpty, comment ?? "\(listing.unreadable)")
  }

  // MARK: What they are

  @Test func `three files bear the name of a point, and sha256sum checks them`() throws {
    let point = try workshop.backUp(as: .file).point
    #expect(workshop.names == ["\(point.text).manifest.json", "\(point.text).sha256", "\(point.text).tar"])
    for name in workshop.names { #expect(try realStatus(path(name)).mode == 0o600) }
    let check = try shell("sha256sum --strict -c \(point.text).sha256")
    #expect(check.isSuccess && check.output.contains("\(point.text).tar: OK"), "\(check)")
    #expect(check.output.contains("\(point.text).manifest.json: OK"), "\(check)")
    try expectPoints([point])
    try workshop.inspect(point, .allContents)
  }

  /// What `sha256sum` may take for something else in a name.
  @Test func `odd names of points are checked too`() throws {
    let point = try workshop.backUp { $0.template = try PointTemplate(#" *a\b 'c" $d-{timestamp}"#) }.point
    let check = try shell("sha256sum --strict -c ./*.sha256")
    #expect(check.isSuccess && check.output.split(separator: "\n").count == 2, "\(check)")
    try expectPoints([point])
    try workshop.inspect(point, .allContents)
  }

  @Test func `a name means a point in files, one of its files too`() throws {
    let first = try workshop.backUp(as: .file).point
    let second = try workshop.backUp(as: .folder).point
    let listing = try workshop.shelf.points()
    for name in workshop.names(of: [first]) + [first.text, "one-"] {
      #expect(try workshop.shelf.choose(Array(name.utf8), from: listing) == first, "\(name)")
    }
    #expect(try workshop.shelf.choose(Array("latest".utf8), from: listing) == second)
  }

  @Test func `no name is given twice, whatever form has it`() throws {
    let time = Clock.now()
    func backUp(_ template: String) throws -> String {
      try workshop.backUp { request in
        request.template = try PointTemplate(template)
        request.time = time
      }.point.text
    }
    let first = try backUp("x-{timestamp}")
    // A folder of the same name, another format's file, and lone files that have one of the names.
    #expect(try backUp("x-{timestamp}/") == "\(first)-2")
    #expect(try backUp("x-{timestamp}.tar") == "\(first)-3")
    try writeRealFile(path("\(first)-4.sha256"), "")
    try writeRealFile(path("\(first)-5.manifest.json"), "")
    try writeRealFile(path("\(first)-6.tar"), "")
    #expect(try backUp("x-{timestamp}") == "\(first)-7")
    #expect(try backUp("x-{timestamp}/") == "\(first)-4")
    #expect(try workshop.shelf.points().points.count == 5)
  }

  @Test func `two points of one name are not taken for one`() throws {
    let point = try workshop.backUp(as: .file).point
    let other = try workshop.backUp(as: .folder).point
    try renameReal(path(other.text), to: path(point.text))
    let listing = try workshop.shelf.points()
    #expect(listing.points.map(\.place.form) == [.folder] && listing.unreadable.map(\.name) == [point.name])
    #expect(throws: ShelfError.unreadablePoints([point.text])) { _ = try prune(1) }
  }

  // MARK: What others have

  @Test func `files of others hinder nobody`() throws {
    var points = [try workshop.backUp(as: .file).point, try workshop.backUp(as: .file).point]
    let digits = String(repeating: "0", count: 64)
    let files = [
      "app.manifest.json": "{\n  \"name\": \"app\"\n}\n", "line.manifest.json": "{\"name\":\"app\"}",
      "bytes.manifest.json": "\u{1}\u{2}", "empty.manifest.json": "", "list.manifest.json": "[1,\n2]\n",
      // Beside a list that is none, or speaks of something else.
      "app.sha256": digits, "line.sha256": "\(digits)  line.iso\n", "list.sha256": "SHA256 (list) = \(digits)\n",
      "alone.sha256": "\(digits)  alone.iso\n", "text.sha256": "text", ".manifest.json": "{}", "manifest.json": "{}",
      "long.sha256": String(repeating: "x", count: (1 << 20) + 1), "notes.txt": "mine", "own.tar": "mine",
    ]
    for (name, text) in files { try writeRealFile(path(name), text) }
    try makeRealFolder(path("folder.manifest.json"))
    try makeRealFolder(path("folder.sha256"))
    try makeRealSymlink(path("link.manifest.json"), to: workshop.manifest(of: points[0]))
    try makeRealSymlink(path("link.sha256"), to: workshop.sums(of: points[0]))
    let others = workshop.names.filter { !workshop.names(of: points).contains($0) }
    try expectPoints(points)
    points.append(try workshop.backUp(.incremental, as: .file).point)
    #expect(try prune(2).removed.map(\.name) == [points[0].name])
    #expect(workshop.names == (others + workshop.names(of: [points[1], points[2]])).sorted())
  }

  /// It may have been a point's.
  @Test func `a manifest of another program that was changed stops all removal`() throws {
    try workshop.backUp(as: .file)
    try writeRealFile(path("app.manifest.json"), "{\"name\":\"app\"}\n")
    #expect(try shell("sha256sum app.manifest.json > app.sha256").isSuccess)
    #expect(try workshop.shelf.points().unreadable.isEmpty)
    try writeRealFile(path("app.manifest.json"), "{\"name\":\"other\"}\n")
    #expect(throws: ShelfError.unreadablePoints(["app"])) { _ = try prune(1) }
  }

  /// A manifest that names a file which is not its own: a removal would take that.
  @Test(arguments: [
    "../outside.tar", "/etc/passwd", "..", "other.tar", "evil.tar.gz", "evil", "evil.", ".tar", "evil.manifest.json",
    "evil/x.tar",
  ])
  func `a manifest that speaks of somebody else's archive is no point`(_ name: String) throws {
    let point = try workshop.backUp(as: .file).point
    try writeRealFile("\(workshop.scratch.path)/outside.tar", "outside")
    try writeRealFile(path("other.tar"), "other")
    try writeRealFile(path("evil.tar.gz"), "other")
    let text = displayed(try readRealFile(workshop.manifest(of: point)))
    let forged = text.replacing("\"name\":\"\(point.text).tar\"", with: "\"name\":\"\(name)\"")
    try #require(forged != text)
    try writeRealFile(path("evil.manifest.json"), forged)
    #expect(try shell("sha256sum evil.manifest.json > evil.sha256").isSuccess)
    let listing = try workshop.shelf.points()
    #expect(listing.points == [point] && listing.unreadable.map(\.name) == [Array("evil".utf8)])
    #expect(throws: ShelfError.unreadablePoints(["evil"])) { _ = try prune(1) }
    // Nor does what a killed run may have left make Coffre remove it.
    try makeRealFolder(path(".coffre-0123456789abcdef.part"))
    try renameReal(path("evil.manifest.json"), to: path(".coffre-0123456789abcdef.part/manifest.json"))
    try removeRealTree(path("evil.sha256"))
    let next = try workshop.backUp(as: .file).point
    #expect(workshop.names == (["evil.tar.gz", "other.tar"] + workshop.names(of: [point, next])).sorted())
    #expect(realEntryExists("\(workshop.scratch.path)/outside.tar"))
  }

  @Test func `what is renamed or stands in another place is told, not taken`() throws {
    let point = try workshop.backUp(as: .file).point
    let folder = try workshop.backUp(as: .folder).point
    for end in ["manifest.json", "sha256", "tar"] {
      try renameReal(path("\(point.text).\(end)"), to: path("renamed.\(end)"))
    }
    try makeRealFolder(path("moved"))
    for name in ["manifest.json", "SHA256SUMS"] {
      try writeRealFile(path("moved/\(name)"), try readRealFile(path("\(folder.text)/\(name)")))
    }
    try writeRealFile(path("lone.manifest.json"), try readRealFile(workshop.manifest(of: folder)))
    let listing = try workshop.shelf.points()
    #expect(Set(listing.points.map(\.text)) == [folder.text, "moved"])
    #expect(Set(listing.unreadable.map { displayed($0.name) }) == ["renamed", "lone"])
  }

  @Test func `a link in the place of an archive is damage, and stays`() throws {
    let points = [try workshop.backUp(as: .file).point, try workshop.backUp(as: .file).point]
    let outside = "\(workshop.scratch.path)/outside.tar"
    try renameReal(workshop.archive(of: points[0]), to: outside)
    try makeRealSymlink(workshop.archive(of: points[0]), to: outside)
    #expect(throws: ShelfError.self) { try workshop.inspect(points[0]) }
    #expect(throws: ShelfError.self) { _ = try workshop.restore(points[0]) }
    try workshop.shelf.remove(points[0], under: try ShelfLock(.removing, on: workshop.shelf.descriptor))
    #expect(workshop.names == (["\(points[0].text).tar"] + workshop.names(of: [points[1]])).sorted())
    #expect(realEntryExists(outside))
  }

  // MARK: Runs that end between the steps

  /// The last step that was taken of giving a point its names; the same the other way round for a removal.
  enum Step: Int, CaseIterable, Sendable {
    case nothing, archive, sums
  }

  /// A shelf with one point, and another one that lies partly in a hidden folder.
  private func halfway(_ step: Step, _ end: String = "part") throws -> (whole: ShelfPoint, half: ShelfPoint) {
    let whole = try workshop.backUp(as: .file).point
    try workshop.change("echo b > b")
    let half = try workshop.backUp(.incremental, as: .file).point
    let hidden = path(".coffre-0123456789abcdef.\(end)")
    try makeRealFolder(hidden)
    try renameReal(workshop.manifest(of: half), to: "\(hidden)/manifest.json")
    if step.rawValue < Step.sums.rawValue { try renameReal(workshop.sums(of: half), to: "\(hidden)/SHA256SUMS") }
    if step == .nothing { try renameReal(workshop.archive(of: half), to: "\(hidden)/\(half.text).tar") }
    return (whole, half)
  }

  @Test(arguments: Step.allCases, ["part", "gone"])
  func `what a run left between two steps is no point, no damage, and goes with the next`(_ step: Step, _ end: String)
    throws
  {
    let (whole, _) = try halfway(step, end)
    try expectPoints([whole])
    let next = try workshop.backUp(.incremental, as: .file)
    #expect(next.parent == whole.name && workshop.names == workshop.names(of: [whole, next.point]))
    try workshop.inspect(next.point, .allContents)
  }

  @Test func `a removal that was interrupted is ended by the next one`() throws {
    let (whole, _) = try halfway(.sums, "gone")
    #expect(try prune(5).removed.isEmpty)
    #expect(workshop.names == workshop.names(of: [whole]))
  }

  /// Its checksums are not those of the point any more.
  @Test(arguments: [false, true])
  func `a damaged archive goes with the rest of a removal that was interrupted, another one of its name stays`(
    _ isOther: Bool
  ) throws {
    let whole = try workshop.backUp(as: .file).point
    let half = try workshop.backUp(as: .file).point
    var bytes = try readRealFile(workshop.archive(of: half))
    bytes[0] ^= 1
    try writeRealFile(workshop.archive(of: half), bytes)
    // Whatever else goes wrong after the first step.
    try removeRealTree(workshop.sums(of: half))
    try makeRealFolder(workshop.sums(of: half))
    try makeRealFolder(path(".coffre-0123456789abcdef.gone"))
    let files = [displayed(half.manifest.archive.files[0].name), "\(half.text).sha256"].map { Array($0.utf8) }
    let hidden = try workshop.shelf.folder(Array(".coffre-0123456789abcdef.gone".utf8))
    try RemovedFiles(files, in: workshop.shelf.descriptor).write(to: hidden)
    try renameReal(workshop.manifest(of: half), to: path(".coffre-0123456789abcdef.gone/manifest.json"))
    if isOther { try writeRealFile(workshop.archive(of: half), bytes + [1]) }
    #expect(try prune(5).removed.isEmpty)
    let rest = ["\(half.text).sha256"] + (isOther ? ["\(half.text).tar"] : [])
    #expect(workshop.names == (rest + workshop.names(of: [whole])).sorted())
  }

  /// A note that a removal could not end, or none, is as if there were none: checksums decide.
  @Test(arguments: ["", "12 5", "12 5 x\n", "- -\n\n", "9223372036854775808 1 1\n"])
  func `a note of a removal that cannot be read does no harm`(_ text: String) throws {
    let (whole, _) = try halfway(.sums, "gone")
    try writeRealFile(path(".coffre-0123456789abcdef.gone/removing"), text)
    #expect(try prune(5).removed.isEmpty)
    #expect(workshop.names == workshop.names(of: [whole]))
  }

  @Test func `what others put in the place of leftovers stays`() throws {
    let (whole, half) = try halfway(.sums)
    var bytes = try readRealFile(workshop.archive(of: half))
    bytes[0] ^= 1
    try writeRealFile(workshop.archive(of: half), bytes)
    try removeRealTree(workshop.sums(of: half))
    try makeRealSymlink(workshop.sums(of: half), to: "/etc/hostname")
    let next = try workshop.backUp(as: .file).point
    #expect(
      workshop.names == (["\(half.text).tar", "\(half.text).sha256"] + workshop.names(of: [whole, next])).sorted())
  }

  /// Without a hidden folder that says so it was no run of ours: the manifest is lost, and that is told.
  @Test func `a lost manifest is told`() throws {
    let point = try workshop.backUp(as: .file).point
    try removeRealTree(workshop.manifest(of: point))
    let listing = try workshop.shelf.points()
    #expect(listing.points.isEmpty && listing.unreadable.map(\.name) == [point.name])
    #expect(throws: ShelfError.unreadablePoints([point.text])) { _ = try prune(1) }
    #expect(
      throws: ShelfError.damaged(
        point: point.text, file: "\(point.text).manifest.json", listing.unreadable[0].cause)
    ) { _ = try workshop.shelf.choose(point.name, from: listing) }
  }

  @Test(arguments: ["tar", "sha256", "manifest.json"])
  func `a name that somebody takes meanwhile leaves nothing of the point`(_ end: String) throws {
    let time = Clock.now()
    let name = displayed(
      try PointTemplate("one-{timestamp}").pointName(
        at: time, zone: .utc, host: "", variant: .full, name: "", ending: []
      ) { _ in false })
    let session = MemorySession([.file("a", "a")])
    let taken = "\(name).\(end)"
    // While the archive is read back.
    final class Taking: EventSink {
      let take: @Sendable () -> Void
      init(_ take: @escaping @Sendable () -> Void) { self.take = take }
      func take(_ event: JobEvent) { if case .note = event { take() } }
    }
    let path = path(taken)
    let identity = try #require(AgeIdentity(AgeKeyTests.identity))
    let request = try workshop.request { request in
      request.template = try PointTemplate("one-{timestamp}")
      request.time = time
      // It says that it only compares bytes.
      request.protection = .age(recipients: [identity.recipient])
    }
    let writer = PointWriter(
      workshop.shelf, request,
      progress: ShelfProgress("backup", events: Taking { try? writeRealFile(path, "other") }),
      cancellation: Cancellation())
    let isTaken = end != "tar"
    if isTaken {
      #expect(throws: SystemError.self) { _ = try writer.run { session } }
      #expect(workshop.names == [taken])
    } else {
      // Of no concern: the archive is called `.tar.age`.
      _ = try writer.run { session }
      #expect(workshop.names.count == 4)
    }
    #expect(try readRealFile(path) == Array("other".utf8))
  }

  @Test func `points in files go by rules, with nothing left`() throws {
    let points = try (0..<4).map { number in
      try workshop.change("echo \(number) > a")
      return try workshop.backUp(number == 2 ? .incremental : .full, as: number == 1 ? .folder : .file).point
    }
    #expect(try prune(1).removed.map(\.name) == [points[2], points[1], points[0]].map(\.name))
    #expect(workshop.names == workshop.names(of: [points[3]]))
    try workshop.inspect(points[3], .allContents)
  }
}
