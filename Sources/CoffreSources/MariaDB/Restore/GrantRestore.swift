import CoffreCore
import MariaDBKit

/// Runs `grants.sql`: accounts and roles that exist are left as they are, and what the server refuses is named.
///
/// Accounts come first, their rights last: a right on a table or a routine is given when that is there. What it makes can be
/// taken back.
///
/// A server may take a right for an account that is not there as the wish to make it, without a password: it is told not to,
/// and who could not be made gets no rights.
final class GrantRestore {
  private let statements: [[UInt8]]
  private let connection: MariaDBConnection
  private let version: MariaDBVersion
  private var existing: Set<String> = []
  /// Accounts and roles that the server did not let us make.
  private var refused: Set<String> = []
  /// Accounts and roles that were made, and what takes them back, the last one last.
  private var undoing: [(account: String, command: String)] = []

  init(_ statements: [[UInt8]], on connection: MariaDBConnection, _ version: MariaDBVersion) {
    self.statements = statements
    self.connection = connection
    self.version = version
  }

  /// Makes the accounts and roles that are missing.
  func makeAccounts() throws(SourceError) -> [SourceNote] {
    let rows = try MariaDBTarget.asked("ask about", "users") { () throws(MariaDBError) in
      try connection.execute(#"SELECT User, Host FROM mysql.user"#)
    }
    existing = Set((0..<rows.count).map { "\(rows[$0, 0] ?? "")@\(rows[$0, 1] ?? "")" })
    var notes: [SourceNote] = []
    var skipped: [String] = []
    for statement in statements {
      guard let subject = GrantStatement(statement) else {
        notes += try execute(statement, title: "SET").map { [$0] } ?? []
        continue
      }
      guard subject.makes else { continue }
      guard !existing.contains(subject.account) else {
        skipped.append(subject.account)
        continue
      }
      if let refusal = try execute(statement, title: subject.title) {
        notes.append(refusal)
        refused.insert(subject.account)
      } else {
        undoing.append((subject.account, subject.removal))
      }
    }
    guard !skipped.isEmpty else { return notes }
    return notes + [
      SourceNote(
        subject: "users",  // not for people
        message: "these exist already and were left as they are: \(conjunctionOfSome(skipped))")
    ]
  }

  /// Gives the rights of those that did not exist before.
  ///
  /// - Parameter renamed: databases that have another name here. Rights on what is in them are given under this, too: under
  ///   the old one the server takes none, unless it has such a database.
  func giveRights(renamed: [[UInt8]: String]) throws(SourceError) -> [SourceNote] {
    var notes: [SourceNote] = []
    var without: Set<String> = []
    try forbidNewAccounts()
    for statement in statements {
      let subject = GrantStatement(statement)
      if let subject, subject.makes || existing.contains(subject.account) { continue }
      if let subject, refused.contains(subject.account) {
        without.insert(subject.account)
        continue
      }
      let title = subject?.title ?? "SET"
      // Settings of the session once more: restoring changes them.
      var refusal = try execute(statement, title: title)
      if let moved = GrantStatement.moved(statement, to: renamed) { refusal = try execute(moved, title: title) }
      notes += refusal.map { [$0] } ?? []
    }
    guard !without.isEmpty else { return notes }
    return notes + [
      SourceNote(
        subject: "users",  // not for people
        message: "these got no rights, as they could not be made: \(conjunctionOfSome(without.sorted()))")
    ]
  }

  /// Behind it a right makes nobody. Newer servers of MySQL never do.
  private func forbidNewAccounts() throws(SourceError) {
    guard version.isMariaDB || version.number < 80_000 else { return }
    try MariaDBTarget.asked("run", "grants.sql") { () throws(MariaDBError) in
      _ = try connection.execute(#"SET sql_mode = 'NO_AUTO_CREATE_USER'"#)
    }
  }

  /// Takes back what was made, as far as the server lets.
  func undo(on connection: MariaDBConnection) {
    var left: [(account: String, command: String)] = []
    while let made = undoing.popLast() {
      if (try? connection.execute(made.command)) == nil { left.insert(made, at: 0) }
    }
    undoing = left
  }

  /// Those that are there and were not before.
  var made: [String] { undoing.map(\.account) }

  /// - Returns: what the server refused: a managed one refuses some, and what it has then is still worth having.
  private func execute(_ statement: [UInt8], title: String) throws(SourceError) -> SourceNote? {
    do throws(MariaDBError) {
      try connection.execute(bytes: statement)
      return nil
    } catch {
      guard error.reason == .refused else { throw SourceError(restoring: error, "run", "grants.sql") }
      return SourceNote(subject: "grants.sql: \(title)", message: error.message)  // not for people
    }
  }
}

/// Whom a statement of `grants.sql` is about.
struct GrantStatement: Sendable, Hashable {
  /// `user@host`; a role's host is empty.
  let account: String
  /// Whether it makes the account.
  let makes: Bool
  /// Without passwords.
  let title: String
  private let isRole: Bool
  private let quoted: String

  /// - Returns: `nil` for a setting of the session.
  init?(_ statement: [UInt8]) {
    let pieces = SQLPieces.read(statement)
    func word(_ index: Int) -> String {
      pieces.indices.contains(index) && pieces[index].kind == .word
        ? displayed(statement[pieces[index].range]).uppercased() : ""
    }
    makes = word(0) == "CREATE"
    isRole = makes && word(1) == "ROLE"
    let place: Int?
    if makes {
      place = 2
    } else if word(0) == "GRANT" {
      place = pieces.indices.last { word($0) == "TO" }.map { $0 + 1 }
    } else if word(0) == "SET", word(1) == "DEFAULT", word(2) == "ROLE" {
      // MariaDB says it in one way, MySQL in the other.
      place = pieces.indices.last { ["FOR", "TO"].contains(word($0)) }.map { $0 + 1 }
    } else {
      place = nil
    }
    guard let place, pieces.indices.contains(place), pieces[place].kind != .mark else { return nil }
    let user = SQLPieces.name(statement[pieces[place].range])
    let hasHost =
      pieces.indices.contains(place + 2) && statement[pieces[place + 1].range].elementsEqual([UInt8(ascii: "@")])
    let host = hasHost ? SQLPieces.name(statement[pieces[place + 2].range]) : ""
    account = "\(user)@\(host)"
    quoted =
      MariaDBQuoting.identifier(user) + (hasHost ? "@\(MariaDBQuoting.identifier(host))" : "")
    title = "\(word(0)) \(account)"
  }

  /// The same of a database that has another name.
  ///
  /// - Parameter names: new ones, by the old ones.
  /// - Returns: `nil` unless it is about a table or a routine in one of these.
  static func moved(_ statement: [UInt8], to names: [[UInt8]: String]) -> [UInt8]? {
    let pieces = SQLPieces.read(statement)
    func isMark(_ index: Int, _ mark: Character) -> Bool {
      pieces[index].kind == .mark && statement[pieces[index].range.lowerBound] == mark.asciiValue
    }
    guard
      let on = pieces.firstIndex(where: { piece in
        piece.kind == .word && displayed(statement[piece.range]).uppercased() == "ON"
      }),
      // `ON FUNCTION …`.
      let place = pieces[(on + 1)...].firstIndex(where: { $0.kind != .word }), place + 2 < pieces.count,
      pieces[place].kind == .name, isMark(place + 1, "."), pieces[place + 2].kind == .name,
      let name = names[Array(SQLPieces.name(statement[pieces[place].range]).utf8)]
    else { return nil }
    let range = pieces[place].range
    return Array(statement[..<range.lowerBound]) + Array(MariaDBQuoting.identifier(name).utf8)
      + Array(statement[range.upperBound...])
  }

  var removal: String { #"DROP \#(isRole ? "ROLE" : "USER") IF EXISTS \#(quoted)"# }
}
