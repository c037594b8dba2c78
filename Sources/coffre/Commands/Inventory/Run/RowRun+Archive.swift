import CoffreArchives
import CoffreCore
import CoffreInventory
import CoffreSystem

extension RowRun {
  /// What compressing may take in all rows that are done at the same time, in bytes.
  private static let memory: Int64 = 128 << 20

  /// What was read has to be read again, from a copy.
  private struct ChangedMeanwhile: Error {
    let copy: RowReading
  }

  /// Writes the archive, which has its name when all of it was read back.
  func archive(_ reading: RowReading, _ proof: RowProof, _ watch: SourceWatch) throws {
    let writing = try shared.shelves.writing(to: plan.destination, cancellation)
    do {
      try archive(reading, proof, watch, under: writing)
    } catch let error as ChangedMeanwhile {
      defer { error.copy.remove() }
      use(error.copy)
      try archive(error.copy, proof, watch, under: writing)
    }
  }

  private func archive(
    _ reading: RowReading, _ proof: RowProof, _ watch: SourceWatch, under writing: ShelfWriting
  ) throws {
    let progress = ShelfProgress("backup", events: events)
    follow { progress.jobProgress($0) }
    let settling = RowSettling()
    let writer = PointWriter(under: writing, try request(), progress: progress, cancellation: cancellation)
    let summary: PointSummary
    do {
      summary = try writer.run(
        measuring: { [files] in try files.open(reading, isWhole: false) },
        confirm: { try confirm(reading, proof, watch) }
      ) {
        RowSession(try files.open(reading, isWhole: false)) { () throws(SourceError) in
          try settling.check(reading)
          try watch.check()
        }
      }
    } catch {
      if let copy = settling.take() { throw ChangedMeanwhile(copy: copy) }
      throw error
    }
    let counts = summary.point.manifest.counts
    found.archive = joined(plan.destination, summary.point.archivePath)
    found.archiveBytes = summary.archiveSize
    found.files = counts.files
    found.bytes = counts.bytes
  }

  private func request() throws -> PointRequest {
    guard let format = ArchiveFormats.named(plan.format) else {
      throw Fault(message: "this version writes no '\(plan.format)' archives", isAway: false)
    }
    var request = PointRequest(format: format, template: settings.template, program: Program.nameAndVersion)
    request.zone = settings.zone
    request.hostName = settings.hostName
    request.tags = [row.tag]
    request.patience = settings.patience
    // The last rows have the processors for themselves.
    request.settings.threadCount = processorCount
    request.settings.memoryLimit = Self.memory / Int64(settings.jobs)
    return request
  }

  /// A server's folder is proved after the last that reads it, and before anything of it is called good.
  private func confirm(_ reading: RowReading, _ proof: RowProof, _ watch: SourceWatch) throws {
    guard plan.type == .serverFolder else { return }
    var failure: (any Error)?
    if let repository = settings.repository {
      do { try store(reading, proof, watch, in: repository) } catch { failure = error }
    }
    events.tell(try proof.run())
    if let failure { throw failure }
  }

  /// Removes what the row's retention does not keep, when the row was backed up and the list names the new archive. A failure
  /// harms no backup; it is told.
  func prune() {
    guard settings.writesArchives, events.losses == 0, !plan.retention.isEmpty else { return }
    do {
      let writing = try shared.shelves.writing(to: plan.destination, cancellation)
      let pruning = ShelfPruning(
        under: writing, patience: max(settings.patience, .seconds(5)), progress: ShelfProgress("prune", events: events),
        cancellation: cancellation)
      let (sources, host, tag) = ([source], settings.hostName ?? hostName(), row.tag)
      let outcome = try pruning.run(
        plan.retention, now: Clock.now(), isDryRun: false,
        of: { $0.manifest.sources == sources && $0.manifest.host == host && $0.tags.contains(tag) }, { _ in })
      found.removed = outcome.removed.count
    } catch {
      events.warn("retention", "older archives stay: \(shortText(of: error))")
    }
  }
}
