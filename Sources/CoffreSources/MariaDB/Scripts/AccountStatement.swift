import CoffreCore

/// What `SHOW CREATE USER` answers, without the roles that an account takes on by itself: MySQL tells them there, and makes
/// no account while one of them is missing.
struct AccountStatement: Sendable, Hashable {
  /// `CREATE USER …`
  let creation: String
  /// `SET DEFAULT ROLE … TO …`; `nil` where none is told.
  let defaultRoles: String?

  /// - Parameter statement: of MySQL ``CREATE USER `a`@`%` IDENTIFIED WITH … DEFAULT ROLE `r`@`%` REQUIRE NONE …``.
  init(_ statement: String) {
    let bytes = Array(statement.utf8)
    let pieces = SQLPieces.read(bytes)
    let words = pieces.map { $0.kind == .word ? displayed(bytes[$0.range]).uppercased() : "" }
    let start = words.indices.dropLast().first { words[$0] == "DEFAULT" && words[$0 + 1] == "ROLE" }
    // `CREATE USER name @ host`
    guard let start, let end = words[start...].firstIndex(of: "REQUIRE"), end > start + 2, pieces[4].kind == .name
    else {
      creation = statement
      defaultRoles = nil
      return
    }
    let roles = displayed(bytes[pieces[start + 2].range.lowerBound..<pieces[end - 1].range.upperBound])
    let account = displayed(bytes[pieces[2].range.lowerBound..<pieces[4].range.upperBound])
    let head = displayed(bytes[..<pieces[start].range.lowerBound])
    creation = head + displayed(bytes[pieces[end].range.lowerBound...])
    defaultRoles = #"SET DEFAULT ROLE \#(roles) TO \#(account)"#
  }
}
