import CoffreCore
import Testing

@testable import coffre

@Suite("Help")
struct HelpTextTests {
  let help = HelpText(tree: Sample.tree, language: .english)

  @Test func `a command's page has usage, options, exits and an example`() {
    #expect(
      help.page(at: ["repo", "check"]) == """
        coffre repo check — verify that a repository can be restored

        USAGE    coffre repo check [-r <repository>] [--read-data | --read-data-subset <share>]
                   [-l <count>]

          -r, --repo <repository>          where the repository lies (environment: COFFRE_REPOSITORY,
                                           RESTIC_REPOSITORY)
              --read-data                  read every pack
              --read-data-subset <share>   also read part of the packs: '10%', '1/7' or '2G' (default: none)
          -l, --limit <count>              stop after so many (default: 7)

        Reads what the repository says about itself; with --read-data also every byte of it, which takes as
        long as reading the whole repository takes.

          kept as it is

        EXIT     0 sound   1 damaged   10 no repository   11 locked   12 wrong password

        EXAMPLE  coffre repo check -r /srv/backups --read-data-subset 5%

        ALSO     --password-file <file>  --password-command <command>  --key-hint <id>
                 --retry-lock <duration>  --cache-dir <folder>  --no-cache  --cleanup-cache  --json[=restic]
                 --quiet  --verbose  --lang <language>  --no-color  --no-input  --yes  --help  --version
                 --repo-file <file>  --cacert <file>  --tls-client-cert <file>  --insecure-tls
                 --http-user-agent <name>  --limit-upload <KiB/s>  --limit-download <KiB/s>
                 --connections <count>  --retry-store <duration>

        """)
  }

  @Test func `the usage line shows required, repeated and trailing parts`() {
    let restore = help.page(at: ["restore"])
    #expect(restore.contains("USAGE    coffre restore <snapshot[:path]> [<name>] --to <folder>\n"))
    let backup = help.page(at: ["backup"])
    #expect(backup.contains("USAGE    coffre backup [<source>…] [--tag <tag>]"))
    #expect(backup.contains("[--dry-run]"))
    #expect(backup.contains("\n  <source>  "))
    #expect(backup.contains("[-- <program>…]\n"))
    #expect(
      backup.contains("EXAMPLES coffre backup -r /srv/backups /home\n         # here\n         coffre backup .\n"))
  }

  @Test func `choices and repetition are told`() {
    let backup = help.page(at: ["backup"])
    #expect(backup.contains("replace files: always or never (default: always)"))
    #expect(backup.contains("label the snapshot; may be repeated"))
  }

  @Test func `a group lists its commands`() {
    #expect(
      help.page(at: ["repo"]) == """
        coffre repo — look after a repository

        USAGE    coffre repo <command> [<option>…] [<argument>…]

          init    make a repository
          check   verify that a repository can be restored

        `coffre help repo <command>` tells more about one of them.

        """)
  }

  @Test func `the whole program lists every command but the hidden`() {
    let page = help.page(at: [])
    for command in Sample.tree.commands {
      #expect(page.contains("  \(command.path.joined(separator: " "))  ") == !command.isHidden)
    }
    #expect(page.contains("-r, --repo <repository>"))
  }

  @Test func `the welcome shows the first commands by example`() {
    #expect(
      help.welcome() == """
        coffre — keep files safe

          # store files in a snapshot
          coffre backup -r /srv/backups /home
          # verify that a repository can be restored
          coffre repo check -r /srv/backups --read-data-subset 5%

        All commands: `coffre help`. One of them: `coffre help <command>`.

        """)
  }

  @Test func `no line is wider than a hundred columns`() {
    let pages = [[]] + Sample.tree.commands.map(\.path) + Sample.tree.groups.map(\.path)
    for page in pages.map({ help.page(at: $0) }) {
      for line in page.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
    }
  }

  @Test func `every option of a command stands on its page`() {
    for command in Sample.tree.commands {
      let page = help.page(at: command.path)
      for option in Sample.tree.options(of: command) {
        #expect(page.contains("--\(option.name)"), "\(option.name)")
      }
    }
  }
}

@Suite("Declarations")
struct DeclarationTests {
  @Test func `the sample keeps the rules`() {
    #expect(breaches(in: Sample.tree) == [])
  }

  @Test func `breaches are found`() {
    let bad = CommandSpec(
      "repo check", "Verify everything that can be verified, and then some more of it.",
      options: [
        OptionSpec("Json", "r", help: "print."),
        OptionSpec("level", nil, .integer("n", 1...3), help: "how", defaultValue: "9"),
      ],
      exclusive: [["nothing", "level"]],
      examples: [ExampleSpec("coffre repo check --what"), ExampleSpec("restic check")])
    let found = breaches(in: CommandTree("x", commands: [bad, bad], starters: ["nope"]))
    for expected in [
      "declared twice", "its group has no abstract", "characters", "full stop", "lower case", "-r is declared twice",
      "its default is not valid", "excludes the unknown --nothing", "is refused", "does not call coffre",
      "starter 'nope' is no command",
    ] {
      #expect(found.contains { $0.contains(expected) }, "\(expected) among \(found)")
    }
  }
}
