import CoffreCore
import CoffreSources
import CoffreSystem
import CoffreTestKit
import Testing

/// What a proof says where no real server decides.
@Suite("Proofs of data directories")
struct FolderProofTests {
  private let folder: TestFolder

  init() throws {
    folder = try TestFolder()
    try folder.write("data/aria_log_control", [])
    try folder.write("data/ibdata1", [])
  }

  private func run(by installed: InstalledTools) throws -> [SourceNote] {
    let data = folder.path("data")
    let proof = try FolderProof(
      of: ServerFiles(path: data, target: Array("/original".utf8)), CopiedFolderFacts(of: data), workFolder: folder.path
    )
    return try proof.run(by: installed, cancellation: Cancellation())
  }

  /// A server that says something, and ends.
  private func server(saying words: String) throws -> InstalledTools {
    let programs = displayed(folder.path("programs"))
    try makeDirectories(folder.path("programs"))
    try writeProgram(
      "\(programs)/mariadbd", "#!/bin/sh\necho \"$1 $2\" >\(programs)/told\necho '\(words)' >&2\nexit 1\n")
    let version = ToolVersion(major: 10, minor: 11, text: "10.11.19")
    return InstalledTools(family: .mariadbServer, found: [VendorTools(folder: programs, version: version)])
  }

  @Test func `without a server's program nothing is proved, and that is said`() throws {
    let notes = try run(by: InstalledTools(family: .mariadbServer, found: []))
    #expect(notes.map(\.isGood) == [false] && notes.map(\.isLoss) == [false], "\(notes)")
    #expect("\(notes)".contains("no server was started on the copy"), "\(notes)")
    #expect(notes.first?.subject == "/original")
  }

  @Test func `another series than that of the files is not tried`() throws {
    try folder.write("data/mariadb_upgrade_info", Array("11.4.2-MariaDB".utf8))
    let notes = try run(by: server(saying: "never run"))
    #expect("\(notes)".contains("11.4"), "\(notes)")
    #expect(!realEntryExists("\(displayed(folder.path))/programs/told"))
  }

  @Test func `files of MySQL are not given to MariaDB`() throws {
    try removeFile(folder.path("data/aria_log_control"))
    let notes = try run(by: server(saying: "never run"))
    #expect("\(notes)".contains("not of MariaDB"), "\(notes)")
    #expect(!realEntryExists("\(displayed(folder.path))/programs/told"))
  }

  @Test func `a server that does not start fails the proof`() throws {
    let error = #expect(throws: SourceError.self) { try run(by: server(saying: "[ERROR] the files are no good")) }
    let words = error.map { "\($0.cause)" } ?? ""
    #expect(words.contains("no good"))
    let told = String(decoding: try readRealFile("\(displayed(folder.path))/programs/told"), as: UTF8.self)
    #expect(told == "--no-defaults --datadir=\(displayed(folder.path("data")))\n")
    // Nor does anything stay of it.
    #expect(realNames(in: displayed(folder.path)).sorted() == ["data", "programs"])
  }

  @Test func `a transaction that only the binary log decides on is no damage`() throws {
    let notes = try run(
      by: server(saying: "[ERROR] Found 1 prepared transactions! It means that server was not shut down"))
    #expect(notes.count == 1 && "\(notes)".contains("binary log"), "\(notes)")
    #expect(notes.map(\.isGood) == [false])
  }
}
