import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreSources

/// What of somebody's `~/.my.cnf` is about the account, and nothing else.
@Suite("The account in a user's own file")
struct UsersAccountTests {
  private let scratch: WorkFolder

  init() throws { scratch = try WorkFolder() }

  private func lines(_ text: String, mode: UInt32 = 0o600) throws -> [String] {
    try writeRealFile("\(scratch.path)/my.cnf", text, mode: mode)
    // Whatever the mask of new files is.
    try RealFolder(scratch.path).setMode(Array("my.cnf".utf8), mode)
    return UsersAccount(file: Array("\(scratch.path)/my.cnf".utf8)).lines.map { displayed($0) }
  }

  @Test func `names, places and ways of the account are taken as they stand`() throws {
    let text = """
      user=nobody
      [client]
      # password=none
      ; user=none
      password = "it's # \\" one"\r
        loose-ssl_ca=/a b.pem
      ssl
      databases=shop
      socket
      [mariadb-backup]
      user=backup
      tables=x
      [ client-mariadb ]
      port=3307
      [client_x]
      host=nowhere
      [client-server]
      max_allowed_packet=1
      protocol=tcp
      """
    #expect(
      try lines(text) == [
        #"password = "it's # \" one""#, "loose-ssl_ca=/a b.pem", "ssl", "socket", "port=3307", "protocol=tcp",
      ])
  }

  @Test func `files that are included are read, and no circle is endless`() throws {
    try makeRealFolder("\(scratch.path)/more")
    try writeRealFile("\(scratch.path)/more/b.cnf", "[client]\nuser=b\n", mode: 0o600)
    try writeRealFile("\(scratch.path)/more/a.cnf", "[client]\nuser=a\n[mysqld]\nuser=x\n", mode: 0o600)
    try writeRealFile("\(scratch.path)/more/c.txt", "[client]\nuser=c\n", mode: 0o600)
    let text = "[client]\nuser=0\n!includedir \(scratch.path)/more\nuser=1\n!include \(scratch.path)/nothing\n"
    #expect(try lines(text) == ["user=0", "user=a", "user=b", "user=1"])
    #expect(try !lines("[client]\nuser=1\n!include \(scratch.path)/my.cnf\n").isEmpty)
  }

  @Test func `what everybody may write is not believed`() throws {
    #expect(try lines("[client]\nuser=a\n", mode: 0o666) == [])
    #expect(UsersAccount(file: Array("\(scratch.path)/nothing".utf8)).lines == [])
  }
}
