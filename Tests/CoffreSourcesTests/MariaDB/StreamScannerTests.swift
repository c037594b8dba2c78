import CoffreCore
import Testing

@testable import CoffreSources

/// Streams as mariadb-backup writes them (xbstream_read.cc of MariaDB), made by hand.
@Suite("Streams of mariadb-backup")
struct StreamScannerTests {
  private static func number(_ value: Int, bytes: Int) -> [UInt8] {
    (0..<bytes).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }

  private static func head(_ kind: String, _ path: String) -> [UInt8] {
    Array("XBSTCK01".utf8) + [0] + Array(kind.utf8) + number(path.utf8.count, bytes: 4) + Array(path.utf8)
  }

  private static func piece(_ path: String, _ content: String, at offset: Int = 0) -> [UInt8] {
    head("P", path) + number(content.utf8.count, bytes: 8) + number(offset, bytes: 8) + [0, 0, 0, 0]
      + Array(content.utf8)
  }

  private static func end(_ path: String) -> [UInt8] { head("E", path) }

  private static func file(_ path: String, _ content: String) -> [UInt8] { piece(path, content) + end(path) }

  private static func stream(_ parts: [UInt8]...) -> [UInt8] { parts.flatMap { $0 } }

  private static let whole = stream(
    piece("./ibdata1", "one"), piece("shop/t@002f1.frm", "f"), piece("ibdata1", "two", at: 3), end("ibdata1"),
    end("shop/t@002f1.frm"), file("shop/db.opt", ""), file("empty/db.opt", "x"), file("shop/#sql-1.frm", ""),
    file("shop/t@002f1.isl", "/mnt/t.ibd"),
    file("xtrabackup_checkpoints", "backup_type = full-backuped\nlast_lsn = 61236\n"),
    file("xtrabackup_binlog_info", "bin.000001\t1264\t0-1-4\n"))

  private func scanned(_ bytes: [UInt8], by size: Int = .max) throws(StreamScanner.Malformed) -> StreamScanner {
    var scanner = StreamScanner()
    var position = 0
    while position < bytes.count {
      let next = min(bytes.count, position + min(size, bytes.count))
      let part = Array(bytes[position..<next])
      try scanner.take(part.span)
      position = next
    }
    try scanner.finish()
    return scanner
  }

  @Test(arguments: [1, 2, 7, 14, 33, Int.max])
  func `files are known however the bytes come`(_ size: Int) throws {
    let scanner = try scanned(Self.whole, by: size)
    #expect(scanner.files[Array("ibdata1".utf8)] == StreamScanner.File(sizeInBytes: 6, hasEnded: true))
    #expect(scanner.files.count == 8)
    #expect(scanner.count == Int64(Self.whole.count))
    #expect(PhysicalPosition(scanner).text == "bin.000001:1264 gtid 0-1-4 lsn 61236")
    #expect(ImageContents.missing(in: scanner) == nil)
  }

  @Test func `databases and tables are those of the files`() throws {
    let contents = try ImageContents(try scanned(Self.whole)) { files in
      files.map { displayed($0).replacing("@002f", with: "/") }
    }
    #expect(contents.databases.map(\.name) == ["empty", "shop"])
    #expect(contents.databases.map(\.tables) == [[], ["t/1"]])
    #expect(contents.outside == ["shop/t@002f1.isl"])
  }

  @Test func `what every backup has is missed`() throws {
    #expect(ImageContents.missing(in: try scanned(Self.file("xtrabackup_checkpoints", ""))) == "ibdata1")
    #expect(ImageContents.missing(in: try scanned(Self.file("ibdata1", ""))) == "xtrabackup_checkpoints")
    let newer = Self.stream(Self.file("ibdata1", ""), Self.file("mariadb_backup_checkpoints", ""))
    #expect(ImageContents.missing(in: try scanned(newer)) == nil)
  }

  /// At each byte but where all files have ended.
  @Test func `a stream that ends too early is none`() throws {
    let bytes = Self.stream(Self.file("ibdata1", "one"), Self.file("t.frm", "two"))
    let wholeEnds = [Self.file("ibdata1", "one").count]
    for length in 0..<bytes.count where !wholeEnds.contains(length) {
      #expect(throws: StreamScanner.Malformed.self, "\(length)") { _ = try scanned(Array(bytes[..<length])) }
    }
  }

  private static let refused: [String: [UInt8]] = [
    "a dump": Array("-- MariaDB dump 10.19\n".utf8),
    "another kind of piece": head("S", "ibdata1"),
    "no name": head("E", ""),
    "a long name": head("E", String(repeating: "x", count: 600)),
    "a name above": file("../../etc/passwd", "x"),
    "a name from the root": file("/etc/passwd", "x"),
    "a name within": file("shop/../../x", "x"),
    "a gap": stream(piece("ibdata1", "one"), piece("ibdata1", "two", at: 4), end("ibdata1")),
    "the same again": stream(piece("ibdata1", "one"), piece("ibdata1", "two", at: 0), end("ibdata1")),
    "more after the end": stream(file("ibdata1", "one"), piece("ibdata1", "two", at: 3), end("ibdata1")),
    "two ends": stream(file("ibdata1", "one"), end("ibdata1")),
    "a piece of any length": stream(head("P", "ibdata1"), [UInt8](repeating: 0xFF, count: 20)),
  ]

  @Test(arguments: Self.refused.keys.sorted())
  func `what no backup holds is refused`(_ title: String) throws {
    let bytes = try #require(Self.refused[title])
    #expect(throws: StreamScanner.Malformed.self) { _ = try scanned(bytes) }
  }

  @Test func `only what a server needs to know its files is told to it`() {
    let settings = ServerSettings(
      """
      # This options file was generated by innobackupex.
      [mysqld]
      innodb_data_file_path=ibdata1:12M:autoextend
      innodb_page_size=16384
      plugin_load=evil.so
      init_file=/tmp/x
      """)
    #expect(settings.arguments == ["--innodb-data-file-path=ibdata1:12M:autoextend", "--innodb-page-size=16384"])
    #expect(!settings.leadsElsewhere)
    #expect(ServerSettings("innodb_data_file_path=/mnt/ibdata1:12M").leadsElsewhere)
    #expect(ServerSettings("innodb_data_file_path=../x:12M").leadsElsewhere)
  }

  @Test(arguments: [
    ("[00] 2026-11-22 14:07:00 completed OK!\n", true), ("completed OK!", true), ("completed OK!\nerror: x\n", false),
    ("", false), ("completed OK! not\n", false),
  ])
  func `a good end is the last that is said`(_ example: (said: String, isGood: Bool)) {
    #expect(BackupTool.saidCompleted(Array(example.said.utf8)) == example.isGood)
  }
}
