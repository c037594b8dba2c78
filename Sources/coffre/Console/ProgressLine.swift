import CoffreCore

/// One line that tells how far a job is.
struct ProgressLine {
  private let progress: JobProgress

  init(_ progress: JobProgress) { self.progress = progress }

  func text(width: Int) -> String {
    var parts = ["[\(clock(progress.elapsed))]"]
    if let percent { parts.append("\(percent) %") }
    let files = progress.filesTotal.map { "\(progress.filesDone)/\($0) files" } ?? counted(progress.filesDone, "file")
    parts.append(files)
    parts.append(
      progress.bytesTotal.map { "\(byteText(progress.bytesDone))/\(byteText($0))" } ?? byteText(progress.bytesDone))
    let seconds = Double(progress.elapsed.components.seconds)
    if seconds >= 2 { parts.append("\(byteText(Int64(Double(progress.bytesDone) / seconds)))/s") }
    if progress.warnings > 0 { parts.append(counted(progress.warnings, "warning")) }
    var line = "\(progress.phase) " + parts.joined(separator: "  ")
    if let item = progress.currentItems.first, line.count + 4 < width {
      let room = width - line.count - 2
      line += "  " + (item.count > room ? "…" + item.suffix(max(0, room - 1)) : item)
    }
    return String(line.prefix(width))
  }

  /// Of the bytes; never 100 before the end.
  private var percent: Int? {
    guard let total = progress.bytesTotal, total > 0 else { return nil }
    return min(99, Int(Double(progress.bytesDone) / Double(total) * 100))
  }

  private func clock(_ duration: Duration) -> String {
    let seconds = duration.components.seconds
    let digits = { (number: Int64) in number < 10 ? "0\(number)" : "\(number)" }
    let minutes = "\(digits(seconds / 60 % 60)):\(digits(seconds % 60))"
    return seconds < 3600 ? minutes : "\(seconds / 3600):\(minutes)"
  }
}
