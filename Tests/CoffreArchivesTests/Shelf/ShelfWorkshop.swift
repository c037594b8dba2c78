import CoffreCore
import CoffreSources
import CoffreSystem
import CoffreTestKit
import Testing

@testable import CoffreArchives

/// A folder that is backed up, a shelf, and what the folder was like at each backup.
struct ShelfWorkshop {
  let scratch: WorkFolder
  let shelf: ShelfFolder
  let format: String
  /// A lock stays for a moment after its end if another test is just starting a program: that holds all of this process's
  /// files until it runs.
  static let patience = Duration.seconds(600)
  var tree: String { "\(scratch.path)/tree" }
  var shelfPath: String { "\(scratch.path)/shelf" }

  init(_ format: String = "tar") throws {
    self.format = format
    scratch = try WorkFolder()
    shelf = try ShelfFolder(Array("\(scratch.path)/shelf".utf8), creating: true)
    try makeRealFolder("\(scratch.path)/tree")
  }

  /// Runs a script in the tree.
  func change(_ script: String) throws {
    var settings = ProgramSettings()
    settings.directory = tree
    let outcome = try Tool.named("bash", package: "bash").run(["-euc", script], settings)
    try #require(outcome.isSuccess, "\(outcome)")
  }

  func request(_ variant: ShelfVariant = .full, _ change: (inout PointRequest) throws -> Void = { _ in }) throws
    -> PointRequest
  {
    var request = PointRequest(
      format: try #require(ArchiveFormats.named(format)), template: try PointTemplate(), program: "test")
    request.variant = variant
    request.hostName = "shop"
    request.patience = Self.patience
    try change(&request)
    return request
  }

  /// A backup of the tree, or of `session`.
  @discardableResult
  func backUp(
    _ variant: ShelfVariant = .full, as form: PointPlace.Form = .folder, of session: (any SourceSession)? = nil,
    log: EventLog = EventLog(),
    _ change: (inout PointRequest) throws -> Void = { _ in }
  ) throws -> PointSummary {
    let writer = PointWriter(
      shelf,
      try request(variant) { request in
        if form == .file { request.template = try PointTemplate("one-{timestamp}") }
        try change(&request)
      }, progress: ShelfProgress("backup", events: log),
      cancellation: Cancellation())
    return try writer.run {
      if let session { return session }
      return try FilesSession(FilesSettings(targets: [Array(tree.utf8)], workingDirectory: [0x2F]))
    }
  }

  /// The tree as it is now, kept aside.
  func keepState(_ name: String) throws {
    let copy = try Tool.named("cp", package: "coreutils").run(["-a", tree, "\(scratch.path)/\(name)"])
    try #require(copy.isSuccess, "\(copy)")
  }

  /// Restores a point into a new folder.
  ///
  /// - Returns: where the tree lies there.
  func restore(
    _ point: ShelfPoint, keys: ArchiveKeys = ArchiveKeys(), _ choice: EntryChoice = EntryChoice(),
    log: EventLog = EventLog()
  ) throws -> String {
    let target = "\(scratch.path)/restored-\(point.text)"
    try removeRealTree(target)
    let progress = ShelfProgress("restore", events: log)
    try PointRestore.check(point, of: shelf, keys: keys, progress: progress, cancellation: Cancellation())
    var options = PointRestore.Options()
    options.keys = keys
    options.choice = choice
    let session = try FolderRestore(FolderRestoreSettings(target: Array(target.utf8)), cancellation: Cancellation())
    defer { session.close() }
    _ = try PointRestore(
      point, of: shelf, into: session, options, progress: progress, cancellation: Cancellation()
    ).run()
    return target + tree
  }

  /// Restores a point and compares it with a state that was kept.
  func expectRestores(_ point: ShelfPoint, to state: String, keys: ArchiveKeys = ArchiveKeys()) throws {
    let log = EventLog()
    let restored = try restore(point, keys: keys, log: log)
    #expect(log.losses.isEmpty, "\(point.text): \(log.text)")
    let differences = try TreeComparison.differences(between: "\(scratch.path)/\(state)", and: restored)
    #expect(differences.isEmpty, "\(point.text): \(differences.joined(separator: "\n"))")
    try removeRealTree("\(scratch.path)/restored-\(point.text)")
  }

  func inspect(
    _ point: ShelfPoint, _ depth: PointInspection.Depth = .checksums, keys: ArchiveKeys = ArchiveKeys()
  ) throws {
    try PointInspection(shelf, keys: keys, Cancellation()).inspect(point, depth)
  }

  /// A file of a point.
  func path(of file: PathBytes, of point: ShelfPoint) -> String {
    "\(shelfPath)/\(displayed(point.place.path(of: file)))"
  }

  func archive(of point: ShelfPoint) -> String { path(of: point.manifest.archive.files.first?.name ?? [], of: point) }

  func manifest(of point: ShelfPoint) -> String { path(of: point.place.manifestName, of: point) }

  func sums(of point: ShelfPoint) -> String { path(of: point.place.sumsName, of: point) }

  /// What lies on the shelf if nothing but these points does.
  func names(of points: [ShelfPoint]) -> [String] {
    points.flatMap { point in
      point.place.form == .folder
        ? [point.text]
        : [archive(of: point), manifest(of: point), sums(of: point)].map { splitPath(Array($0.utf8)).name }
          .map { displayed($0) }
    }.sorted()
  }

  /// What lies on the shelf, hidden things too, but for the locks.
  var names: [String] { realNames(in: shelfPath).filter { !$0.hasSuffix(".lock") }.sorted() }
}
