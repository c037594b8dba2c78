import CoffreCore
import CoffreSystem
import PostgresKit

/// By which patterns pg_dump takes the structure of what is wanted, and no more.
struct ToolChoice: Sendable {
  /// Quoted names, whose letters pg_dump takes as they are.
  let included: [String]
  let excluded: [String]

  /// - Parameters:
  ///   - selects: whether only some tables were asked for.
  ///   - most: beyond it, whole schemas are named where that is the same.
  /// - Returns: `nil` if nothing is wanted.
  init?(_ choice: DumpChoice, selects: Bool, most: Int = 1000) throws(PostgresError) {
    let tables = zip(choice.tables.relations, choice.tables.decisions).filter { $0.0.kind != .sequence }
    // The others come and go with the tables of their columns.
    let free = choice.allSequences.filter { $0.sequence.owner == nil && !$0.sequence.isLeftToExtension }
    var included: [Name] = []
    var excluded: [Name] = []
    for (relation, decision) in tables {
      if relation.isClosed || (!decision.takesStructure && !selects) {
        excluded.append(Name(relation.schema, relation.name))
      } else if decision.takesStructure, selects {
        included.append(Name(relation.schema, relation.name))
      }
    }
    for (sequence, decision) in free where selects && decision.takesStructure && !sequence.isClosed {
      included.append(Name(sequence.schema, sequence.name))
    }
    // It would be read for its value.
    let closed = choice.sequences.filter { !$0.isLeftToExtension && $0.isClosed }.map { Name($0.schema, $0.name) }
    guard !selects || !included.isEmpty else { return nil }
    let all = tables.map { Name($0.0.schema, $0.0.name) } + free.map { Name($0.sequence.schema, $0.sequence.name) }
    self.included = try Self.patterns(included, of: all, most: most)
    self.excluded = try Self.patterns(excluded, of: all, most: most) + Self.patterns(closed, of: [], most: .max)
  }

  private struct Name {
    let schema: [UInt8]
    let text: (schema: String, name: String)

    init(_ schema: String, _ name: String) {
      self.schema = Array(schema.utf8)
      text = (schema, name)
    }
  }

  private static func patterns(_ names: [Name], of all: [Name], most: Int) throws(PostgresError) -> [String] {
    var whole: Set<[UInt8]> = []
    if names.count > most {
      let counts = Dictionary(grouping: all, by: \.schema).mapValues(\.count)
      let chosen = Dictionary(grouping: names, by: \.schema).mapValues(\.count)
      whole = Set(chosen.filter { counts[$0.key] == $0.value }.keys)
    }
    var patterns: [String] = []
    var named: Set<[UInt8]> = []
    for name in names {
      guard whole.contains(name.schema) else {
        patterns.append(try quotedName(name.text.schema, name.text.name))
        continue
      }
      guard named.insert(name.schema).inserted else { continue }
      let schema = try quotedIdentifier(name.text.schema)
      patterns.append("\(schema).*")
    }
    return patterns
  }
}

// MARK: How pg_dump is told

extension ToolChoice {
  /// In bytes; Linux gives arguments and environment together two megabytes, as a rule.
  static let room = 1 << 20

  var arguments: [String] { included.map { "--table=\($0)" } + excluded.map { "--exclude-table=\($0)" } }

  var fitsIntoArguments: Bool { arguments.reduce(0) { $0 + $1.utf8.count + 9 } <= Self.room }

  /// For `--filter`, which pg_dump knows since 17.
  var filter: [UInt8] {
    let lines = included.map { "include table \($0)\n" } + excluded.map { "exclude table \($0)\n" }  // not for people
    return Array(lines.joined().utf8)
  }
}
