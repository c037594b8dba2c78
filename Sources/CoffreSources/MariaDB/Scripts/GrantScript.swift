import CoffreCore
import MariaDBKit

/// `grants.sql`: users and roles with their rights, a statement a line.
struct GrantScript: Sendable {
  private(set) var lines: [String] = []
  private(set) var missing: [DatabaseProbe.Missing] = []

  /// Of MySQL: when all roles are there, and granted.
  private var defaultRoles: [String] = []

  private static let serversOwn: Set<String> = [
    "mariadb.sys", "mysql.sys", "mysql.session", "mysql.infoschema", "PUBLIC",
  ]

  /// An account, or a role, which has no host.
  private struct Account: Sendable {
    let user: String
    let host: String
    let isRole: Bool

    var quoted: String {
      isRole && host.isEmpty
        ? MariaDBQuoting.identifier(user)
        : "\(MariaDBQuoting.identifier(user))@\(MariaDBQuoting.identifier(host))"
    }
  }

  /// - Throws: what broke the connection; what the server refuses is named in `missing`.
  init(_ facts: MariaDBFacts, on connection: MariaDBConnection) throws(MariaDBError) {
    let accounts: [Account]
    do throws(MariaDBError) {
      accounts = try Self.accounts(facts, on: connection)
    } catch {
      guard error.reason == .refused else { throw error }
      missing.append(
        DatabaseProbe.Missing(
          object: "users",  // not for people
          reason: "the account '\(facts.account)' may not see them: \(error.message)", isLoss: false))
      return
    }
    // Roles are granted to each other and to users: all exist before the first right is given.
    for account in accounts where account.isRole {
      lines.append(#"CREATE ROLE \#(account.quoted)"#)
    }
    if facts.version.tellsHashesInDigits { try Self.askForDigits(on: connection) }
    for account in accounts where !account.isRole { try addUser(account, on: connection) }
    for account in accounts { try addGrants(account, on: connection) }
    lines += defaultRoles
    if facts.version.hasRoles, facts.version.isMariaDB { try addDefaultRoles(accounts, on: connection) }
  }

  private static func accounts(
    _ facts: MariaDBFacts, on connection: MariaDBConnection
  ) throws(MariaDBError) -> [Account] {
    let role = facts.version.isMariaDB && facts.version.hasRoles ? "is_role" : "'N'"
    let rows = try connection.execute(#"SELECT User, Host, \#(role) FROM mysql.user ORDER BY User, Host"#)
    return (0..<rows.count).compactMap { row in
      guard let user = rows[row, 0], let host = rows[row, 1], !serversOwn.contains(user) else { return nil }
      return Account(user: user, host: host, isRole: rows[row, 2] == "Y")
    }
  }

  /// MySQL's usual way of authentication keeps bytes of any kind.
  private static func askForDigits(on connection: MariaDBConnection) throws(MariaDBError) {
    do throws(MariaDBError) {
      try connection.execute(#"SET SESSION print_identified_with_as_hex = 1"#)
    } catch {
      guard error.reason == .refused else { throw error }
    }
  }

  private mutating func addUser(_ account: Account, on connection: MariaDBConnection) throws(MariaDBError) {
    do throws(MariaDBError) {
      let rows = try connection.execute(#"SHOW CREATE USER \#(account.quoted)"#)
      guard let statement = rows[0, 0] else { return }
      let parts = AccountStatement(statement)
      lines.append(parts.creation)
      if let roles = parts.defaultRoles { defaultRoles.append(roles) }
    } catch {
      guard error.reason == .refused else { throw error }
      // A server that resolves no names does not know the accounts that have one for a host.
      try addUnknown(account, on: connection, error)
    }
  }

  private mutating func addUnknown(
    _ account: Account, on connection: MariaDBConnection, _ refusal: MariaDBError
  ) throws(MariaDBError) {
    let rows: MariaDBRows
    do throws(MariaDBError) {
      rows = try connection.execute(
        #"""
        SELECT plugin, authentication_string FROM mysql.user
        WHERE User = \#(MariaDBQuoting.literal(account.user)) AND Host = \#(MariaDBQuoting.literal(account.host))
        """#)
    } catch {
      guard error.reason == .refused else { throw error }
      miss(account, refusal)
      return
    }
    guard rows.count == 1, let plugin = rows[0, 0] else {
      miss(account, refusal)
      return
    }
    let secret = rows[0, 1].flatMap { $0.isEmpty ? nil : $0 }
    let way = #"IDENTIFIED WITH \#(MariaDBQuoting.identifier(plugin.isEmpty ? "mysql_native_password" : plugin))"#
    lines.append(
      #"CREATE USER \#(account.quoted) \#(way)"# + (secret.map { #" AS \#(MariaDBQuoting.literal($0))"# } ?? ""))
  }

  private mutating func addGrants(_ account: Account, on connection: MariaDBConnection) throws(MariaDBError) {
    do throws(MariaDBError) {
      let rows = try connection.execute(#"SHOW GRANTS FOR \#(account.quoted)"#)
      for row in 0..<rows.count {
        guard let grant = rows[row, 0] else { continue }
        // Some servers tell the default role here, too; it comes last.
        if !grant.hasPrefix(#"SET DEFAULT ROLE"#), !lines.contains(grant) { lines.append(grant) }
      }
    } catch {
      guard error.reason == .refused else { throw error }
      miss(account, error)
    }
  }

  private mutating func addDefaultRoles(
    _ accounts: [Account], on connection: MariaDBConnection
  ) throws(MariaDBError) {
    do throws(MariaDBError) {
      let rows = try connection.execute(
        #"SELECT User, Host, default_role FROM mysql.user WHERE default_role <> '' ORDER BY User, Host"#)
      for row in 0..<rows.count {
        guard let user = rows[row, 0], let host = rows[row, 1], let role = rows[row, 2] else { continue }
        let account = Account(user: user, host: host, isRole: false)
        lines.append(#"SET DEFAULT ROLE \#(MariaDBQuoting.identifier(role)) FOR \#(account.quoted)"#)
      }
    } catch {
      guard error.reason == .refused else { throw error }
    }
  }

  private mutating func miss(_ account: Account, _ error: MariaDBError) {
    missing.append(
      DatabaseProbe.Missing(
        object: "rights of \(account.user)@\(account.host)",  // not for people
        reason: error.message, isLoss: false))
  }

  func script() -> DelimitedScript {
    var script = DelimitedScript(remarks: [#"Users, roles and rights: mariadb --force < grants.sql"#])
    script.add(#"SET NAMES utf8mb4"#)
    for line in lines { script.add(line) }
    return script
  }
}
