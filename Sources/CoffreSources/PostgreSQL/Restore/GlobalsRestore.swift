import CoffreCore
import PostgresKit

/// Runs `globals.sql` statement by statement: roles and tablespaces that exist are left as they are, and what the server
/// refuses is named.
///
/// What it makes can be taken back.
final class GlobalsRestore {
  private let source: RestoreSource
  private let connection: PostgresConnection
  private var existingRoles: Set<[UInt8]> = []
  private var existingTablespaces: Set<[UInt8]> = []
  private var skipped: [String] = []
  /// Roles that may log in, and were made without a password.
  private var withoutPassword: [String] = []
  private var notes: [SourceNote] = []
  /// Commands that take back what was made, the last one first.
  private var undoing: [[UInt8]] = []

  init(_ source: RestoreSource, on connection: PostgresConnection) {
    self.source = source
    self.connection = connection
  }

  func run() throws(SourceError) -> [SourceNote] {
    let file = Array("globals.sql".utf8)
    let script = try source.script(file)
    try readExisting()
    while let statement = try script.nextOfDump() {
      if statement.begins("set", "client_encoding") {
        try execute(statement)
        try readExisting()
        continue
      }
      guard isNew(statement) else { continue }
      try execute(statement)
    }
    // Otherwise they had none.
    let isPasswordMissing = source.manifest.missed.contains { $0.object == MissingRights.rolePasswords }
    if isPasswordMissing, !withoutPassword.isEmpty {
      notes.append(
        SourceNote(
          subject: "roles", message: "the backup has no passwords; give one to: \(conjunctionOfSome(withoutPassword))"))
    }
    if !skipped.isEmpty {
      notes.append(
        SourceNote(
          subject: "roles",
          message: "these exist already and were left as they are: \(conjunctionOfSome(skipped))"))
    }
    return notes
  }

  /// Takes back what was made, as far as the server lets.
  func undo(on connection: PostgresConnection) {
    while let command = undoing.popLast() { _ = try? connection.execute(bytes: command) }
  }

  /// Names come in the session's encoding, which is the script's.
  private func readExisting() throws(SourceError) {
    do throws(PostgresError) {
      existingRoles = try names(#"SELECT rolname FROM pg_catalog.pg_roles"#)
      existingTablespaces = try names(#"SELECT spcname FROM pg_catalog.pg_tablespace"#)
    } catch {
      throw SourceError(restoring: error, "ask about", "roles")
    }
  }

  private func names(_ command: String) throws(PostgresError) -> Set<[UInt8]> {
    let rows = try connection.execute(command)
    return Set((0..<rows.count).compactMap { rows.bytes(row: $0, column: 0) })
  }

  /// Whether a statement changes nothing that was there before.
  private func isNew(_ statement: SQLStatement) -> Bool {
    let existing = GlobalsFilter(roles: existingRoles, tablespaces: existingTablespaces)
    guard let subject = existing.existingSubject(of: statement) else { return true }
    if statement.begins("create") { skipped.append(displayed(subject)) }
    return false
  }

  private func execute(_ statement: SQLStatement) throws(SourceError) {
    do throws(PostgresError) {
      try connection.execute(bytes: statement.bytes)
      if let undo = GlobalsFilter.undoing(statement) { undoing.append(undo) }
      if let role = GlobalsFilter.roleWithoutPassword(statement) { withoutPassword.append(displayed(role)) }
    } catch {
      guard error.reason == .refused else { throw SourceError(restoring: error, "run", "globals.sql") }
      // A managed server refuses some of it; what it has then is still worth having.
      notes.append(
        SourceNote(subject: "globals.sql: \(statement.title)", message: error.message))  // not for people
    }
  }
}

/// Which statements of `globals.sql` are about what exists.
struct GlobalsFilter: Sendable {
  let roles: Set<[UInt8]>
  let tablespaces: Set<[UInt8]>

  /// - Returns: the role or tablespace that a statement would change, if it was there before.
  func existingSubject(of statement: SQLStatement) -> [UInt8]? {
    if let place = statement.firstIndex(ofWords: "on", "tablespace") {
      return statement.name(at: place + 2).flatMap { tablespaces.contains($0) ? $0 : nil }
    }
    if statement.begins("grant"), let place = statement.firstIndex(ofWords: "to") {
      // Of a membership both names matter: it is new if one of the two roles is.
      let grantee = statement.name(at: place + 1)
      let isMembership = statement.firstIndex(ofWords: "on") == nil
      let granted = isMembership ? statement.name(at: 1) : grantee
      guard let grantee, let granted, roles.contains(grantee), roles.contains(granted) else { return nil }
      return grantee
    }
    for (word, names) in [("role", roles), ("user", roles), ("tablespace", tablespaces)] {
      let isAbout = statement.begins("create", word) || statement.begins("alter", word)
      let place = isAbout ? 2 : statement.begins("comment", "on", word) ? 3 : nil
      guard let place, let name = statement.name(at: place), names.contains(name) else { continue }
      return name
    }
    return nil
  }

  /// The role that a statement of pg_dumpall lets log in, without a password.
  static func roleWithoutPassword(_ statement: SQLStatement) -> [UInt8]? {
    guard statement.begins("alter", "role"), statement.firstIndex(ofWords: "with") == 3,
      statement.firstIndex(ofWords: "login", from: 4) != nil, statement.firstIndex(ofWords: "password", from: 4) == nil
    else { return nil }
    return statement.name(at: 2)
  }

  /// The command that takes back a role or a tablespace.
  static func undoing(_ statement: SQLStatement) -> [UInt8]? {
    for (word, command) in [("role", #"DROP ROLE "#), ("user", #"DROP ROLE "#), ("tablespace", #"DROP TABLESPACE "#)]
    where statement.begins("create", word) {
      guard statement.pieces.count > 2, statement.name(at: 2) != nil else { return nil }
      return Array(command.utf8) + statement.bytes[statement.pieces[2].range]
    }
    return nil
  }
}
