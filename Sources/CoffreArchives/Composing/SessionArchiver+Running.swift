import CoffreCore
import CoffreSystem

extension SessionArchiver {
  /// Writes everything, and tells the session that all was read. The writer is the caller's to finish, the session to close.
  ///
  /// - Throws: what the writer, the sink or the session throw; entries that cannot be read are told and left out.
  package func run() throws -> Counters {
    var run = SessionArchivingRun(self)
    try run.walk()
    for note in try session.finish() {
      watch.note(
        ArchiveFitting.Note(
          code: "source", path: Array(note.subject.utf8), message: note.message, isLoss: note.isLoss))
      if note.isLoss { run.counters.losses += 1 }
    }
    return run.counters
  }
}
