package import CoffreCore
import CoffreSystem

/// Makes a point of a shelf: an archive and a manifest in a hidden folder, that get their names when all was read back.
///
/// A run that ends early, however it does, leaves no point; what it began is removed by itself or by the next run.
package final class PointWriter {
  private let shelf: ShelfFolder
  private var request: PointRequest
  private let progress: ShelfProgress
  private let cancellation: Cancellation
  /// One for the parent and the new point: archives that both need are read once.
  private let inspection: PointInspection
  /// `nil` for a lock of this point's own.
  private let shared: ShelfWriting?

  package convenience init(
    _ shelf: ShelfFolder, _ request: PointRequest, progress: ShelfProgress, cancellation: Cancellation
  ) {
    self.init(shelf, nil, request, progress: progress, cancellation: cancellation)
  }

  /// For one of several points that are made at the same time.
  package convenience init(
    under writing: ShelfWriting, _ request: PointRequest, progress: ShelfProgress, cancellation: Cancellation
  ) {
    self.init(writing.shelf, writing, request, progress: progress, cancellation: cancellation)
  }

  private init(
    _ shelf: ShelfFolder, _ shared: ShelfWriting?, _ request: PointRequest, progress: ShelfProgress,
    cancellation: Cancellation
  ) {
    self.shelf = shelf
    self.shared = shared
    self.request = request
    self.progress = progress
    self.cancellation = cancellation
    inspection = PointInspection(shelf, keys: request.keys ?? ArchiveKeys(), cancellation, progress)
  }

  /// - Parameters:
  ///   - measuring: opens the source once more, where that costs little: for formats that need much room it is looked first
  ///     whether there is so much.
  ///   - confirm: asked when everything was read back, before the point gets its name; throws if it must not have it.
  ///   - open: opens the source, when nobody else writes to the shelf; the session is closed here.
  package func run(
    measuring: (() throws -> any SourceSession)? = nil, confirm: () throws -> Void = {},
    _ open: () throws -> any SourceSession
  ) throws -> PointSummary {
    let writing =
      try shared
      ?? ShelfWriting(shelf, patience: request.patience, events: progress.events, cancellation: cancellation)
    defer { withExtendedLifetime(writing) {} }
    // All that was changed before this moment is in the point.
    let time = request.time ?? Clock.now()
    let session = try open()
    defer { session.close() }
    let group = ShelfPoint.Group(host: request.hostName ?? session.hostName ?? hostName(), sources: session.paths)
    let parent = try ParentSearch(shelf: shelf, request: request, inspection: inspection, progress: progress)
      .parent(of: group, at: time)
    let size = try request.traits.isStaged ? measuring.map { try expectedSize(of: $0(), since: parent) } : nil
    let part = shelf.temporaryName(ending: ShelfFolder.partEnd)
    try shelf.descriptor.makeDirectory(part, permissions: 0o700)
    // A folder that got its name is not there any more.
    defer { discard(part) }
    let form = request.template.form
    func place() throws -> PointPlace {
      PointPlace(try pointName(of: session, group, parent, at: time, under: writing), form)
    }
    // The files of a point bear its name: these are in its manifest.
    let files = form == .file ? try place() : nil
    if let files { request.archiveName = files.name }
    let made = try write(session, expecting: size, group, parent, at: time, into: part, named: files)
    try prove(made, in: part)
    let point = ShelfPoint(try files ?? place(), manifest: made.manifest, manifestSum: made.manifestSum)
    try confirm()
    try cancellation.check()
    try shelf.show(part, as: point)
    writing.added(point)
    return PointSummary(
      point: point, parent: parent?.name, archiveSize: made.manifest.archive.files.reduce(0) { $0 + $1.size },
      isCompared: request.keys != nil)
  }

  private func discard(_ part: PathBytes) {
    do {
      try shelf.discard(part, Cancellation())
    } catch {
      // The next run tries again.
      log.warning("what was begun could not be removed", ["cause": "\(error)"])
    }
  }

  private func pointName(
    of session: any SourceSession, _ group: ShelfPoint.Group, _ parent: ShelfPoint?, at time: Timestamp,
    under writing: ShelfWriting
  ) throws -> PathBytes {
    let own = session.paths.first.map { PointTemplate.sourceName(of: $0) } ?? ""
    let (form, ending) = (request.template.form, request.archiveEnding)
    return try writing.reserve { isReserved in
      try request.template.pointName(
        at: time, zone: request.zone, host: group.host, variant: variant(parent), name: own,
        ending: ending
      ) { name in
        let asFile = PointPlace(name, .file)
        let names = form == .folder ? [] : [asFile.sumsName, name + ending]
        return try isReserved(name) || ([name, asFile.manifestName] + names).contains { try shelf.has($0) }
      }
    }
  }

  /// - Parameter session: closed here.
  private func expectedSize(of session: any SourceSession, since parent: ShelfPoint?) throws -> Int64 {
    defer { session.close() }
    let comparison = try parent.map { try ParentComparison($0, on: shelf, cancellation) { _ in } }
    return try CoffreArchives.expectedSize(of: session, since: comparison, request.change, cancellation)
  }

  private func variant(_ parent: ShelfPoint?) -> ShelfVariant { parent == nil ? .full : request.variant }
}

