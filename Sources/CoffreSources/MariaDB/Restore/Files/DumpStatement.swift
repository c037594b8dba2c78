import CoffreCore

/// What a statement of a dump is about, as far as it concerns more than one database.
struct DumpStatement {
  enum Meaning: Sendable, Hashable {
    /// It leads to another database, or makes one.
    case leaves
    /// It concerns all of the server: users, its settings, its replication.
    case concernsServer
    /// `LOCK TABLES`, `UNLOCK TABLES`: nobody else knows the database, and servers then refuse sequences that a table numbers
    /// its rows by.
    case locks
    /// `ALTER DATABASE`, with the name that it had.
    case altersDatabase(name: Range<Int>)
    case other
  }

  let meaning: Meaning
  /// Its first words, without values.
  let title: String

  /// - Parameter bytes: as it stands in the file, with remarks before it.
  init(_ bytes: [UInt8]) {
    let pieces = Self.pieces(bytes)
    func word(_ index: Int) -> String {
      pieces.indices.contains(index) && pieces[index].kind == .word
        ? displayed(bytes[pieces[index].range]).uppercased() : ""
    }
    title = pieces.prefix { $0.kind == .word || $0.kind == .name }.prefix(4).map { displayed(bytes[$0.range]) }
      .joined(separator: " ")
    let isOfDatabase = word(1) == "DATABASE" || word(1) == "SCHEMA"
    let ofServer: Set<String> = ["USER", "ROLE", "SERVER"]
    switch word(0) {
    case "USE": meaning = .leaves
    case "LOCK", "UNLOCK": meaning = .locks
    case "CREATE" where isOfDatabase, "DROP" where isOfDatabase: meaning = .leaves
    case "ALTER" where isOfDatabase && pieces.count > 2 && pieces[2].kind == .name:
      meaning = .altersDatabase(name: pieces[2].range)
    case "CREATE" where ofServer.contains(word(1)), "DROP" where ofServer.contains(word(1)),
      "ALTER" where ofServer.contains(word(1)):
      meaning = .concernsServer
    case "GRANT", "REVOKE", "CHANGE", "INSTALL", "SHUTDOWN": meaning = .concernsServer
    case "SET" where Self.setsGlobally(pieces, bytes): meaning = .concernsServer
    default: meaning = .other
    }
  }

  /// `SET GLOBAL …`, `SET @@GLOBAL.…`, `SET PASSWORD …`.
  private static func setsGlobally(_ pieces: [SQLPieces.Piece], _ bytes: [UInt8]) -> Bool {
    let words = pieces.dropFirst().prefix(6).filter { $0.kind == .word }
      .map { displayed(bytes[$0.range]).uppercased() }
    return ["GLOBAL", "PASSWORD", "PERSIST", "DEFAULT"].contains(words.first ?? "")
  }

  /// Its first pieces; what stands in a remark that servers run is read like the rest.
  private static func pieces(_ bytes: [UInt8]) -> [SQLPieces.Piece] {
    var position = 0
    func stands(_ text: String) -> Bool { bytes[position...].starts(with: text.utf8) }
    func skip(behind text: String) {
      while position < bytes.count, !stands(text) { position += 1 }
      position = min(position + text.utf8.count, bytes.count)
    }
    while position < bytes.count {
      if bytes[position] <= UInt8(ascii: " ") {
        position += 1
      } else if stands("/*!") || stands("/*M!") {
        position += stands("/*!") ? 3 : 4
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
          position += 1
        }
        // `/*M!999999\- … */` is for no server at all.
        if position < bytes.count, bytes[position] == UInt8(ascii: "\\") { skip(behind: "*/") }
      } else if stands("/*") {
        skip(behind: "*/")
      } else if stands("--") || stands("#") {
        skip(behind: "\n")
      } else {
        break
      }
    }
    let start = position
    let found = SQLPieces.read(Array(bytes[start...].prefix(512)))
    // `CREATE DATABASE /*!32312 IF NOT EXISTS*/`: its marks say nothing here.
    return found.filter { $0.kind != .mark }.map {
      SQLPieces.Piece(kind: $0.kind, range: ($0.range.lowerBound + start)..<($0.range.upperBound + start))
    }
  }
}
