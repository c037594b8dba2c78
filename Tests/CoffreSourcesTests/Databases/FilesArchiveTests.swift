import CoffreCore
import CoffreSystem
import CoffreTestKit
import Testing

@testable import CoffreSources

/// A dump that lies in an archive is not a dump.
@Suite("Archives taken for dumps")
struct FilesArchiveTests {
  private static let dump = "-- PostgreSQL database dump\nSELECT 1;\n"
  private let folder: WorkFolder

  init() throws {
    folder = try WorkFolder()
    try writeRealFile("\(folder.path)/restore.sql", Self.dump)
  }

  private func path(_ name: String) -> PathBytes { Array("\(folder.path)/\(name)".utf8) }

  private func make(_ program: String, package: String, _ words: [String]) throws {
    var settings = ProgramSettings()
    settings.directory = folder.path
    let made = try Tool.named(program, package: package).run(words, settings)
    try #require(made.isSuccess, "\(made)")
  }

  private func script(in name: String) throws -> String {
    let reader = try DumpFile(path(name)).open(Cancellation()) { () throws(SourceError) in
      throw SourceError(.failed, "look for", [], because: "no tool is needed")
    }
    var text: [UInt8] = []
    var buffer = makeBuffer(100)
    while true {
      var span = buffer.mutableSpan
      let count = try reader.read(into: &span)
      if count == 0 { return String(decoding: text, as: UTF8.self) }
      text += buffer[..<count]
    }
  }

  @Test(arguments: [
    ("a.tar", "tar", ["-cf", "a.tar"]), ("a.zip", "zip", ["-q", "a.zip"]), ("a.7z", "7zz", ["a", "-bso0", "a.7z"]),
  ])
  func `an archive is refused by its own name`(_ example: (name: String, program: String, words: [String])) throws {
    let package = example.program == "7zz" ? "7zip" : example.program
    try make(example.program, package: package, example.words + ["restore.sql"])
    let error = #expect(throws: SourceError.self) { try DumpFile(path(example.name)) }
    #expect(error?.cause.description.contains("an archive of files") == true, "\(String(describing: error))")
    #expect(error?.explanation.advice?.description.contains("coffre archive extract") == true)
  }

  @Test(arguments: ["z", "J", "j", "-zstd"])
  func `so is one that is compressed, when its first bytes come`(_ letter: String) throws {
    try make("tar", package: "tar", ["-c", "-\(letter)", "-f", "a.sql", "restore.sql"])
    let error = #expect(throws: SourceError.self) { try script(in: "a.sql") }
    #expect(error?.cause.description.contains("an archive of files (tar)") == true, "\(String(describing: error))")
  }

  @Test func `a tar of pg_dump that was compressed is not taken apart`() throws {
    try writeRealFile("\(folder.path)/toc.dat", "PGDMP")
    try make("tar", package: "tar", ["-czf", "a.tar.gz", "toc.dat"])
    let error = #expect(throws: SourceError.self) { try script(in: "a.tar.gz") }
    #expect(error?.explanation.advice?.description.contains("Decompress it") == true, "\(String(describing: error))")
    try make("tar", package: "tar", ["-cf", "a.tar", "toc.dat"])
    #expect(try DumpFile(path("a.tar")).form == .archive)
  }

  @Test func `a dump that is compressed comes as it was`() throws {
    try make("gzip", package: "gzip", ["-k", "restore.sql"])
    #expect(try script(in: "restore.sql.gz") == Self.dump)
    #expect(try script(in: "restore.sql") == Self.dump)
  }
}
