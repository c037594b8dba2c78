package import CoffreCore
import CoffreSystem

/// Tells what a new point would hold. The source is read as for a backup; nothing is written to the shelf.
package struct PointPreview {
  /// What would be made.
  package struct Outcome: Sendable {
    package let variant: ShelfVariant
    /// The name of the point that it would follow.
    package let parent: PathBytes?
    package let counts: ShelfManifest.Counts
  }

  private let shelf: ShelfFolder?
  private let request: PointRequest
  private let progress: ShelfProgress
  private let cancellation: Cancellation

  /// - Parameter shelf: `nil` for one that does not exist yet.
  package init(
    _ shelf: ShelfFolder?, _ request: PointRequest, progress: ShelfProgress, cancellation: Cancellation
  ) {
    self.shelf = shelf
    self.request = request
    self.progress = progress
    self.cancellation = cancellation
  }

  /// - Parameter open: opens the source; the session is closed here.
  package func run(_ open: () throws -> any SourceSession) throws -> Outcome {
    // No point that is compared with goes away meanwhile.
    let lock = try shelf?.lockForReading(leavesNoTrace: true)
    defer { withExtendedLifetime(lock) {} }
    let time = request.time ?? Clock.now()
    let session = try open()
    defer { session.close() }
    let group = ShelfPoint.Group(host: request.hostName ?? session.hostName ?? hostName(), sources: session.paths)
    var parent: ShelfPoint?
    if let shelf {
      let inspection = PointInspection(shelf, keys: request.keys ?? ArchiveKeys(), cancellation, progress)
      parent = try ParentSearch(shelf: shelf, request: request, inspection: inspection, progress: progress)
        .parent(of: group, at: time)
    }
    let work = try StagingFolder(in: temporaryDirectory())
    let entries = try ShelfManifestWriter(in: work.folder)
    var comparison: ParentComparison?
    if let shelf, let parent {
      comparison = try ParentComparison(parent, on: shelf, cancellation) { try entries.addDeleted($0) }
    }
    progress.begin("backup", files: parent?.manifest.counts.files, bytes: parent?.manifest.counts.bytes)
    let archiver = PointArchiver(
      session, request, NoArchive(), entries, comparison, workFolder: work.path, progress: progress,
      cancellation: cancellation)
    try archiver.run()
    progress.tell(try session.finish())
    var counts = archiver.counts
    counts.losses = progress.snapshot.losses
    (counts.deleted, counts.renamed) = try entries.countsOfGone(moves: archiver.moves)
    return Outcome(variant: parent == nil ? .full : request.variant, parent: parent?.name, counts: counts)
  }
}

/// Takes everything and keeps nothing.
private final class NoArchive: ArchiveWriter {
  func begin(_ entry: ArchiveEntry) {}
  func write(_ bytes: Span<UInt8>) {}
  func finish() {}
}
