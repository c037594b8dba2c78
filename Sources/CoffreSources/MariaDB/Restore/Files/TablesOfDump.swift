import CoffreCore
import MariaDBKit

/// The tables that a dump made so far, as far as rows may be put into them: nothing but these rows may happen then.
struct TablesOfDump {
  private let names: DumpNames
  /// Whether the server takes names for equal that differ in capitals.
  private let ignoresCase: Bool
  private var made: Set<[UInt8]> = []
  /// Those that lead elsewhere: views, tables without rows of their own, tables with triggers.
  private var leading: Set<[UInt8]> = []
  private var sequences: Set<[UInt8]> = []

  init(of facts: MariaDBFacts, on connection: MariaDBConnection) {
    names = DumpNames(on: connection)
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
    case .leaves, .strange, .uses, .makesDatabase, .dropsDatabase, .concernsServer, .needless, .altersDatabase,
      .concernsEvent, .rows, .changesReading, .changesSession, .other:
      break
    }
  }

  /// Whether the dump made a sequence of this name.
  func hasSequence(_ name: [UInt8]) throws(MariaDBError) -> Bool { sequences.contains(try key(name)) }

  func takesRows(_ name: [UInt8]) throws(MariaDBError) -> Bool {
    let key = try key(name)
    return made.contains(key) && !leading.contains(key)
  }

  private func key(_ name: [UInt8]) throws(MariaDBError) -> [UInt8] { try names.text(name, ignoresCase: ignoresCase) }
}
