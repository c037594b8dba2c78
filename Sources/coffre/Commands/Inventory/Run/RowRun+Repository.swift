import CoffreCore
import CoffreEngine
import CoffreInventory
import CoffreRepository
import CoffreSources
import Synchronization

extension RowRun {
  /// Backs the row up as a snapshot of its own, under its whole path.
  ///
  /// One row at a time: a backup into a repository keeps both processors busy by itself, and has an index in memory.
  func store(_ reading: RowReading, _ proof: RowProof, _ watch: SourceWatch, in repository: RepositoryAccess) throws {
    var options = BackupJob.Options()
    options.hostName = settings.hostName
    options.program = Program.nameAndVersion
    // A copy is another file each time.
    if reading.isCopy { options.change.ignoresInode = true }
    let isServer = plan.type == .serverFolder
    let job = BackupJob(repository, subjects: [displayed(source)], options: options) {
      [files, events] repository, _ in
      let own = repository.store.traits.localFolder.map { [$0] } ?? []
      return RowSession(try files.open(reading, isWhole: true, besides: own)) { () throws(SourceError) in
        try watch.check()
        // Nothing of it is read any more, and no snapshot tells of it yet.
        if isServer { events.tell(try proof.run()) }
      }
    }
    try shared.repositoryTurn.withLock { _ in
      try cancellation.check()
      follow { job.progress(elapsed: $0) }
      let result = try job.perform(JobContext(events: events, cancellation: cancellation))
      found.snapshot = result.text("snapshotId")
      if !settings.writesArchives {
        found.files = result.count("totalFilesProcessed")
        found.bytes = result.bytes("totalBytesProcessed")
      }
    }
  }
}
