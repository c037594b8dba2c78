import CoffreArchives
import CoffreCore
import CoffreEngine
import CoffreSystem
import Synchronization

/// How far a run is: the whole, and each row that is being done.
final class RunProgress: Sendable {
  /// Asked while a row is being done.
  typealias Source = @Sendable (Duration) -> JobProgress?

  private struct Row: Sendable {
    let label: String
    let name: String
    let began: ContinuousClock.Instant
    var source: Source?
    /// Phases begin anew; a whole that went back would be no progress.
    var files = 0
    var bytes: Int64 = 0
  }

  private struct State: Sendable {
    var running: [Int: Row] = [:]
    var ended = 0
    var failed = 0
    var files = 0
    var bytes: Int64 = 0
    var warnings = 0
  }

  private let count: Int
  private let state = Mutex(State())

  /// - Parameter count: of rows.
  init(count: Int) { self.count = count }

  func begin(_ row: Int, label: String, name: String) {
    state.withLock { $0.running[row] = Row(label: label, name: name, began: .now) }
  }

  func follow(_ row: Int, _ source: @escaping Source) { state.withLock { $0.running[row]?.source = source } }

  /// The row is not done; it comes again.
  func postpone(_ row: Int) { state.withLock { $0.running[row] = nil } }

  func end(_ row: Int, isGood: Bool, files: Int, bytes: Int64, warnings: Int) {
    state.withLock { state in
      state.running[row] = nil
      state.ended += 1
      if !isGood { state.failed += 1 }
      state.files += files
      state.bytes = state.bytes.adding(saturating: bytes)
      state.warnings += warnings
    }
  }

  func whole(_ elapsed: Duration) -> JobProgress {
    look()
    return state.withLock { state in
      let done: Message = "inventory \(state.ended)/\(count)"
      let rows = state.running.sorted { $0.key < $1.key }.map(\.value)
      return JobProgress(
        phase: state.failed > 0 ? "\(done), \(state.failed) failed" : done, elapsed: elapsed,
        filesDone: rows.reduce(state.files) { $0 + $1.files },
        bytesDone: rows.reduce(state.bytes) { $0.adding(saturating: $1.bytes) }, warnings: state.warnings,
        currentItems: rows.map { "\($0.label): \($0.name)" })
    }
  }

  /// A line for each row that is being done, the first few.
  func lines() -> [Message] {
    let rows = state.withLock { $0.running.sorted { $0.key < $1.key }.map(\.value) }
    return rows.prefix(8).map { row in
      let progress = row.source?(ContinuousClock.now - row.began)
      guard let progress else { return "  row \(row.label)  \(row.name)" }
      var share: Message = ""
      if let total = progress.bytesTotal, total > 0 { share = " \(min(99, progress.bytesDone * 100 / total)) %" }
      let item = progress.currentItems.first.map { visible($0) } ?? ""
      return "  row \(row.label)  \(row.name)  \(progress.phase)\(share)  \(byteText(progress.bytesDone))  \(item)"
    }
  }

  /// Asks rows how far they are, outside the lock: they have locks of their own.
  private func look() {
    for (number, row) in state.withLock({ $0.running }) {
      guard let progress = row.source?(ContinuousClock.now - row.began) else { continue }
      state.withLock { state in
        guard let known = state.running[number] else { return }
        state.running[number]?.files = max(known.files, progress.filesDone)
        state.running[number]?.bytes = max(known.bytes, progress.bytesDone)
      }
    }
  }
}
