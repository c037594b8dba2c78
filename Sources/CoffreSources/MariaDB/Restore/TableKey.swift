import CoffreCore

/// A statement of `indexes.sql`: `ALTER TABLE … ADD …`, of keys or of foreign keys.
struct TableKey: Sendable {
  enum Kind: Sendable {
    case ordinary
    case unique
    /// `FULLTEXT`, `SPATIAL`, `VECTOR`: much work for each row that comes one by one.
    case special
    case foreign
  }

  /// The name in it, without quotes.
  let table: String
  let kind: Kind
  let statement: [UInt8]

  /// - Returns: `nil` for a statement that is about no table, such as a setting.
  init?(_ statement: [UInt8]) {
    guard let name = DatabaseLoading.table(of: statement) else { return nil }
    table = SQLPieces.name(name)
    self.statement = statement
    let words = Set(
      SQLPieces.read(statement).lazy.filter { $0.kind == .word }.map { displayed(statement[$0.range]).uppercased() })
    kind =
      if words.contains("FOREIGN") {
        .foreign
      } else if !words.isDisjoint(with: ["FULLTEXT", "SPATIAL", "VECTOR"]) {
        .special
      } else if words.contains("UNIQUE") {
        .unique
      } else {
        .ordinary
      }
  }

  /// Whether it is made before the rows. Several connections would wait for each other where a key is unique.
  func comesFirst(in plan: LoadingPlan) -> Bool {
    kind == .ordinary && plan.steps.contains { $0.hasKeysFirst && $0.table.name.name.hasSameBytes(as: table) }
  }

  /// In their order, those of one table together.
  static func byTable(_ keys: [TableKey]) -> [[TableKey]] {
    var groups: [[TableKey]] = []
    for key in keys {
      if groups.last?.last?.table.hasSameBytes(as: key.table) == true {
        groups[groups.count - 1].append(key)
      } else {
        groups.append([key])
      }
    }
    return groups
  }
}
