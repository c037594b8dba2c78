import CoffreCore
import CoffreSystem
import PostgresKit

/// Sends rows to a server, and counts and sums them on their way.
struct RowSender {
  private static let room = 1 << 20
  /// One message of the protocol; the library keeps as much again.
  private static let message = 256 << 10
  private static let newline = UInt8(ascii: "\n")

  let file: PathBytes
  let feed: RowFeed
  let cancellation: Cancellation

  func send(by copy: CopyIn) throws(SourceError) -> SentRows {
    let summer = RowSummer()
    var buffer = makeBuffer(Self.room)
    while true {
      if cancellation.isCancelled {
        throw SourceError(.cancelled, "load the rows of", file, because: "the run was cancelled")
      }
      let count = try feed.next(into: &buffer)
      if count == 0 { return SentRows(rows: summer.rows, bytes: summer.bytes, sum: summer.sum) }
      let rows = buffer.span.extracting(0..<count)
      var start = 0
      while start < count {
        let end = firstIndex(of: Self.newline, in: rows, from: start).map { $0 + 1 } ?? count
        summer.add(rows.extracting(start..<end))
        start = end
      }
      try send(rows, by: copy)
    }
  }

  private func send(_ bytes: Span<UInt8>, by copy: CopyIn) throws(SourceError) {
    var position = 0
    while position < bytes.count {
      let end = min(position + Self.message, bytes.count)
      do throws(PostgresError) {
        try copy.send(bytes.extracting(position..<end))
      } catch {
        // The server's own words come with the end of the rows.
        throw SourceError(
          restoring: error.reason == .cancelled ? error : (outcome(of: copy) ?? error), "load the rows of",
          displayed(file))
      }
      position = end
    }
  }

  private func outcome(of copy: CopyIn) -> PostgresError? {
    do throws(PostgresError) {
      _ = try copy.finish()
      return nil
    } catch {
      return error
    }
  }
}
