import CoffreCore
import Testing

@testable import coffre

@Suite("Usage errors")
struct UsageErrorTests {
  struct Example: Sendable, CustomTestStringConvertible {
    let line: String
    let problem: String
    let advice: String
    let environment: [String: String]

    init(_ line: String, _ problem: String, _ advice: String, environment: [String: String] = [:]) {
      self.line = line
      self.problem = problem
      self.advice = advice
      self.environment = environment
    }

    var testDescription: String { line }
  }

  static let examples = [
    Example("bakcup", "unknown command 'bakcup'", "Did you mean `coffre backup`?"),
    Example("repo chek", "unknown command 'repo chek'", "Did you mean `coffre repo check`?"),
    Example("check", "unknown command 'check'", "Did you mean `coffre repo check`?"),
    Example("frobnicate", "unknown command 'frobnicate'", "Run `coffre help` to see the commands."),
    Example("repo xyz", "unknown command 'repo xyz'", "Write one of init or check after `coffre repo`."),
    Example("help rep", "unknown command 'rep'", "Did you mean `coffre repo`?"),
    Example(
      "repo", "'coffre repo' needs one more word", "Add init or check; `coffre repo --help` tells what each does."),
    Example("--json", "no command given", "Run `coffre help` to see the commands."),
    Example("repo check --raed-data", "unknown option '--raed-data'", "Did you mean `--read-data`?"),
    Example("repo check --xyzzy", "unknown option '--xyzzy'", "Run `coffre repo check --help` to see the options."),
    Example("repo check -nX", "unknown option '-n'", "Run `coffre repo check --help` to see the options."),
    Example(
      "--tag a backup x", "'--tag' stands before the command that it belongs to",
      "Write it after the command's words."),
    Example("backup --repo", "'--repo' needs a value", "Write it as `--repo <repository>`."),
    Example("backup -p", "'-p' needs a value", "Write it as `-p <file>`."),
    Example(
      "backup -p --json", "'-p' needs a value, but '--json' follows",
      "Write it as `--password-file <file>`; a value that begins with a dash as `--password-file=--json`."),
    Example("backup --repo=", "the value of '--repo' is empty", "Write it as `--repo <repository>`."),
    Example("backup --json=yes", "'yes' of '--json' is not one of restic", "Write it as `--json[=restic]`."),
    Example("backup -n=1", "'-n' takes no value", "Write `-n` alone."),
    Example("backup -r /a -r /b", "'--repo' is given twice: '/a' and '/b'", "Give it once."),
    Example("backup --token 1 --token 2", "'--token' is given twice", "Give it once."),
    Example(
      "backup -q -v", "'--quiet' and '--verbose' exclude each other", "Give only one of them."),
    Example(
      "repo check --read-data --read-data-subset 5%", "'--read-data' and '--read-data-subset' exclude each other",
      "Give only one of them."),
    Example(
      "repo check --limit 100", "'100' of '--limit' is not a whole number from 1 to 99",
      "Write it as `--limit <count>`."),
    Example(
      "backup --chunk 10X", "'10X' of '--chunk' is not a size, such as 512K, 10M or 1.5G",
      "Write it as `--chunk <size>`."),
    Example(
      "backup --retry-lock 30", "'30' of '--retry-lock' is not a duration, such as 90s, 5m or 1h30m",
      "Write it as `--retry-lock <duration>`."),
    Example(
      "backup --overwrite perhaps", "'perhaps' of '--overwrite' is not one of always or never",
      "Write it as `--overwrite <when>`."),
    Example(
      "backup --token abc", "the value of '--token' is not a whole number from 0 to 9",
      "Write it as `--token <token>`."),
    Example(
      "backup", "'big' in CHUNK is not a size, such as 512K, 10M or 1.5G",
      "Correct the variable CHUNK, or give '--chunk <size>'.", environment: ["CHUNK": "big"]),
    Example(
      "backup", "the value of TOKEN is not a whole number from 0 to 9",
      "Correct the variable TOKEN, or give '--token <token>'.", environment: ["TOKEN": "hunter2"]),
    Example("restore latest", "'--to <folder>' is missing", "Run `coffre restore --help`."),
    Example(
      "restore --to /x", "<snapshot[:path]> is missing: which one", "Run `coffre restore --help`."),
    Example("move a", "<into> is missing: where", "Run `coffre move --help`."),
    Example(
      "restore a b c --to x", "'c' is one argument too many for 'coffre restore'", "Run `coffre restore --help`."),
    Example(
      "repo check now", "'coffre repo check' takes no argument, but got 'now'", "Run `coffre repo check --help`."),
    Example(
      "backup --stdin-from-command --stdin-filename x", "'--stdin-from-command' needs a command after `--`",
      "Write it last: `--stdin-from-command … -- <program> <argument>…`."),
    Example(
      "backup --stdin-from-command --", "'--stdin-from-command' needs a command after `--`",
      "Write it last: `--stdin-from-command … -- <program> <argument>…`."),
  ]

  @Test(arguments: examples)
  func `say what is wrong and what to do`(_ example: Example) {
    let expected = "error: \(example.problem)\n  do: \(example.advice)\n"
    #expect(Sample.message(example.line, environment: example.environment) == expected)
  }

  @Test func `what was typed cannot steer the terminal`() {
    #expect(Sample.message("\u{1b}[31mx").hasPrefix("error: unknown command '\\x1b[31mx'\n"))
  }

  @Test func `a hidden command is understood but never suggested`() throws {
    #expect(try Sample.parse("secretly").command.path == ["secretly"])
    #expect(!Sample.message("secretl").contains("secretly"))
  }

  @Test(arguments: [("snapshot", "snapshots", 1), ("check", "chekc", 1), ("", "abc", 3), ("kitten", "sitting", 3)])
  func `distances count edits and swaps`(_ example: (first: String, second: String, distance: Int)) {
    #expect(Suggestion.distance(example.first, example.second) == example.distance)
  }
}
