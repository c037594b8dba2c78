import CoffreCore
import CoffreRepository
import Synchronization

/// Looks from time to time which snapshots there are, when somebody looks at their folders.
final class LayoutRenewal: Sendable {
  private struct State {
    var isLooking = false
    var looked = ContinuousClock.now
    var hasFailed = false
  }

  private let roster: SnapshotRoster
  private let view: RepositoryView
  private let interval: Duration
  private let reports: MountReports
  private let layout: @Sendable ([StoredSnapshot]) -> SnapshotLayout
  private let state = Mutex(State())

  /// - Parameters:
  ///   - roster: as the layout of now was made from it.
  ///   - interval: between two looks.
  init(
    of roster: SnapshotRoster, view: RepositoryView, every interval: Duration, reports: MountReports,
    layout: @escaping @Sendable ([StoredSnapshot]) -> SnapshotLayout
  ) {
    self.roster = roster
    self.view = view
    self.interval = interval
    self.reports = reports
    self.layout = layout
  }

  /// - Returns: `nil` if nothing changed, or it is too early to tell, or another thread is looking.
  func layoutIfChanged() -> SnapshotLayout? {
    let isOurs = state.withLock { state in
      guard !state.isLooking, ContinuousClock.now - state.looked >= interval else { return false }
      state.isLooking = true
      return true
    }
    guard isOurs else { return nil }
    var hasFailed = false
    defer {
      state.withLock { state in
        state.isLooking = false
        state.looked = .now
        state.hasFailed = hasFailed
      }
    }
    do {
      let change = try roster.refresh {
        reports.warn("unreadable", $0.finding.subject, $0.finding.problem, isLoss: true)
      }
      if change == .added { view.expectNewIndexFiles() }
      return change == .none ? nil : layout(roster.snapshots)
    } catch {
      // What was known stays; once is enough until it works again.
      hasFailed = true
      if !state.withLock({ $0.hasFailed }) {
        reports.warn(
          "not-listed", view.repository.location,
          "which snapshots there are now cannot be seen: \((error as? any Explained)?.text ?? .verbatim("\(error)"))",
          isLoss: false)
      }
      return nil
    }
  }
}