// MARK: Writing

extension PointWriter {
  /// A point that lies under a hidden name.
  fileprivate struct Made {
    let manifest: ShelfManifest
    let manifestSum: Digest
  }

  private func write(
    _ session: any SourceSession, expecting size: Int64?, _ group: ShelfPoint.Group, _ parent: ShelfPoint?,
    at time: Timestamp, into part: PathBytes, named files: PointPlace?
  ) throws -> Made {
    let inside = PointPlace(part, .folder)
    let folder = try shelf.folder(part)
    let folderPath = joined(shelf.path, part)
    var settings = request.settings
    settings.workFolder = folderPath
    settings.cancellation = cancellation
    settings.password = request.protection?.password
    settings.expectedSize = size
    let archive = try NewArchive(
      at: joined(folderPath, request.archiveFileName), as: request.format, settings,
      sealedBy: request.protection?.seal ?? .none)
    let entries = try ShelfManifestWriter(in: folder)
    let comparison = try parent.map { parent in
      try ParentComparison(parent, on: shelf, cancellation) { try entries.addDeleted($0) }
    }
    progress.begin("backup", files: parent?.manifest.counts.files, bytes: parent?.manifest.counts.bytes)
    let archiver = PointArchiver(
      session, request, archive.writer, entries, comparison, workFolder: folderPath, progress: progress,
      cancellation: cancellation)
    try archiver.run()
    progress.tell(try session.finish())
    let sum = try archive.finish()
    try archive.show(replacing: false)
    var counts = archiver.counts
    counts.losses = progress.snapshot.losses
    let manifest = ShelfManifest(
      form: request.template.form, variant: variant(parent),
      parent: parent.map { .init(name: $0.name, sha256: $0.manifestSum) }, takenAt: time,
      host: group.host, sources: session.paths, tags: request.tags, program: request.program,
      isComplete: counts.losses == 0,
      archive: .init(
        format: request.format.traits.name, lacks: archiver.lacks.sorted(),
        files: [.init(name: request.archiveFileName, size: sum.size, sha256: sum.digest)],
        encryption: request.encryption),
      needs: comparison?.needs ?? [], counts: counts)
    let file = try MeasuredFile(
      inside.manifestName, in: folder, named: joined(folderPath, inside.manifestName), cancellation: cancellation)
    let written = try entries.finish(manifest, moves: archiver.moves, into: file)
    let manifestSum = try file.finish().digest
    // With the names that the files will have.
    let sums = written.sums(at: files ?? inside, manifest: manifestSum)
    try writeFileAtomically(sums.encoded(), joined(folderPath, inside.sumsName))
    try folder.synchronize()
    if !archiver.lacks.isEmpty {
      progress.events.take(
        .note(
          "\(request.format.traits.name) cannot hold all of it (\(archiver.lacks.sorted().joined(separator: ", "))): "
            + "the manifest does, and `coffre shelf restore` brings it back"))
    }
    return Made(manifest: written, manifestSum: manifestSum)
  }

  /// Reads everything again that was written: what it holds, or where only recipients can open it, whether it is there byte
  /// for byte.
  private func prove(_ made: Made, in part: PathBytes) throws {
    progress.begin("reading back", files: made.manifest.counts.stored, bytes: made.manifest.counts.storedBytes)
    let point = ShelfPoint(PointPlace(part, .folder), manifest: made.manifest, manifestSum: made.manifestSum)
    inspection.keys.workFolder = joined(shelf.path, part)
    if request.keys == nil {
      progress.events.take(.note("only its recipients can open it: its bytes were read back, not what they hold"))
    }
    do {
      try inspection.inspect(point, request.keys == nil ? .checksums : .ownContents)
    } catch let error as ShelfError {
      // What an older point lacks, the new one did not spoil.
      guard case .damaged(displayed(part), let file, let problem) = error else { throw error }
      throw ShelfError.notProved(path: "\(displayed(shelf.path))/…/\(file)", problem)
    }
  }
}
