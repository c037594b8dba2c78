import CoffreCore
import CoffreSystem
import Testing

@Suite("Files of variables")
struct EnvironmentFileTests {
  private func read(_ content: String, _ variables: [String: String] = [:]) throws -> EnvironmentFile {
    let folder = try TemporaryFolder()
    try folder.make(".env", content)
    return try EnvironmentFile(path: folder.path(".env")) { variables[$0]?.bytes }
  }

  private func value(_ content: String, _ name: String = "A", _ variables: [String: String] = [:]) throws -> String? {
    try read(content, variables).secret(name).map { displayed($0.exposedBytes) }
  }

  @Test(arguments: [
    ("A=value", "value"), ("export A=value", "value"), ("  A =  two words  ", "two words"), ("A=", ""), ("A=''", ""),
    ("A=a#b", "a#b"), ("A=a #b", "a"), ("A=#b", ""), ("A='a #b' # c", "a #b"), ("A=it's", "it's"),
    (#"A="a\"b\\c\$d\ne\qf""#, "a\"b\\c$d\ne\\qf"), (#"A='a\nb'"#, #"a\nb"#), ("A=$(id)`id`", "$(id)`id`"),
    (#"A="$(id)`id`$B""#, "$(id)`id`$B"), ("A=${B}", "${B}"), ("A='${B}'", "${B}"), ("A=x\r\nB=y\r\n", "x"),
    ("\u{FEFF}A=été", "été"), ("# A=no\n\nA=1\nA=2", "2"), ("exported=1\nA=y", "y"), ("A=\"a=b\"\t# c", "a=b"),
  ])
  func `what a value is`(_ example: (content: String, value: String)) throws {
    #expect(try value(example.content) == example.value)
  }

  @Test func `a variable within double quotes is the environment's, else an earlier line's`() throws {
    let content = "B=line\nA=\"<${B}>\""
    #expect(try value(content) == "<line>")
    #expect(try value(content, "A", ["B": "environment"]) == "<environment>")
    #expect(try value(content, "C") == nil)
  }

  @Test(arguments: [
    ("B=1\nA\n", 2, "not written KEY=value"), ("1A=x", 1, "not written KEY=value"),
    ("A-B=x", 1, "not written KEY=value"), ("A='sesame", 1, "not closed"), ("A=\"sesame\\", 1, "not closed"),
    ("A='sesame'x", 1, "follows the closing quote"), ("A=\"${}sesame\"", 1, "'${'"), ("A=\"${B-sesame}\"", 1, "'${'"),
    ("\n\nA=\"sesame ${NONE}\"", 3, "'NONE' is not set"), ("A=sesame\0", 1, "zero byte"),
  ])
  func `a fault is told with its line and without the value`(_ example: (content: String, line: Int, words: String))
    throws
  {
    let error = try #require(throws: EnvironmentFileError.self) { try read(example.content) }
    #expect(error.line == example.line)
    #expect(error.exitCode == .configurationInvalid)
    let text = "\(error.text)"
    #expect(text.contains(example.words) && text.contains("line \(example.line)"), "\(text)")
    #expect(!text.contains("sesame"), "\(text)")
  }

  @Test func `values never show themselves`() throws {
    let file = try read("A=sesame")
    #expect(!"\(file)".contains("sesame"))
    #expect(!String(reflecting: file).contains("sesame"))
  }

  @Test func `a file that others may read is known`() throws {
    let folder = try TemporaryFolder()
    try folder.make(".env", "A=1")
    try folder.descriptor.setPermissions(0o600, of: ".env".bytes)
    #expect(try !EnvironmentFile(path: folder.path(".env")).isOpenToOthers)
    for permissions: UInt16 in [0o640, 0o604, 0o620] {
      try folder.descriptor.setPermissions(permissions, of: ".env".bytes)
      #expect(try EnvironmentFile(path: folder.path(".env")).isOpenToOthers, "\(permissions)")
    }
    let error = try #require(throws: EnvironmentFileError.self) { try EnvironmentFile(path: folder.path("none")) }
    #expect("\(error.text)".contains("No such file"))
  }
}
