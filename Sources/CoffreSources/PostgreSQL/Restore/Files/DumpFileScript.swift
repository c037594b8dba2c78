import CoffreCore
import CoffreSystem

/// The script in a vendor's dump, piece by piece: statements, psql's own commands, and the rows that stand between them.
final class DumpFileScript {
  private static let markRoom = 4096

  let file: PathBytes
  private let reader: any ByteReader
  private let progress: (Int64) -> Void
  private var splitter = StatementSplitter()
  private var isAtEnd = false
  private var head: [UInt8] = []
  private var tail: [UInt8] = []
  /// What its first lines say, once something was read.
  private(set) var isOfWholeServer = false

  init(_ reader: any ByteReader, named file: PathBytes, progress: @escaping (Int64) -> Void) {
    self.reader = reader
    self.file = file
    self.progress = progress
  }

  /// - Returns: `nil` behind the last one.
  func next() throws(SourceError) -> StatementSplitter.Item? {
    while true {
      if let item = splitter.next() {
        if case .statement(let statement) = item, statement.bytes.contains(0) {
          throw SourceError(
            .failed, "run", file, because: "there is a zero byte in it, which no dump has",
            advice: "Give a file that pg_dump wrote.")
        }
        return item
      }
      if isAtEnd { return nil }
      let bytes = try fill()
      if bytes.isEmpty { splitter.end() } else { splitter.feed(bytes.span) }
    }
  }

  /// The rows behind a `COPY … FROM stdin`, up to the line `\.`.
  ///
  /// - Parameter send: gets whole lines, many at once.
  /// - Returns: how many rows they are.
  func rows(_ send: (Span<UInt8>) throws(SourceError) -> Void) throws(SourceError) -> Int64 {
    var waiting = splitter.takeUnread()
    // The statement's own line ends first.
    while true {
      if let end = waiting.firstIndex(of: UInt8(ascii: "\n")) {
        waiting.removeFirst(end + 1)
        break
      }
      try more(of: &waiting)
    }
    var rows: Int64 = 0
    // Of the bytes that wait, those that are known to have no end of a line: a row may have a gigabyte.
    var known = 0
    while true {
      var start = 0
      var isDone = false
      while let end = firstIndex(of: UInt8(ascii: "\n"), in: waiting.span, from: max(start, known)) {
        if Self.isEnd(waiting.span.extracting(start..<end)) {
          try send(waiting.span.extracting(0..<start))
          splitter.feed(waiting.span.extracting((end + 1)..<waiting.count))
          isDone = true
          break
        }
        rows += 1
        start = end + 1
      }
      if isDone { return rows }
      try send(waiting.span.extracting(0..<start))
      waiting.removeFirst(start)
      known = waiting.count
      try more(of: &waiting)
    }
  }

  /// `\.`, perhaps as Windows ends lines.
  private static func isEnd(_ line: Span<UInt8>) -> Bool {
    guard line.count == 2 || line.count == 3 && line[2] == 13 else { return false }
    return line[0] == UInt8(ascii: "\\") && line[1] == UInt8(ascii: ".")
  }

  private func more(of waiting: inout [UInt8]) throws(SourceError) {
    let bytes = try fill()
    guard !bytes.isEmpty else { throw cut("the file ends among the rows of a table") }
    waiting += bytes
  }

  /// - Returns: what comes next; nothing at the end.
  private func fill() throws(SourceError) -> [UInt8] {
    var bytes = makeBuffer(256 << 10)
    var span = bytes.mutableSpan
    let count = try reader.read(into: &span)
    bytes.removeLast(bytes.count - count)
    progress(Int64(count))
    if count == 0 { isAtEnd = true }
    if head.count < Self.markRoom {
      head += bytes.prefix(Self.markRoom - head.count)
      isOfWholeServer = Self.contains(head, PgDump.clusterMarks.first)
    }
    tail += bytes.suffix(Self.markRoom)
    tail.removeFirst(max(0, tail.count - Self.markRoom))
    return bytes
  }

  private func cut(_ cause: Message) -> SourceError {
    SourceError(
      .notWhole, "bring back", file, because: cause,
      advice: "It is not whole: take another copy of it, or an older one.")
  }
}

// MARK: What the whole of it is

extension DumpFileScript {
  /// Whether pg_dump wrote it, which says at the end that it ended.
  private var hasMarks: Bool { Self.contains(head, PgDump.marks.first) }

  /// - Returns: a remark if it cannot be known whether the file is whole.
  /// - Throws: if it is not.
  func proveEnd() throws(SourceError) -> SourceNote? {
    guard hasMarks else {
      return SourceNote(
        subject: displayed(file), message: "pg_dump did not write it: whether it is whole cannot be told")
    }
    guard Self.contains(tail, PgDump.marks.last) else {
      throw cut("its end is missing: the line 'PostgreSQL database dump complete'")
    }
    return nil
  }

  private static func contains(_ text: [UInt8], _ mark: [UInt8]) -> Bool {
    guard text.count >= mark.count else { return false }
    return (0...(text.count - mark.count)).contains { text[$0...].starts(with: mark) }
  }
}
