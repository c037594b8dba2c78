import CMariaDB
import CoffreCore

/// The rows of a large answer as lines of text, one after the other, as the server sends them: nothing is kept.
///
/// A line is what `SELECT … INTO OUTFILE` writes: values between tabs, `\N` for NULL, a backslash before a backslash, and
/// `\t` and `\n` for a tab and a newline in a value. All other bytes stand as they come.
///
/// Who does not take them to the end loses the connection: it accepts no command before.
@safe package final class RowStream {
  private let connection: MariaDBConnection
  private var result: UnsafeMutablePointer<MYSQL_RES>?
  private let columnCount: Int
  package private(set) var isAtEnd = false

  package init(_ command: String, on connection: MariaDBConnection) throws(MariaDBError) {
    self.connection = connection
    try connection.send(Array(command.utf8))
    guard let result = unsafe mysql_use_result(connection.handle) else {
      throw unsafe mysql_errno(connection.handle) == 0
        ? MariaDBError(.unexpected, saying: "the server gave another answer than was asked for") : connection.failure()
    }
    unsafe self.result = result
    columnCount = Int(unsafe mysql_num_fields(result))
  }

  deinit {
    guard let result = unsafe result else { return }
    // The library would read all rows that are left.
    connection.breakOff()
    unsafe mysql_free_result(result)
  }

  /// Appends the next lines, each with its newline.
  ///
  /// - Parameters:
  ///   - ends: gets the place behind each line in `lines`.
  ///   - size: how many bytes are enough; one line more may come, of whatever length.
  /// - Returns: `false` behind the last row, when nothing was appended.
  package func append(to lines: inout [UInt8], ends: inout [Int], upTo size: Int) throws(MariaDBError) -> Bool {
    guard !isAtEnd, let result = unsafe result else { return false }
    let before = lines.count
    let isOver = try connection.freeOnCancel {
      while lines.count - before < size {
        guard let row = unsafe mysql_fetch_row(result), let lengths = unsafe mysql_fetch_lengths(result) else {
          return true
        }
        unsafe appendLine(row, lengths, to: &lines)
        ends.append(lines.count)
      }
      return false
    }
    guard isOver else { return true }
    guard unsafe mysql_errno(connection.handle) == 0 else {
      // Nothing more comes; the connection is of use again if the server itself ended the rows.
      unsafe self.result = nil
      let failure = connection.failure()
      if failure.reason != .refused { connection.breakOff() }
      unsafe mysql_free_result(result)
      throw failure
    }
    isAtEnd = true
    unsafe self.result = nil
    unsafe mysql_free_result(result)
    return lines.count > before
  }

  private func appendLine(_ row: MYSQL_ROW, _ lengths: UnsafeMutablePointer<UInt>, to lines: inout [UInt8]) {
    for index in 0..<columnCount {
      if index > 0 { lines.append(UInt8(ascii: "\t")) }
      if let value = unsafe row[index] {
        let bytes = unsafe UnsafeRawBufferPointer(start: value, count: Int(lengths[index]))
        unsafe appendEscaped(bytes, to: &lines)
      } else {
        lines.append(UInt8(ascii: "\\"))
        lines.append(UInt8(ascii: "N"))
      }
    }
    lines.append(UInt8(ascii: "\n"))
  }
}

/// Runs of bytes that need no escape are copied at once.
private func appendEscaped(_ bytes: UnsafeRawBufferPointer, to lines: inout [UInt8]) {
  var start = 0
  while true {
    let (end, escape) = unsafe nextEscape(in: bytes, from: start)
    unsafe lines.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
    guard let escape else { return }
    lines.append(UInt8(ascii: "\\"))
    lines.append(escape)
    start = end + 1
  }
}

/// Where the next byte stands that needs an escape, and what follows the backslash; the end if none does.
private func nextEscape(in bytes: UnsafeRawBufferPointer, from start: Int) -> (place: Int, escape: UInt8?) {
  var position = start
  // Eight bytes at once: all the values of all rows pass here.
  while position <= bytes.count - 8 {
    let word = UInt64(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
    let found =
      zeroBytes(word ^ eightTimes("\\")) | zeroBytes(word ^ eightTimes("\t")) | zeroBytes(word ^ eightTimes("\n"))
    guard found == 0 else {
      position += found.trailingZeroBitCount / 8
      return (position, escape(for: unsafe bytes[position]))
    }
    position += 8
  }
  while position < bytes.count {
    if let escape = escape(for: unsafe bytes[position]) { return (position, escape) }
    position += 1
  }
  return (position, nil)
}

private func eightTimes(_ character: Unicode.Scalar) -> UInt64 {
  0x0101_0101_0101_0101 &* UInt64(UInt8(ascii: character))
}

/// The highest bit of each byte that is 0, up to and with the lowest such byte; bytes above that one may be marked wrongly.
private func zeroBytes(_ word: UInt64) -> UInt64 {
  (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
}

private func escape(for byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "\\"): UInt8(ascii: "\\")
  case UInt8(ascii: "\t"): UInt8(ascii: "t")
  case UInt8(ascii: "\n"): UInt8(ascii: "n")
  default: nil
  }
}
