import CoffreCore
import MariaDBKit

/// Runs `grants.sql`: accounts and roles that exist are left as they are, and what the server refuses is named.
///
/// What it makes can be taken back.
final class GrantRestore {
  private let statements: [[UInt8]]
  private let connection: MariaDBConnection
  private var existing: Set<String> = []
  private var skipped: [String] = []
  private var notes: [SourceNote] = []
  /// Commands that take back what was made, the last one first.
  private var undoing: [String] = []

  init(_ statements: [[UInt8]], on connection: MariaDBConnection) {
    self.statements = statements
    self.connection = connection
  }

  func run() throws(SourceError) -> [SourceNote] {
    let rows = try MariaDBTarget.asked("ask about", "users") { () throws(MariaDBError) in
      try connection.execute(#"SELECT User, Host FROM mysql.user"#)
    }
    existing = Set((0..<rows.count).map { "\(rows[$0, 0] ?? "")@\(rows[$0, 1] ?? "")" })
    for statement in statements {
      guard let subject = GrantStatement(statement) else {
        try execute(statement, title: "SET")
        continue
      }
      guard !existing.contains(subject.account) else {
        if subject.makes { skipped.append(subject.account) }
        continue
      }
      let isMade = try execute(statement, title: subject.title)
      if isMade, subject.makes { undoing.append(subject.removal) }
    }
    guard !skipped.isEmpty else { return notes }
    return notes + [
      SourceNote(
        subject: "users",  // not for people
        message: "these exist already and were left as they are: \(conjunctionOfSome(skipped))")
    ]
  }

  /// Takes back what was made, as far as the server lets.
  func undo(on connection: MariaDBConnection) {
    while let command = undoing.popLast() { _ = try? connection.execute(command) }
  }

  @discardableResult
  private func execute(_ statement: [UInt8], title: String) throws(SourceError) -> Bool {
    do throws(MariaDBError) {
      try connection.execute(bytes: statement)
      return true
    } catch {
      guard error.reason == .refused else { throw SourceError(restoring: error, "run", "grants.sql") }
      // A managed server refuses some of it; what it has then is still worth having.
      notes.append(
        SourceNote(subject: "grants.sql: \(title)", message: error.message))  // not for people
      return false
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
      place = pieces.indices.last { word($0) == "FOR" }.map { $0 + 1 }
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

  var removal: String { #"DROP \#(isRole ? "ROLE" : "USER") IF EXISTS \#(quoted)"# }
}
