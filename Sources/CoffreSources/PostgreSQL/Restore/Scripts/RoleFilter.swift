/// Keeps statements away from a server that lacks the roles they name: owners, rights, policies, user mappings.
struct RoleFilter: Sendable {
  struct Decision: Sendable, Hashable {
    /// What is left to run; `nil` for nothing.
    var statement: SQLStatement?
    /// Roles that it names and the server lacks.
    var missing: [[UInt8]]
  }

  private let existing: Set<[UInt8]>
  /// While rights are to be granted in the name of a role that is missing.
  private var missingGrantor: [UInt8]?

  /// - Parameter existing: in the encoding of the statements.
  init(existing: some Sequence<[UInt8]>) {
    let always = ["public", "current_user", "current_role", "session_user"].map { Array($0.utf8) }
    self.existing = Set(existing).union(always)
  }

  func has(_ role: [UInt8]) -> Bool { existing.contains(role) }

  mutating func decide(on statement: SQLStatement) -> Decision {
    if statement.begins("set", "session", "authorization") { return decide(onGrantor: statement) }
    if statement.begins("reset", "session", "authorization") {
      defer { missingGrantor = nil }
      return Decision(statement: missingGrantor == nil ? statement : nil, missing: [])
    }
    if let missingGrantor { return Decision(statement: nil, missing: [missingGrantor]) }
    guard let named = roles(of: statement) else { return Decision(statement: statement, missing: []) }
    let missing = named.filter { !has($0.name) }
    if missing.isEmpty { return Decision(statement: statement, missing: []) }
    return Decision(statement: without(missing, of: named, in: statement), missing: missing.map(\.name))
  }

  private mutating func decide(onGrantor statement: SQLStatement) -> Decision {
    guard let role = Self.constant(statement) ?? statement.name(at: 3), !has(role), role != Array("default".utf8) else {
      return Decision(statement: statement, missing: [])
    }
    missingGrantor = role
    return Decision(statement: nil, missing: [])
  }

  /// The value of a plain constant at the statement's end.
  private static func constant(_ statement: SQLStatement) -> [UInt8]? {
    guard let last = statement.pieces.last, last.kind == .constant else { return nil }
    var value: [UInt8] = []
    var isHalf = false
    for byte in statement.bytes[last.range].dropFirst().dropLast() {
      if byte == UInt8(ascii: "'"), isHalf {
        isHalf = false
        continue
      }
      isHalf = byte == UInt8(ascii: "'")
      value.append(byte)
    }
    return value
  }
}

// MARK: Where roles stand

extension RoleFilter {
  private struct Named {
    let name: [UInt8]
    let index: Int
    /// Whether the statement makes sense without it: it is one of a list.
    let isOfList: Bool
  }

  /// - Returns: `nil` for statements that name none.
  private func roles(of statement: SQLStatement) -> [Named]? {
    let pieces = statement.pieces
    switch pieces.first?.text {
    case "alter":
      if statement.begins("alter", "default", "privileges") { return defaultRights(statement) }
      if statement.begins("alter", "role") { return [single(2, statement)].compactMap { $0 } }
      let count = pieces.count
      guard count > 3, pieces[count - 3].text == "owner", pieces[count - 2].text == "to" else { return nil }
      return [single(count - 1, statement)].compactMap { $0 }
    case "grant": return grantees(statement, behind: "to")
    case "revoke": return grantees(statement, behind: "from")
    case "create":
      if statement.begins("create", "policy") { return grantees(statement, behind: "to") }
      if statement.begins("create", "user", "mapping", "for") { return [single(4, statement)].compactMap { $0 } }
      return nil
    default: return nil
    }
  }

  private func single(_ index: Int, _ statement: SQLStatement) -> Named? {
    statement.name(at: index).map { Named(name: $0, index: index, isOfList: false) }
  }

  /// The list behind a key word, and who grants.
  private func grantees(_ statement: SQLStatement, behind word: String, from start: Int = 0) -> [Named] {
    guard let place = statement.firstIndex(ofWords: word, from: start) else { return [] }
    var named: [Named] = []
    var index = place + 1
    while let name = statement.name(at: index) {
      named.append(Named(name: name, index: index, isOfList: true))
      guard index + 1 < statement.pieces.count, statement.pieces[index + 1].text == "," else { break }
      index += 2
    }
    if let grantor = statement.firstIndex(ofWords: "granted", "by", from: index),
      let name = single(grantor + 2, statement)
    {
      named.append(name)
    }
    return named
  }

  private func defaultRights(_ statement: SQLStatement) -> [Named] {
    var named: [Named] = []
    if let place = statement.firstIndex(ofWords: "for", "role"), let role = single(place + 2, statement) {
      named.append(role)
    }
    let isGrant = statement.firstIndex(ofWords: "grant") != nil && statement.firstIndex(ofWords: "revoke") == nil
    return named + grantees(statement, behind: isGrant ? "to" : "from")
  }

  /// The statement with the roles of its list that exist.
  private func without(_ missing: [Named], of named: [Named], in statement: SQLStatement) -> SQLStatement? {
    guard missing.allSatisfy(\.isOfList) else { return nil }
    let list = named.filter(\.isOfList)
    let kept = list.filter { has($0.name) }
    guard let first = list.first, let last = list.last, !kept.isEmpty else { return nil }
    var text: [UInt8] = []
    for role in kept {
      if !text.isEmpty { text += Array(", ".utf8) }
      text += statement.bytes[statement.pieces[role.index].range]
    }
    return statement.replacing(first.index..<last.index + 1, by: text)
  }
}
