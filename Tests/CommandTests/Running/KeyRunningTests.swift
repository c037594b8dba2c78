import CoffreTestKit
import Testing

/// `repo key` as people run it.
@Suite("Running repo key")
struct KeyRunningTests {
  private let workshop: Workshop
  private let newFile: String

  init() throws {
    workshop = try Workshop()
    newFile = "\(workshop.path)/new-password"
    try writeRealFile(newFile, "a new one, 55e1\n")
  }

  private var keys: [String] { realNames(in: "\(workshop.repository)/keys").sorted() }

  private func key(_ arguments: String...) throws -> ProgramOutcome {
    try workshop.coffre(["repo", "key"] + arguments)
  }

  private func opens(with passwordFile: String) throws -> Bool {
    let outcome = try Tool.coffre().run(
      ["snapshot", "list", "-r", workshop.repository, "-p", passwordFile], workshop.settings())
    #expect(outcome.isSuccess || outcome.status == 12, "\(outcome)")
    return outcome.isSuccess
  }

  private func listed() throws -> [JSONValue] {
    let outcome = try key("list", "--json")
    try #require(outcome.isSuccess, "\(outcome)")
    return try JSONValue(outcome.output).array
  }

  @Test func `a key is added, listed, used and removed`() throws {
    let old = try #require(keys.first)
    let added = try key("add", "--new-password-file", newFile, "--user", "deputy", "--host", "office")
    #expect(added.isSuccess && added.output.contains("added key "), "\(added)")
    #expect(try opens(with: newFile) && opens(with: workshop.passwordFile))
    let new = try #require(keys.first { $0 != old })

    let list = try listed()
    #expect(list.compactMap { $0["id"]?.text } == [old, new])
    #expect(list.map { $0["current"]?.bool } == [true, false])
    #expect(list[1]["userName"]?.text == "deputy" && list[1]["hostName"]?.text == "office")
    #expect(list[1]["created"]?.text?.hasPrefix("20") == true)
    let people = try key("list").output
    #expect(
      people.contains("*  \(old.prefix(8))") && people.contains("   \(new.prefix(8))  deputy  office"), "\(people)")

    let dry = try key("remove", String(new.prefix(8)), "--dry-run")
    #expect(dry.isSuccess && dry.output == "would remove key \(new.prefix(8))\n", "\(dry)")
    #expect(keys.count == 2)
    let removed = try key("remove", String(new.prefix(8)))
    #expect(removed.isSuccess, "\(removed)")
    #expect(keys == [old])
    #expect(try !opens(with: newFile))
    #expect(workshop.locks.isEmpty)
  }

  @Test func `the password is changed`() throws {
    let old = try #require(keys.first)
    let report = try workshop.coffreJSON(["repo", "key", "passwd", "--new-password-command", "cat '\(newFile)'"])
    #expect(report.status == 0, "\(report)")
    #expect(report.summary?["usedKey"]?.text == old && keys == [report.summary?["key"]?.text])
    #expect(try opens(with: newFile) && !opens(with: workshop.passwordFile))
  }

  @Test func `the key in use stays, and so does what does not exist`() throws {
    let before = keys
    let used = try key("remove", before[0])
    #expect(used.status == 1 && used.errors.contains("key \(before[0].prefix(8)) is the one"), "\(used)")
    let unknown = try key("remove", "zzzz")
    #expect(unknown.status == 1 && unknown.errors.contains("no key matches 'zzzz'"), "\(unknown)")
    #expect(try key("remove").status == 2)
    #expect(keys == before && workshop.locks.isEmpty)
  }

  @Test func `a wrong password changes nothing`() throws {
    let before = keys
    try writeRealFile(workshop.passwordFile, "wrong\n")
    for arguments in [
      ["list"], ["add", "--new-password-file", newFile], ["passwd", "--new-password-file", newFile],
      ["remove", before[0]],
    ] {
      let outcome = try workshop.coffre(["repo", "key"] + arguments)
      #expect(outcome.status == 12, "\(outcome)")
    }
    #expect(keys == before)
  }

  @Test func `a new password that is missing, empty or unreadable changes nothing`() throws {
    let before = keys
    let empty = "\(workshop.path)/empty"
    try writeRealFile(empty, "\n")
    for command in ["add", "passwd"] {
      let none = try key(command)
      #expect(none.status == 2 && none.errors.contains("--new-password-file"), "\(none)")
      #expect(try key(command, "--new-password-file", empty).status == 2)
      #expect(try key(command, "--new-password-file", "\(workshop.path)/nowhere").status == 2)
      #expect(try key(command, "--new-password-command", "false").status == 20)
      #expect(try key(command, "--new-password-command", "true", "--new-password-file", newFile).status == 2)
      #expect(try key(command, "secret").status == 2, "a password as an argument was taken")
    }
    #expect(keys == before && workshop.locks.isEmpty)
  }

  @Test func `a damaged key is named, the others are shown, and it can be removed`() throws {
    #expect(try key("add", "--new-password-file", newFile).isSuccess)
    let old = try #require(try listed().first { $0["current"]?.bool == true }?["id"]?.text)
    let new = try #require(keys.first { $0 != old })
    let path = "\(workshop.repository)/keys/\(new)"
    var bytes = try readRealFile(path)
    bytes[bytes.count / 2] ^= 1
    try removeRealTree(path)
    try writeRealFile(path, bytes)
    let list = try key("list")
    #expect(list.status == 1 && list.errors.contains("keys/\(new)") && list.output.contains(old.prefix(8)), "\(list)")
    #expect(try key("remove", new).isSuccess)
    #expect(try key("list").isSuccess)
  }

  @Test func `a hint is taken from the option and from either variable`() throws {
    let hint = try #require(keys.first)
    #expect(try key("list", "--key-hint", hint).isSuccess)
    #expect(try key("list", "--key-hint", "nonsense").isSuccess)
    for name in ["COFFRE_KEY_HINT", "RESTIC_KEY_HINT"] {
      #expect(try workshop.coffre(["repo", "key", "list"]) { $0.environment[name] = hint }.isSuccess)
    }
  }

  @Test func `an exclusive change waits for nobody unless told to, a shared one for exclusive locks only`() throws {
    let backup = try workshop.startCoffre(["backup", "--stdin-from-command", "--", "sleep", "600"])
    #expect(backup.waitUntil { !workshop.locks.isEmpty })
    let change = try key("passwd", "--new-password-file", newFile)
    #expect(change.status == 11 && keys.count == 1, "\(change)")
    #expect(try key("remove", "00").status == 11)
    #expect(try key("add", "--new-password-file", newFile).isSuccess)
    #expect(keys.count == 2)
  }
}
