import CoffreCore
import CoffreSystem

/// Follows what mariadb-backup writes with `--stream=xbstream`, and tells what is in it.
///
/// A stream is a row of pieces of files: the mark `XBSTCK01`, a byte of flags, the kind (`P` for a piece, `E` for the end
/// of a file), the length of the path (4 bytes, little-endian) and the path; of pieces also their length and their place in
/// the file (8 bytes each), a CRC-32 of the bytes and the bytes. The sums are for `mbstream`, which extracts.
struct StreamScanner {
  /// A file as far as it came.
  struct File: Sendable, Hashable {
    var sizeInBytes: Int64 = 0
    var hasEnded = false
  }

  /// What the stream says that no backup says.
  struct Malformed: Error {
    /// Completes "at byte N".
    let problem: Message
    let offset: Int64
  }

  /// By path, without a `./` before it.
  private(set) var files: [PathBytes: File] = [:]
  /// The content of the small files that tell of the backup itself.
  private(set) var told: [PathBytes: [UInt8]] = [:]
  /// How many bytes came.
  private(set) var count: Int64 = 0

  private enum Place {
    case head, path, pieceHead, piece
  }

  private var place = Place.head
  /// What came of the part that is read now, and how long that is; of pieces only how many bytes are to come.
  private var collected: [UInt8] = []
  private var missing = headLength
  private var kind: UInt8 = 0
  private var path: PathBytes = []

  private static let mark = Array("XBSTCK01".utf8)
  private static let headLength = 14
  private static let pieceHeadLength = 20
  private static let longestPath = 512
  /// Of a file that is kept, in bytes.
  private static let mostTold = 1 << 20
  private static let tellingNames: Set<PathBytes> = Set(
    [
      "backup-my.cnf", "xtrabackup_info", "mariadb_backup_info", "xtrabackup_checkpoints", "mariadb_backup_checkpoints",
      "xtrabackup_binlog_info", "mariadb_backup_binlog_info",
    ].map { Array($0.utf8) })

  /// Takes what comes next of the stream.
  mutating func take(_ bytes: Span<UInt8>) throws(Malformed) {
    var position = 0
    while position < bytes.count {
      let length = min(missing, bytes.count - position)
      let part = bytes.extracting(position..<(position + length))
      if place != .piece {
        append(part, to: &collected)
      } else if told[path] != nil {
        append(part, to: &told[path, default: []])
      }
      position += length
      count += Int64(length)
      missing -= length
      if missing == 0 { try endPart() }
    }
  }

  /// - Throws: if the stream ends where none may, or within a file.
  func finish() throws(Malformed) {
    guard place == .head, collected.isEmpty else { throw malformed("it ends within a piece of a file") }
    guard files.values.allSatisfy(\.hasEnded) else { throw malformed("a file in it has no end") }
    guard !files.isEmpty else { throw malformed("it holds no file") }
  }

  func malformed(_ problem: Message) -> Malformed { Malformed(problem: problem, offset: count) }

  private mutating func endPart() throws(Malformed) {
    switch place {
    case .head: try endHead()
    case .path: try endPath()
    case .pieceHead: try endPieceHead()
    case .piece: expect(.head, Self.headLength)
    }
    // What has no bytes is over at once.
    if missing == 0 { try endPart() }
  }

  private mutating func expect(_ next: Place, _ length: Int) {
    place = next
    missing = length
    collected.removeAll(keepingCapacity: true)
  }

  private mutating func endHead() throws(Malformed) {
    guard collected.starts(with: Self.mark) else { throw malformed("no file begins where one must") }
    kind = collected[9]
    guard kind == UInt8(ascii: "P") || kind == UInt8(ascii: "E") else {
      throw malformed("it holds what this program does not know")
    }
    let length = Int(number(at: 10, bytes: 4))
    guard length > 0, length < Self.longestPath else { throw malformed("the path of a file is too long, or empty") }
    expect(.path, length)
  }

  private mutating func endPath() throws(Malformed) {
    path = collected
    while path.starts(with: Array("./".utf8)) { path.removeFirst(2) }
    let parts = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard !path.contains(0), parts.allSatisfy({ !$0.isEmpty && $0 != Array("..".utf8)[...] && $0 != [0x2E] }) else {
      throw malformed("the path of a file leads out of the folder")
    }
    guard files[path]?.hasEnded != true else { throw malformed("a file goes on after its end") }
    if files[path] == nil {
      files[path] = File()
      if Self.tellingNames.contains(path) { told[path] = [] }
    }
    guard kind == UInt8(ascii: "P") else {
      files[path, default: File()].hasEnded = true
      expect(.head, Self.headLength)
      return
    }
    expect(.pieceHead, Self.pieceHeadLength)
  }

  private mutating func endPieceHead() throws(Malformed) {
    let length = number(at: 0, bytes: 8)
    let start = number(at: 8, bytes: 8)
    var file = files[path] ?? File()
    guard length < 1 << 40, Int64(clamping: start) == file.sizeInBytes else {
      throw malformed("a piece of a file is not where the one before ends")
    }
    file.sizeInBytes += Int64(length)
    files[path] = file
    guard told[path] == nil || file.sizeInBytes <= Self.mostTold else {
      throw malformed("a file that tells of the backup is too long")
    }
    expect(.piece, Int(length))
  }

  /// Little-endian.
  private func number(at start: Int, bytes: Int) -> UInt64 {
    collected[start..<(start + bytes)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
