import CoffreCore
import CoffreSystem

/// What mariadb-backup writes, believed when all of it fits: its exit status, its last words, and the stream itself.
final class BackupStreamReader: ByteReader {
  private let tool: ToolReader
  private let subject: PathBytes
  private let finish: (StreamScanner) throws(SourceError) -> Void
  private var scanner = StreamScanner()
  private var isAtEnd = false

  /// - Parameters:
  ///   - subject: where the stream lies in the snapshot.
  ///   - finish: told what the stream holds when it is whole.
  init(
    _ child: ChildProcess, subject: PathBytes, cancellation: Cancellation,
    finish: @escaping (StreamScanner) throws(SourceError) -> Void
  ) {
    self.subject = subject
    self.finish = finish
    tool = ToolReader(
      child, tool: "mariadb-backup", subject: subject,
      marks: ToolReader.Marks(first: "XBSTCK01", last: "XBSTCK01"), cancellation: cancellation
    ) { said throws(SourceError) in
      guard BackupTool.saidCompleted(said) else {
        throw SourceError(
          .notWhole, "read", subject,
          because: "mariadb-backup ended well, but did not say 'completed OK!': \(lastLines(of: said, limit: 2))",
          advice: BackupTool.advice)
      }
    }
  }

  var attributes: EntryAttributes? { nil }
  func isUnchanged() throws(SourceError) -> Bool { true }

  func read(into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int {
    let count = try tool.read(into: &buffer)
    do throws(StreamScanner.Malformed) {
      try scanner.take(buffer.span.extracting(0..<count))
      guard count == 0, !isAtEnd else { return count }
      isAtEnd = true
      try scanner.finish()
      if let name = ImageContents.missing(in: scanner) { throw scanner.malformed("the file '\(name)' is not in it") }
    } catch {
      throw SourceError(
        .notWhole, "read", subject,
        because: "what mariadb-backup wrote is no whole backup: at byte \(error.offset), \(error.problem)",
        advice: BackupTool.advice)
    }
    try finish(scanner)
    return 0
  }
}
