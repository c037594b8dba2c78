import CoffreCore
import CoffreSystem
import CoffreTestKit
import Testing

@testable import CoffreArchives

@Suite("Chains of points")
struct ShelfChainTests {
  /// One for each point after the first: a tree that changes in every way. Kinds first, what was there before them.
  private static let changes = [
    "printf two > same-size; printf longer-than-before > grows; : > empties; rm gone; mkdir -p new/deep/er; echo n > new/deep/er/f",
    "mv renamed renamed-to; mv folder folder-moved; chmod 0600 modes; touch -d 2001-02-03T04:05:06.123456789Z times",
    "rm was-file; mkdir was-file; echo in > was-file/in; rm -r was-folder; echo flat > was-folder",
    "ln linked linked-again; ln -sfn /elsewhere link; rm linked-twice; mkfifo pipe; echo $'x' > $'odd\\n\\xff name'",
    "stamp=$(mktemp); touch -r kept-time $stamp; printf OTHER > kept-time; touch -r $stamp kept-time; rm $stamp",
    "mv swap-a t; mv swap-b swap-a; mv t swap-b; rm -r new; truncate -s 3M sparse; printf end >> sparse",
    "echo back > gone; rm empties; mv renamed-to renamed; cp -a same-size copied; printf linked-changed > linked",
    "rm pipe; echo file > pipe; rm link; mkdir link; echo l > link/l; : > zero; chmod 0700 folder-moved",
    "rm -r folder-moved; rm linked; mv linked-again linked; printf x > one-byte; setfattr -n user.a -v 1 same-size || true",
    "mkdir -p a/b/c/d/e; echo deep > a/b/c/d/e/f; mv a z; rm $'odd\\n\\xff name'; echo again > $'odd\\n\\xff name'",
    "find . -mindepth 1 -delete; echo all-new > all-new",
    "echo one > one; mkdir d; echo two > d/two; mv all-new d/all-new",
    "touch d; rm one; echo last > last; ln d/two d/three",
  ]

  private static let beginning = """
    printf one > same-size; printf g > grows; printf text > empties; echo gone > gone; echo r > renamed; mkdir folder
    echo 1 > folder/1; echo 2 > folder/2; mkdir folder/sub; echo 3 > folder/sub/3; echo m > modes; echo t > times
    echo f > was-file; mkdir was-folder; echo w > was-folder/w; echo l > linked; ln linked linked-twice; ln -s /here link
    printf VALUE > kept-time; echo a > swap-a; echo b > swap-b; mkdir empty-folder; head -c 300000 /dev/urandom > random
    """

  /// One full, three differentials, ten incrementals, mixed as a plan might.
  private static let variants: [ShelfVariant] = [
    .full, .incremental, .incremental, .differential, .incremental, .incremental, .incremental, .differential,
    .incremental, .incremental, .incremental, .differential, .incremental, .incremental,
  ]

  /// - Parameter form: of the point with a number.
  private func makeChain(_ format: String, _ form: (Int) -> PointPlace.Form) throws -> (ShelfWorkshop, [ShelfPoint]) {
    let workshop = try ShelfWorkshop(format)
    var points: [ShelfPoint] = []
    for (number, variant) in Self.variants.enumerated() {
      try workshop.change(number == 0 ? Self.beginning : Self.changes[number - 1])
      try workshop.keepState("state-\(number)")
      let log = EventLog()
      let summary = try workshop.backUp(variant, as: form(number), log: log)
      #expect(summary.point.manifest.variant == variant)
      #expect(log.losses.isEmpty, "\(log.text)")
      points.append(summary.point)
    }
    return (workshop, points)
  }

  @Test(arguments: ArchiveFormats.forFolders.map(\.traits.name))
  func `each of fourteen points restores exactly`(_ format: String) throws {
    try expectChain(format) { _ in .folder }
  }

  /// Each form follows itself and the other one; which one begins differs with the format.
  @Test(arguments: ArchiveFormats.forFolders.map(\.traits.name))
  func `points that are files and folders make one chain`(_ format: String) throws {
    try expectChain(format) { ($0 + format.utf8.count) % 3 == 0 ? .folder : .file }
  }

  private func expectChain(_ format: String, _ form: (Int) -> PointPlace.Form) throws {
    let (workshop, points) = try makeChain(format, form)
    #expect(workshop.names == workshop.names(of: points))
    #expect(Set(points.map(\.name)).count == 14)
    let listing = try workshop.shelf.points()
    #expect(listing.points == points && listing.unreadable.isEmpty)
    for (number, point) in points.enumerated() {
      try workshop.inspect(point, .allContents)
      try workshop.expectRestores(point, to: "state-\(number)")
    }
    #expect(points[0].needs.isEmpty)
    #expect(points[3].needs == [points[0].name], "a differential needs the full one alone")
    #expect(points[13].manifest.parent?.name == points[12].name)
    #expect(points[2].manifest.counts.renamed >= 1)
    #expect(points[1].manifest.counts.deleted == 1)
  }

