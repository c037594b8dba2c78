import CoffreCore
import Testing

@testable import coffre

@Suite("Command line")
struct CommandLineParserTests {
  @Test(arguments: [
    "repo check -r /srv/x", "repo check -r/srv/x", "repo check -r=/srv/x", "repo check --repo /srv/x",
    "repo check --repo=/srv/x", "-r /srv/x repo check", "repo --repo=/srv/x check", "repo check -vr /srv/x",
  ])
  func `an option's value may be written in each usual way, and a global one anywhere`(_ line: String) throws {
    let arguments = try Sample.parse(line)
    #expect(arguments.command.path == ["repo", "check"])
    #expect(arguments.text(GlobalOptions.repository) == "/srv/x")
    #expect(arguments.origin(of: GlobalOptions.repository) == .commandLine)
  }

  @Test func `short flags combine and repeatable ones are counted`() throws {
    let arguments = try Sample.parse("backup -nvv -v x")
    #expect(arguments.count(GlobalOptions.verbose) == 3)
    #expect(arguments.isOn(Sample.dryRun))
    #expect(!arguments.isOn(GlobalOptions.json))
    #expect(arguments.texts(argument: "source") == ["x"])
  }

  @Test func `repeatable values keep their order`() throws {
    let arguments = try Sample.parse("backup --tag b a --tag=a=1 --tag b")
    #expect(arguments.texts(Sample.tag) == ["b", "a=1", "b"])
    #expect(arguments.texts(argument: "source") == ["a"])
  }

  @Test func `two dashes end the options`() throws {
    let arguments = try Sample.parse("backup -n -- --tag -r -- x")
    #expect(arguments.texts(argument: "source") == ["--tag", "-r", "--", "x"])
    #expect(arguments.trailingCommand.isEmpty)
  }

  @Test func `a single dash is an argument`() throws {
    #expect(try Sample.parse("backup -").texts(argument: "source") == ["-"])
  }

  @Test func `after an option that takes a command, the rest behind two dashes is that command`() throws {
    let line = "backup --stdin-from-command --stdin-filename a.sql -- pg_dump -r --json -- shop"
    let arguments = try Sample.parse(line)
    #expect(arguments.isOn(Sample.fromCommand))
    #expect(arguments.trailingCommand.map { displayed($0) } == ["pg_dump", "-r", "--json", "--", "shop"])
    #expect(arguments.texts(argument: "source").isEmpty)
    #expect(!arguments.isOn(GlobalOptions.json))
  }

  @Test func `paths that are not UTF-8 survive`() throws {
    let path: [UInt8] = [0x2f, 0xff, 0xfe, 0x80]
    let line = ["backup", "--repo="].map { Array($0.utf8) }
    guard case .command(let arguments) = try Sample.invoke(bytes: [line[0], line[1] + path, path]) else {
      throw Sample.NotACommand()
    }
    #expect(arguments.bytes(GlobalOptions.repository) == path)
    #expect(arguments.allBytes(argument: "source") == [path])
  }

  @Test func `the environment stands in, in its order, and the command line wins`() throws {
    let both = ["RESTIC_REPOSITORY": "/r", "COFFRE_REPOSITORY": "/c"]
    let repository = GlobalOptions.repository
    #expect(try Sample.parse("backup x", environment: both).text(repository) == "/c")
    #expect(try Sample.parse("backup x", environment: both).origin(of: repository) == .environment("COFFRE_REPOSITORY"))
    #expect(try Sample.parse("backup x", environment: ["RESTIC_REPOSITORY": "/r"]).text(repository) == "/r")
    #expect(
      try Sample.parse("backup x", environment: ["COFFRE_REPOSITORY": "", "RESTIC_REPOSITORY": "/r"]).text(repository)
        == "/r")
    #expect(try Sample.parse("backup -r /x x", environment: both).text(repository) == "/x")
    #expect(try Sample.parse("backup x").text(repository) == nil)
  }

  @Test(arguments: [("1", true), ("yes", true), ("", false), ("0", false), ("false", false)])
  func `a flag's variable switches it on unless it says no`(_ example: (value: String, isOn: Bool)) throws {
    let arguments = try Sample.parse("backup x", environment: ["NO_COLOR": example.value])
    #expect(arguments.isOn(GlobalOptions.noColor) == example.isOn)
  }

  @Test func `defaults come last`() throws {
    #expect(try Sample.parse("repo check").integer(Sample.limit) == 7)
    #expect(try Sample.parse("repo check").origin(of: Sample.limit) == .defaultValue)
    #expect(try Sample.parse("repo check -l9").integer(Sample.limit) == 9)
    #expect(try Sample.parse("backup").duration(GlobalOptions.retryLock) == .zero)
    #expect(try Sample.parse("backup").text(Sample.mode) == "always")
  }

  @Test func `typed values are read`() throws {
    let arguments = try Sample.parse("backup --chunk 10M --retry-lock 1h30m --overwrite never")
    #expect(arguments.size(Sample.chunk) == 10 << 20)
    #expect(arguments.duration(GlobalOptions.retryLock) == .seconds(5400))
    #expect(arguments.text(Sample.mode) == "never")
  }

  @Test func `arguments are dealt out with the list taking what the others leave`() throws {
    let arguments = try Sample.parse("move a b c d")
    #expect(arguments.texts(argument: "from") == ["a", "b", "c"])
    #expect(arguments.text(argument: "into") == "d")
    let restore = try Sample.parse("restore latest --to /x")
    #expect(restore.text(argument: "snapshot") == "latest")
    #expect(restore.text(argument: "name") == nil)
  }

  @Test func `the same value twice is no contradiction`() throws {
    #expect(try Sample.parse("repo check -r /x --repo=/x --json --json").text(GlobalOptions.repository) == "/x")
  }

  @Test func `the program's name alone is welcomed`() throws {
    guard case .welcome = try Sample.invoke("") else { throw Sample.NotACommand() }
  }

  @Test(arguments: [
    ("--help", []), ("-h", []), ("help", []), ("repo --help", ["repo"]), ("help repo check", ["repo", "check"]),
    ("repo check -h", ["repo", "check"]), ("--help repo check", ["repo", "check"]), ("restore --help", ["restore"]),
    ("backup --stdin-from-command -h", ["backup"]),
  ])
  func `help is given for the words before and after, whatever else is missing`(
    _ example: (line: String, path: [String])
  ) throws {
    guard case .help(let path) = try Sample.invoke(example.line) else { throw Sample.NotACommand() }
    #expect(path == example.path)
  }

  @Test(arguments: ["--version", "version", "version --json", "--json --version"])
  func `the version is told`(_ line: String) throws {
    guard case .version(let arguments) = try Sample.invoke(line) else { throw Sample.NotACommand() }
    #expect(arguments.isOn(GlobalOptions.json) == line.contains("json"))
  }
}
