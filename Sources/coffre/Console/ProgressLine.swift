import CoffreCore

/// One line that tells how far a job is.
struct ProgressLine {
  private let progress: JobProgress
  private let language: Language

  init(_ progress: JobProgress, language: Language) {
    self.progress = progress
    self.language = language
  }

  func text(width: Int) -> String {
    var parts: [Message] = ["\(progress.phase) [\(clock(progress.elapsed))]"]
    if let share = progress.share { parts.append("\(Int(share * 100)) %") }
    parts.append(
      progress.filesTotal.map { "\(progress.filesDone)/\(counted($0, "file"))" } ?? counted(progress.filesDone, "file"))
    parts.append(
      progress.bytesTotal.map { "\(byteText(progress.bytesDone))/\(byteText($0))" } ?? byteText(progress.bytesDone))
    let seconds = Double(progress.elapsed.components.seconds)
    if seconds >= 2 { parts.append("\(byteText(Int64(Double(progress.bytesDone) / seconds)))/s") }
    if let remaining = progress.remaining { parts.append("\(clock(remaining)) left") }
    if progress.warnings > 0 { parts.append(counted(progress.warnings, "warning")) }
    var line = parts.map { language.text($0) }.joined(separator: "  ")
    if let item = progress.currentItems.first.map({ visible($0) }), line.count + 4 < width {
      let room = width - line.count - 2
      line += "  " + (item.count > room ? "…" + item.suffix(max(0, room - 1)) : item)
    }
    return String(line.prefix(width))
  }

  private func clock(_ duration: Duration) -> String {
    let seconds = duration.components.seconds
    let digits = { (number: Int64) in number < 10 ? "0\(number)" : "\(number)" }
    let minutes = "\(digits(seconds / 60 % 60)):\(digits(seconds % 60))"
    return seconds < 3600 ? minutes : "\(seconds / 3600):\(minutes)"
  }
}
