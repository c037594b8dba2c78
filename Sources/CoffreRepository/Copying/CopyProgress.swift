package import CoffreCore
import Synchronization

/// How far a copy is, and where it tells what goes wrong. Shared by all its threads.
package final class CopyProgress: Sendable {
  package struct Counters: Sendable, Hashable {
    package var phase = Phase.trees
    package var snapshotsTotal = 0
    package var snapshotsCopied = 0
    package var snapshotsFailed = 0
    package var trees = 0
    /// Blobs that the destination lacks, and their size in the source, in bytes.
    package var blobsTotal = 0
    package var bytesTotal: Int64 = 0
    package var blobsDone = 0
    package var bytesDone: Int64 = 0
    package var warnings = 0
    /// What the destination got, before compression and sealing, and as stored in packs; in bytes.
    package var bytesAdded: Int64 = 0
    package var bytesAddedPacked: Int64 = 0
  }

  package enum Phase: Sendable, Hashable {
    case trees, data
  }

  let events: any EventSink
  private let counters = Mutex(Counters())

  package init(events: any EventSink) { self.events = events }

  package var snapshot: Counters { counters.withLock { $0 } }

  package func count(_ change: (inout Counters) -> Void) { counters.withLock { change(&$0) } }

  func warn(_ code: String, _ subject: String, _ message: Message) {
    count { $0.warnings += 1 }
    events.take(.warning(JobWarning(code: code, subject: subject, message: message, isLoss: true)))
  }
}
