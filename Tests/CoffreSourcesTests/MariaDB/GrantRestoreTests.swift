import CoffreCore
import CoffreTestKit
import MariaDBKit
import Testing

@testable import CoffreSources

/// Rights of accounts that nobody made.
@Suite("Accounts that grants.sql does not make", .timeLimit(.minutes(10)))
struct GrantRestoreTests {
  /// Unless the session's mode forbids it, a right makes the account, without a password.
  @Test func `a right makes no account`() throws {
    let server = try MariaDBServer.shared()
    let number = try server.createDatabase("number")
    let name = "stray_\(number)"
    let account = "`\(name)`@`%`"
    defer {
      _ = try? server.run("DROP USER IF EXISTS \(account)")
      try? server.dropDatabase(number)
    }
    var settings = MariaDBSettings()
    settings.host = "127.0.0.1"
    settings.port = Int(server.port.number)
    settings.user = MariaDBServer.user
    settings.password = Secret(MariaDBServer.password)
    settings.readsFiles = false
    let connection = try MariaDBConnection(settings, cancellation: Cancellation())
    try connection.execute("SET sql_mode = ''")
    let version = try #require(MariaDBVersion(connection.serverVersion))
    let statements = ["SET NAMES utf8mb4", "GRANT SELECT ON *.* TO \(account)"].map { Array($0.utf8) }
    let grants = GrantRestore(statements, on: connection, version)
    #expect(try grants.makeAccounts().isEmpty)
    let notes = try grants.giveRights(renamed: [:])
    #expect(notes.map(\.subject) == ["grants.sql: GRANT \(name)@%"], "\(notes)")
    #expect(try server.run("SELECT User FROM mysql.global_priv WHERE User = '\(name)'") == "")
  }

  @Test func `what cannot be taken back is known`() throws {
    let server = try MariaDBServer.shared()
    let number = try server.createDatabase("number")
    let login = try server.createUser("maker", ["CREATE USER, SELECT ON *.*"])
    let names = ["first_\(number)", "second_\(number)"]
    defer {
      for name in names + [login.user] { _ = try? server.run("DROP USER IF EXISTS `\(name)`@`%`") }
      try? server.dropDatabase(number)
    }
    var settings = MariaDBSettings()
    settings.host = "127.0.0.1"
    settings.port = Int(server.port.number)
    settings.user = login.user
    settings.password = Secret(login.password)
    settings.readsFiles = false
    let connection = try MariaDBConnection(settings, cancellation: Cancellation())
    let version = try #require(MariaDBVersion(connection.serverVersion))
    let grants = GrantRestore(names.map { Array("CREATE USER `\($0)`@`%`".utf8) }, on: connection, version)
    #expect(try grants.makeAccounts().isEmpty)
    #expect(grants.made == names.map { "\($0)@%" })
    let account = "\(MariaDBServer.literal(login.user))@'%'"
    try server.run("REVOKE CREATE USER ON *.* FROM \(account)")
    let other = try MariaDBConnection(settings, cancellation: Cancellation())
    grants.undo(on: other)
    #expect(grants.made == names.map { "\($0)@%" })
    try server.run("GRANT CREATE USER ON *.* TO \(account)")
    grants.undo(on: try MariaDBConnection(settings, cancellation: Cancellation()))
    #expect(grants.made == [])
    #expect(try server.run("SELECT User FROM mysql.global_priv WHERE User = 'first_\(number)'") == "")
  }
}
