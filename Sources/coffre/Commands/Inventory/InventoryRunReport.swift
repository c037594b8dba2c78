import CoffreCore
import CoffreInventory

/// What people get at the end of a run: each row, and the whole.
struct InventoryRunReport {
  private let result: JobResult
  private let ends: [RunResult]

  init(_ result: JobResult, _ ends: [RunResult]) {
    self.result = result
    self.ends = ends
  }

  func lines(_ language: Language) -> [Message] {
    var rows: [[Message]] = [["ROW", "STATE", "NAME", "SIZE", "TIME", "BACKUP"]]
    for end in ends {
      let size = end.archiveBytes ?? (end.snapshot == nil ? nil : end.bytes)
      let backup = end.archive.map { visible(displayed($0)) } ?? end.snapshot.map { String($0.prefix(8)) } ?? ""
      rows.append([
        "\(end.row.label)", .word(end.status.rawValue), "\(end.row.name)", size.map { byteText($0) } ?? "",
        durationText(end.duration), "\(backup)",
      ])
    }
    let table = TextLayout.aligned(rows.map { $0.map { language.text($0) } }).map { Message.verbatim($0) }
    let troubles = ends.filter { $0.status != .done }.map { end -> Message in
      "\(.word(end.status.rawValue)): row \(end.row.label): \(end.message)"
    }
    return table + troubles + [whole]
  }

  private var whole: Message {
    let good = result.count("good")
    let active = result.count("active")
    let rest: Message =
      "\(result.count("partial")) partial, \(result.count("failed")) failed, "
      + "\(result.count("rows") - active) not active"
    return "\(good) of \(counted(active, "row")) backed up, \(rest), in \(durationText(result.duration("duration")))"
  }
}
