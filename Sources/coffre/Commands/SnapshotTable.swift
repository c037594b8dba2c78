import CoffreCore
import CoffreRepository

/// Snapshots as a table for people. Columns without any content are left out.
struct SnapshotTable {
  /// What the heading above tells already.
  private let group: SnapshotGroup.Key?
  private let isCompact: Bool
  private var all: [[Message]] = [["ID", "TIME", "HOST", "TAGS", "SIZE", "KEPT AS", "PATHS"]]

  /// - Parameter isCompact: ids, times and tags alone; hosts where no heading tells them.
  init(group: SnapshotGroup.Key? = nil, isCompact: Bool = false) {
    self.group = group
    self.isCompact = isCompact
  }

  /// The titles first.
  var rows: [[Message]] {
    let columns = all[0].indices.filter { column in all.dropFirst().contains { !$0[column].description.isEmpty } }
    return all.map { row in columns.map { row[$0] } }
  }

  /// - Parameter reasons: why it is kept, where that is the question.
  mutating func add(_ id: SnapshotID, _ snapshot: Snapshot, reasons: Message = "") {
    let paths = snapshot.paths.sorted { $0.sortsBefore($1) }.joined(separator: ", ")
    all.append([
      "\(id.short)", "\(snapshot.time)", group?.host == nil ? "\(snapshot.hostname)" : "",
      group?.tags == nil ? "\(snapshot.tags.joined(separator: ","))" : "",
      isCompact ? "" : snapshot.summary.map { byteText(Int64(clamping: $0.totalBytes)) } ?? "",
      isCompact ? "" : reasons, group?.paths == nil && !isCompact ? "\(paths)" : "",
    ])
  }

  /// One that cannot be read.
  mutating func addUnreadable(_ id: SnapshotID) { all.append(["\(id.short)", "unreadable", "", "", "", "", ""]) }
}
