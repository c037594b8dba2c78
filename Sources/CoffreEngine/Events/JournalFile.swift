package import CoffreCore
import CoffreSystem
import Synchronization

/// The journal of one run: an NDJSON file in the state folder, until the service keeps a catalog and imports it.
///
/// Progress is left out; warnings, notes and the end are written as they come. A journal that cannot be written never
/// fails the job.
package final class JournalFile: EventSink {
  private let folder: PathBytes
  private let path = Mutex<PathBytes?>(nil)
  private let file = Mutex<JournalHandle?>(nil)

  private final class JournalHandle: Sendable {
    let descriptor: FileDescriptor
    init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }
  }

  package init(folder: PathBytes) { self.folder = folder }

  package func take(_ event: JobEvent) {
    switch event {
    case .progress, .item: return
    case .started(let job): open(for: job)
    default: break
    }
    guard let line = EventJSON.line(event, at: Clock.now()), let handle = file.withLock({ $0 }) else { return }
    do throws(SystemError) {
      try handle.descriptor.write(line.span)
      if case .finished = event { try handle.descriptor.synchronizeData() }
      if case .failed = event { try handle.descriptor.synchronizeData() }
    } catch {
      log.warning("the journal could not be written", ["cause": "\(error.cause)"])
      file.withLock { $0 = nil }
    }
  }

  private func open(for job: JobDescription) {
    let time = Clock.now().at(utcOffset: 0).description.filter { $0 != ":" && $0 != "." }
    let name = "\(time)-\(job.kind)-\(ThisProcess.processID).ndjson"
    do throws(SystemError) {
      try makeDirectories(folder, permissions: 0o700)
      let descriptor = try FileDescriptor.open(
        joined(folder, Array(name.utf8)), for: .writing, [.create, .exclusive, .noFollow], permissions: 0o600)
      let handle = JournalHandle(descriptor)
      file.withLock { $0 = handle }
    } catch {
      log.info("no journal is kept of this run", ["cause": "\(error.cause)", "folder": displayed(folder)])
    }
  }
}
