import CoffreSystem
import CoffreTestKit
import MongoKit
import Testing

@Suite("libmongoc")
struct MongoLibraryTests {
  @Test func `declarations agree with the library's own headers`() throws {
    let project = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let compiler = try Tool.named("clang", package: "clang")
    let flags = try Tool.named("pkg-config", package: "pkg-config").run(["--cflags", "libmongoc-1.0"])
    try #require(flags.isSuccess, "\(flags)")
    let theirs = ["-DTHEIRS"] + flags.output.split(whereSeparator: \.isWhitespace).map(String.init)
    for options in [[], theirs] {
      let outcome = try compiler.run(
        options + [
          "-fsyntax-only", "-Werror", "-I", "\(project)/Sources/C/CMongo/include",
          "\(project)/Tests/CoffreTestKit/Fixtures/MongoDB/declarations.c",
        ])
      #expect(outcome.isSuccess, "\(outcome)")
    }
  }

  @Test func `loading it leaves the environment as it was`() throws {
    try MongoLibrary.open()
    try MongoLibrary.open()
    #expect(Environment.value("MONGOC_DISABLE_SHM") == nil)
    #expect(Environment.value("PATH") != nil)
  }
}
