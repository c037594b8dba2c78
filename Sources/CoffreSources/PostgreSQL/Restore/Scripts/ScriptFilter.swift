import CoffreCore

/// What of a dump's statements a server can run, and what was left out of them.
struct ScriptFilter: Sendable {
  private var roles: RoleFilter
  private let tablespaces: Set<[UInt8]>
  private let majorVersion: Int
  /// Titles of what was left out, by the role or tablespace that is missing.
  private(set) var leftOut: [Missing: [String]] = [:]

  /// What a server lacks.
  enum Missing: Sendable, Hashable {
    case role([UInt8])
    case tablespace([UInt8])
  }

  init(roles: some Sequence<[UInt8]>, tablespaces: some Sequence<[UInt8]>, majorVersion: Int) {
    self.roles = RoleFilter(existing: roles)
    self.tablespaces = Set(tablespaces)
    self.majorVersion = majorVersion
  }

  /// - Returns: what to run; `nil` for nothing.
  mutating func filtered(_ statement: SQLStatement) -> SQLStatement? {
    // pg_dump 17 and later write it for every server; only 17 and later know it.
    if majorVersion < 17, statement.begins("set", "transaction_timeout") { return nil }
    if statement.begins("set", "default_tablespace"), let place = missingTablespace(statement) {
      leftOut[.tablespace(place), default: []].append(statement.title)
      return SQLStatement("SET default_tablespace = ''")  // not for people
    }
    let decision = roles.decide(on: statement)
    for role in decision.missing { leftOut[.role(role), default: []].append(statement.title) }
    return decision.statement
  }

  /// `SET default_tablespace = name`, or `''` for the database's own.
  private func missingTablespace(_ statement: SQLStatement) -> [UInt8]? {
    guard let name = statement.name(at: 3), !tablespaces.contains(name) else { return nil }
    return name
  }

  /// For people: what is missing, and which statements were left out for it.
  var notes: [SourceNote] {
    leftOut.map { missing, titles in
      let shown = conjunctionOfSome(titles)
      switch missing {
      case .role(let name):
        return SourceNote(
          subject: "role \(displayed(name))",  // not for people
          message: "it does not exist here; left out: \(shown)")
      case .tablespace(let name):
        return SourceNote(
          subject: "tablespace \(displayed(name))",  // not for people
          message: "it does not exist here; its tables and indexes lie in the database's own")
      }
    }.sorted { $0.subject.sortsBefore($1.subject) }
  }
}

/// The first ones by name, the others by their number.
func conjunctionOfSome(_ names: [String], limit: Int = 20) -> Message {
  guard names.count > limit else { return .verbatim(names.joined(separator: "; ")) }
  return "\(names.prefix(limit).joined(separator: "; ")) and \(names.count - limit) more"
}
