package import CoffreCore
import CoffreRepository

/// How events look as JSON, one object a line: in `--json` and in the journal file alike.
///
/// Words for programs (`type`, `code`, `phase`, the names of facts) are the same in every language; what is for people is
/// in theirs.
package enum EventJSON {
  /// - Returns: a line with its newline; `nil` for events that programs are not told.
  package static func line(_ event: JobEvent, at time: Timestamp, in language: Language = .english) -> [UInt8]? {
    var json = JSONWriter()
    json.beginObject()
    json.field("type") { $0.string(type(of: event)) }
    json.field("time") { $0.time(time) }
    json.field("v") { $0.number(UInt64(1)) }
    write(event, to: &json, in: language)
    json.endObject()
    var line = json.output
    line.append(UInt8(ascii: "\n"))
    return line
  }

  private static func type(of event: JobEvent) -> String {
    switch event {
    case .started: "hello"
    case .progress: "status"
    case .warning: "warning"
    case .item: "item"
    case .note: "log"  // not for people
    case .part(let part): part.kind
    case .finished: "summary"
    case .failed: "error"
    }
  }

  private static func write(_ event: JobEvent, to json: inout JSONWriter, in language: Language) {
    switch event {
    case .started(let job):
      json.field("job") { $0.string(job.kind) }
      json.field("repository") { $0.string(job.repository) }
      json.field("subjects") { $0.strings(job.subjects) }
    case .progress(let progress): write(progress, to: &json)
    case .warning(let warning):
      json.field("code") { $0.string(warning.code) }
      json.field("subject") { $0.string(warning.subject) }
      json.field("message") { $0.string(language.text(warning.message)) }
      json.field("loss") { $0.bool(warning.isLoss) }
    case .item(let item):
      json.field("action") { $0.string(item.action) }
      json.field("path") { $0.string(item.path) }
      json.field("size") { $0.number(UInt64(max(item.size, 0))) }
    case .note(let text): json.field("message") { $0.string(language.text(text)) }
    case .part(let part):
      json.field("exitCode") { $0.number(UInt64(part.exitCode.rawValue)) }
      for fact in part.facts { write(fact, to: &json) }
      json.field("message") { $0.string(language.text(part.message)) }
    case .finished(let result):
      json.field("exitCode") { $0.number(UInt64(result.exitCode.rawValue)) }
      for fact in result.facts { write(fact, to: &json) }
    case .failed(let explanation, let code):
      json.field("exitCode") { $0.number(UInt64(code.rawValue)) }
      json.field("title") { $0.string(language.text(explanation.problem)) }
      if let cause = explanation.cause { json.field("detail") { $0.string(language.text(cause)) } }
      if let advice = explanation.advice { json.field("advice") { $0.string(language.text(advice)) } }
    }
  }

  private static func write(_ progress: JobProgress, to json: inout JSONWriter) {
    json.field("phase") { $0.string(progress.phase.description) }
    json.field("elapsedSeconds") { $0.number(UInt64(max(0, progress.elapsed.components.seconds))) }
    json.field("filesDone") { $0.number(UInt64(progress.filesDone)) }
    if let total = progress.filesTotal { json.field("filesTotal") { $0.number(UInt64(total)) } }
    json.field("bytesDone") { $0.number(UInt64(max(0, progress.bytesDone))) }
    if let total = progress.bytesTotal { json.field("bytesTotal") { $0.number(UInt64(max(0, total))) } }
    if let share = progress.share { json.field("percentDone") { $0.raw(decimalText(share, decimals: 4).utf8) } }
    if let remaining = progress.remaining {
      json.field("secondsRemaining") { $0.number(UInt64(max(1, remaining.components.seconds))) }
    }
    json.field("warnings") { $0.number(UInt64(progress.warnings)) }
    json.field("currentItems") { $0.strings(progress.currentItems) }
  }

  private static func write(_ fact: JobFact, to json: inout JSONWriter) {
    json.field(fact.name) { json in
      switch fact.value {
      case .text(let text): json.string(text)
      case .count(let count): json.number(UInt64(max(0, count)))
      case .bytes(let bytes): json.number(UInt64(max(0, bytes)))
      case .duration(let duration):
        let (seconds, attoseconds) = duration.components
        json.raw(decimalText(Double(seconds) + Double(attoseconds) / 1e18, decimals: 3).utf8)
      case .flag(let flag): json.bool(flag)
      case .list(let list): json.strings(list)
      }
    }
  }
}
