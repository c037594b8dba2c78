import CoffreCore
import MariaDBKit

/// The rows of a table, or of a part of it, as lines of text.
final class FetchedLines: RowBatches {
  /// What is fetched at once, in bytes; a longer line comes alone.
  private static let batch = 64 << 10

  private let stream: RowStream
  private let lease: MariaDBLease
  private let explain: (MariaDBError) -> SourceError

  /// - Parameters:
  ///   - lease: the connection that the rows come by; given back at their end.
  ///   - explain: names the table in an error.
  init(_ stream: RowStream, on lease: MariaDBLease, explain: @escaping (MariaDBError) -> SourceError) {
    self.stream = stream
    self.lease = lease
    self.explain = explain
  }

  func next(_ bytes: inout [UInt8], _ ends: inout [Int]) throws(SourceError) -> Bool {
    do throws(MariaDBError) {
      return try stream.append(to: &bytes, ends: &ends, upTo: Self.batch)
    } catch {
      lease.recover(from: error)
      throw explain(error)
    }
  }

  /// The server counts the rows that it sends, too.
  func end(after rows: Int64) throws(SourceError) {
    do throws(MariaDBError) {
      let counted = try lease.connection.execute("SELECT FOUND_ROWS()")[0, 0].flatMap { Int64($0) }  // not for people
      guard counted == rows else {
        throw MariaDBError(.unexpected, saying: "\(rows) rows came, and the server says that it sent \(counted ?? -1)")
      }
      try lease.giveBack()
    } catch {
      throw explain(error)
    }
  }
}