  /// Whatever the format holds: the manifest has the rest. zip and 7z do not keep every name as it is.
  @Test(arguments: ArchiveFormats.forFolders.map(\.traits.name).filter { $0.hasPrefix("tar") })
  func `a tree with everything comes back, full and in part`(_ format: String) throws {
    let workshop = try ShelfWorkshop(format)
    try removeRealTree(workshop.tree)
    try OddTree.build(at: workshop.tree)
    for variant in [ShelfVariant.full, .incremental] {
      let log = EventLog()
      let point = try workshop.backUp(variant, log: log).point
      #expect(log.losses.isEmpty, "\(log.text)")
      try workshop.inspect(point, .allContents)
      let restored = try workshop.restore(point, log: log)
      #expect(log.losses.isEmpty, "\(log.text)")
      let differences = try TreeComparison.differences(between: workshop.tree, and: restored)
      #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    }
  }

  @Test func `a damaged or missing archive is named, and concerns only what needs it`() throws {
    let (workshop, points) = try makeChain("tar") { $0 % 3 == 1 ? .folder : .file }
    for (number, victim) in points.enumerated() {
      let path = workshop.archive(of: victim)
      let file = victim.place.form == .folder ? "files.tar" : "\(victim.text).tar"
      let bytes = try readRealFile(path)
      for damage in 0..<3 {
        switch damage {
        case 0: try removeRealTree(path)
        case 1: try writeRealFile(path, Array(bytes.dropLast()))
        default:
          var changed = bytes
          changed[bytes.count / 2] ^= 1
          try writeRealFile(path, changed)
        }
        for point in points {
          let isConcerned = point.name == victim.name || point.needs.contains(victim.name)
          do {
            try workshop.inspect(point)
            #expect(!isConcerned, "\(point.text) needs \(victim.text), damage \(damage)")
          } catch ShelfError.damaged(let named, let damaged, _) {
            #expect(isConcerned && named == victim.text && damaged == file, "\(point.text), damage \(damage)")
          }
        }
        // Of those that are whole the newest restores, of those that are not the first is refused before it begins.
        if let whole = points.lastIndex(where: { $0.name != victim.name && !$0.needs.contains(victim.name) }),
          damage == 2
        {
          try workshop.expectRestores(points[whole], to: "state-\(whole)")
        }
        #expect(throws: ShelfError.self) { try workshop.restore(victim) }
        #expect(!realEntryExists("\(workshop.scratch.path)/restored-\(victim.text)"), "point \(number)")
      }
      try writeRealFile(path, bytes)
    }
    for point in points { try workshop.inspect(point, .ownContents) }
  }

  @Test(arguments: PointPlace.Form.allCases)
  func `a damaged manifest is named`(_ form: PointPlace.Form) throws {
    let workshop = try ShelfWorkshop()
    try workshop.change("echo a > a")
    let point = try workshop.backUp(as: form).point
    let path = workshop.manifest(of: point)
    let file = form == .folder ? "manifest.json" : "\(point.text).manifest.json"
    let bytes = try readRealFile(path)
    var changed = bytes
    changed[bytes.count - 30] ^= 1
    try writeRealFile(path, changed)
    #expect(throws: ShelfError.damaged(point: point.text, file: file, "its checksum is another one")) {
      try workshop.inspect(point)
    }
    try removeRealTree(path)
    let listing = try workshop.shelf.points()
    #expect(listing.points.isEmpty && listing.unreadable.map(\.name) == [point.name])
    try writeRealFile(path, bytes)
    try removeRealTree(workshop.sums(of: point))
    #expect(try workshop.shelf.points().unreadable.map(\.name) == [point.name])
  }

  @Test func `without something to follow a point is full, and says so`() throws {
    let workshop = try ShelfWorkshop()
    try workshop.change("echo a > a")
    let log = EventLog()
    let first = try workshop.backUp(.incremental, log: log)
    #expect(first.point.manifest.variant == .full)
    #expect(log.notes.contains { $0.contains("this one is full") })
    // A damaged one is not followed either.
    try removeRealTree("\(workshop.shelfPath)/\(first.point.text)/files.tar")
    let second = try workshop.backUp(.incremental)
    #expect(second.point.manifest.variant == .full && second.parent == nil)
  }

  @Test(arguments: [ShelfVariant.incremental, .differential])
  func `a point whose archive was changed is not followed, the one before is`(_ variant: ShelfVariant) throws {
    let workshop = try ShelfWorkshop()
    try workshop.change("echo a > a; echo b > b")
    var points: [ShelfPoint] = []
    for _ in 0..<2 { points.append(try workshop.backUp().point) }
    let path = "\(workshop.shelfPath)/\(points[1].text)/files.tar"
    var bytes = try readRealFile(path)
    bytes[bytes.count / 2] ^= 1
    try writeRealFile(path, bytes)
    try workshop.change("echo c > c")
    try workshop.keepState("state")
    let log = EventLog()
    let summary = try workshop.backUp(variant, log: log)
    #expect(log.has("damaged-point", points[1].text), "\(log.text)")
    #expect(summary.parent == points[0].name && summary.point.manifest.variant == variant)
    try workshop.expectRestores(summary.point, to: "state")
  }

  @Test func `sha256sum checks a point`() throws {
    let workshop = try ShelfWorkshop()
    try workshop.change("echo a > a")
    let point = try workshop.backUp().point
    var settings = ProgramSettings()
    settings.directory = "\(workshop.shelfPath)/\(point.text)"
    let check = try Tool.named("sha256sum", package: "coreutils").run(["--strict", "-c", "SHA256SUMS"], settings)
    #expect(check.isSuccess && check.output.contains("files.tar: OK") && check.output.contains("manifest.json: OK"))
  }
}
