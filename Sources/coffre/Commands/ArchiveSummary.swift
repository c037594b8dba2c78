import CoffreArchives
import CoffreCore
import CoffreEngine

/// What `archive extract` and `archive test` tell at the end.
enum ArchiveSummary {
  static func result(_ reader: any ArchiveReader, _ counters: ArchiveExtraction.Counters, took: Duration) -> JobResult {
    let facts = [
      JobFact("format", .text(reader.format)), JobFact("entries", .count(counters.entries)),
      JobFact("files", .count(counters.files)), JobFact("bytes", .bytes(counters.bytes)),
      JobFact("size", .bytes(reader.size)), JobFact("leftOut", .count(counters.leftOut)),
      JobFact("losses", .count(counters.losses)), JobFact("duration", .duration(took)),
    ]
    return JobResult(exitCode: counters.losses > 0 ? .failed : .done, facts: facts)
  }

  /// - Parameter what: what was done, with its subject.
  static func lines(of result: JobResult, doing what: Message) -> [Message] {
    let entries = counted(result.count("entries"), "entry", "entries")
    let size = byteText(result.bytes("bytes"))
    let time = durationText(result.duration("duration"))
    var lines: [Message] = ["\(what) (\(result.text("format") ?? "")): \(entries), \(size) in \(time)"]
    if result.exitCode != .done {
      lines.append("INCOMPLETE: \(counted(result.count("losses"), "problem")), named above and in the journal")
    }
    return lines
  }
}
