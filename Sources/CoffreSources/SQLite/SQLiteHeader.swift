import CoffreCore

/// The first 100 bytes of a database (sqlite.org/fileformat2.html, "The Database Header").
struct SQLiteHeader: Sendable, Hashable {
  static let count = 100
  static let magic = Array("SQLite format 3\0".utf8)

  let pageSize: Int64
  let pageCount: Int64
  /// Whether the database keeps a log of changes beside it (WAL).
  let keepsLog: Bool

  var size: Int64 { pageSize * pageCount }

  /// - Returns: `nil` for what is no database.
  init?(_ bytes: some RandomAccessCollection<UInt8>) {
    let bytes = Array(bytes.prefix(Self.count))
    guard bytes.count == Self.count, bytes.starts(with: Self.magic) else { return nil }
    func number(_ range: Range<Int>) -> Int64 { bytes[range].reduce(0) { $0 << 8 | Int64($1) } }
    let stored = number(16..<18)
    // 65536 does not fit.
    pageSize = stored == 1 ? 65_536 : stored
    pageCount = number(28..<32)
    keepsLog = bytes[18] == 2 || bytes[19] == 2
    guard pageSize >= 512, pageSize & (pageSize - 1) == 0 else { return nil }
  }
}
