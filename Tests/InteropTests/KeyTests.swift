import CoffreCore
import CoffreRepository
import CoffreTestKit
import Testing

/// Keys that Coffre makes open for restic, and the other way round.
@Suite("Keys, with restic")
struct KeyTests {
  private let workshop: Workshop
  private let second: String
  private let third: String

  init() throws {
    workshop = try Workshop()
    second = "\(workshop.path)/second"
    third = "\(workshop.path)/third"
    try writeRealFile(second, "pässwörd two\n")
    try writeRealFile(third, "number three\n")
  }

  private func opens(_ program: Tool, _ passwordFile: String) throws -> Bool {
    let words = ["-r", workshop.repository, "-p", passwordFile]
    let isRestic = program.path.contains("restic")
    return try program.run(
      isRestic ? words + ["--no-cache", "snapshots"] : ["snapshot", "list"] + words, workshop.settings()
    ).isSuccess
  }

  private func expectOpened(by files: [String], not others: [String], _ restic: ResticProgram) throws {
    for program in [try Tool.coffre(), try restic.program()] {
      for file in files { #expect(try opens(program, file), "\(program) does not open with \(file)") }
      for file in others { #expect(try !opens(program, file), "\(program) opens with \(file)") }
    }
  }

  private func resticKeys(_ restic: ResticProgram) throws -> [JSONValue] {
    let outcome = try workshop.restic(restic, ["key", "list", "--json"])
    try #require(outcome.isSuccess, "\(outcome)")
    return try JSONValue(outcome.output).array
  }

  @Test(arguments: Tool.restics)
  func `either opens with the keys of the other, and lists them alike`(_ restic: ResticProgram) throws {
    let ours = try workshop.coffre(["repo", "key", "add", "--new-password-file", second, "--user", "deputy"])
    #expect(ours.isSuccess, "\(ours)")
    let theirs = try workshop.restic(restic, ["key", "add", "--new-password-file", third])
    #expect(theirs.isSuccess, "\(theirs)")
    try expectOpened(by: [workshop.passwordFile, second, third], not: [], restic)

    let list = try JSONValue(try workshop.coffre(["repo", "key", "list", "--json"]).output).array
    let judge = try resticKeys(restic)
    #expect(list.count == 3 && judge.count == 3)
    for key in judge {
      let id = try #require(key["id"]?.text)
      let same = try #require(list.first { $0["id"]?.text?.hasPrefix(id) == true })
      #expect(same["current"]?.bool == key["current"]?.bool)
      #expect(same["userName"]?.text == key["userName"]?.text && same["hostName"]?.text == key["hostName"]?.text)
      let day = key["created"]?.text?.prefix(10) ?? "?"
      #expect(same["created"]?.text?.hasPrefix(day) == true)
    }
    try workshop.expectResticFindsNoErrors(restic)
    try workshop.expectCoffreFindsNoErrors()
  }

  @Test(arguments: Tool.restics)
  func `either removes and changes what the other made`(_ restic: ResticProgram) throws {
    #expect(try workshop.restic(restic, ["key", "add", "--new-password-file", second]).isSuccess)
    let added = try #require(try resticKeys(restic).first { $0["current"]?.bool == false }?["id"]?.text)
    let removed = try workshop.coffre(["repo", "key", "remove", added])
    #expect(removed.isSuccess, "\(removed)")
    try expectOpened(by: [workshop.passwordFile], not: [second], restic)

    let changed = try workshop.coffre(["repo", "key", "passwd", "--new-password-file", second])
    #expect(changed.isSuccess, "\(changed)")
    try expectOpened(by: [second], not: [workshop.passwordFile], restic)
    let back = try restic.program().run(
      ["-r", workshop.repository, "-p", second, "--no-cache", "key", "passwd", "--new-password-file", third],
      workshop.settings())
    #expect(back.isSuccess, "\(back)")
    try expectOpened(by: [third], not: [second, workshop.passwordFile], restic)
  }

  /// restic tries no more than 20 keys.
  @Test(arguments: Tool.restics)
  func `restic opens with each of twenty keys`(_ restic: ResticProgram) throws {
    let repository = try workshop.openRepository()
    for number in 2...20 {
      _ = try repository.addKey(
        password: .init("number \(number)"), cost: .init(n: 16, r: 8, p: 1), machine: .ofTests)
    }
    try writeRealFile(second, "number 20")
    try writeRealFile(third, "number 7")
    try expectOpened(by: [workshop.passwordFile, second, third], not: [], restic)
  }
}
