import CoffreCore
import CoffreSystem
import MariaDBKit

/// What a stream of mariadb-backup holds, as a server would call it.
struct ImageContents: Sendable, Hashable {
  struct Database: Sendable, Hashable {
    let name: String
    /// Names of tables, views and sequences, sorted.
    let tables: [String]
  }

  /// By name; the server's own databases are among them.
  let databases: [Database]
  /// Tables whose files lie where the server was told, outside of its folder.
  let outside: [String]

  /// Files that every backup has.
  private static let needed = [["ibdata1"], ["xtrabackup_checkpoints", "mariadb_backup_checkpoints"]]

  /// - Parameter decode: turns names of files into those that servers tell, in their order.
  init(
    _ stream: StreamScanner, decode: ([PathBytes]) throws(MariaDBError) -> [String]
  ) throws(MariaDBError) {
    var tables: [PathBytes: Set<PathBytes>] = [:]
    var outside: Set<PathBytes> = []
    for path in stream.files.keys {
      guard let (database, file) = Self.split(path) else { continue }
      tables[database, default: []].formUnion(Self.table(of: file).map { [$0] } ?? [])
      if file.hasSuffix(".isl") { outside.insert(path) }
    }
    let folders = tables.keys.sorted { $0.lexicographicallyPrecedes($1) }
    let files = Array(Set(folders).union(tables.values.joined()))
    let names = Dictionary(zip(files, try decode(files)), uniquingKeysWith: { first, _ in first })
    databases = folders.map { folder in
      let own = (tables[folder] ?? []).compactMap { names[$0] }
      return Database(name: names[folder] ?? displayed(folder), tables: own.sorted { $0.sortsBefore($1) })
    }.sorted { $0.name.sortsBefore($1.name) }
    self.outside = outside.map { displayed($0) }.sorted()
  }

  /// What every backup has and this stream does not; `nil` if nothing.
  static func missing(in stream: StreamScanner) -> String? {
    needed.first { names in !names.contains { stream.files[Array($0.utf8)] != nil } }?.first
  }

  /// The folder of a database, and a file in it.
  private static func split(_ path: PathBytes) -> (database: PathBytes, file: PathBytes)? {
    let parts = path.split(separator: UInt8(ascii: "/"))
    guard parts.count == 2 else { return nil }
    return (Array(parts[0]), Array(parts[1]))
  }

  /// Whose definition a file is; `nil` for other files, and for what an `ALTER TABLE` was about to make.
  static func table(of file: PathBytes) -> PathBytes? {
    guard file.hasSuffix(".frm"), file.first != UInt8(ascii: "#") else { return nil }
    return Array(file.dropLast(4))
  }
}

extension ImageContents {
  /// Asks a server what names of files stand for: bytes that are no letters of ASCII are written as `@` and a code.
  static func decode(
    _ files: [PathBytes], by connection: MariaDBConnection
  ) throws(MariaDBError) -> [String] {
    var names: [PathBytes: String] = [:]
    var encoded: [PathBytes] = []
    for file in files {
      // Of names that old systems reserved for devices.
      let stem = file.hasSuffix("@@@") ? Array(file.dropLast(3)) : file
      if stem.contains(UInt8(ascii: "@")) { encoded.append(file) } else { names[file] = displayed(stem) }
    }
    for start in stride(from: 0, to: encoded.count, by: 200) {
      let some = encoded[start..<min(encoded.count, start + 200)]
      let values = some.map { file in
        let stem = file.hasSuffix("@@@") ? Array(file.dropLast(3)) : file
        return #"CONVERT(_filename X'\#(hexadecimal(stem))' USING utf8mb4)"#
      }
      let answer = try connection.execute(#"SELECT \#(values.joined(separator: ", "))"#)
      for (column, file) in some.enumerated() { names[file] = answer[0, column] ?? displayed(file) }
    }
    return files.map { names[$0] ?? displayed($0) }
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}

extension [UInt8] {
  fileprivate func hasSuffix(_ text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }
}
