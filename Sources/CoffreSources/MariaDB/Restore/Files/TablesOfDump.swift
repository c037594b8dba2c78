import CoffreCore
import MariaDBKit

/// The tables that a dump made so far, as far as rows may be put into them: nothing but these rows may happen then.
struct TablesOfDump {
  private let connection: MariaDBConnection
  /// Whether the server takes names for equal that differ in capitals.
  private let ignoresCase: Bool
  private var made: Set<[UInt8]> = []
  /// Those that lead elsewhere: views, tables without rows of their own, tables with triggers.
  private var leading: Set<[UInt8]> = []
  private var sequences: Set<[UInt8]> = []

  init(of facts: MariaDBFacts, on connection: MariaDBConnection) {
    self.connection = connection
    ignoresCase = facts.lowerCaseNames != 0
  }

  mutating func note(_ meaning: DumpStatement.Meaning) throws(MariaDBError) {
    switch meaning {
    case .makesTable(let name, let isOutward):
      let key = try key(name)
      made.insert(key)
      if isOutward { leading.insert(key) }
    // Triggers come behind the rows, and a view that takes some leads to tables anywhere.
    case .makesView(let name), .makesTrigger(let name): leading.insert(try key(name))
    case .makesSequence(let name): sequences.insert(try key(name))
    case .leaves, .strange, .concernsServer, .needless, .altersDatabase, .concernsEvent, .rows, .changesReading, .other:
      break
    }
  }

  /// Whether the dump made a sequence of this name.
  func hasSequence(_ name: [UInt8]) throws(MariaDBError) -> Bool { sequences.contains(try key(name)) }

  func takesRows(_ name: [UInt8]) throws(MariaDBError) -> Bool {
    let key = try key(name)
    return made.contains(key) && !leading.contains(key)
  }

  /// Dumps write names in several character sets: the server tells what they are in the one that the session speaks.
  private func key(_ name: [UInt8]) throws(MariaDBError) -> [UInt8] {
    guard name.contains(where: { $0 >= 0x80 }) else {
      return ignoresCase ? Array(displayed(name).lowercased().utf8) : name
    }
    let digits = name.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    let set = try connection.execute(#"SELECT @@character_set_client"#)[0, 0] ?? "utf8mb4"
    let text = #"CONVERT(CONVERT(X'\#(digits)' USING \#(set)) USING utf8mb4)"#
    let rows = try connection.execute(#"SELECT HEX(\#(ignoresCase ? #"LOWER(\#(text))"# : text))"#)
    return [0xFF] + Array((rows[0, 0] ?? "").utf8)
  }
}
