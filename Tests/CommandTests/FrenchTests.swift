import CoffreCore
import CoffreMessages
import Testing

@testable import coffre

@Suite("Declarations in French")
struct FrenchTests {
  private static let commands = Program.tree.commands.filter { !$0.isHidden }.map(\.path)

  @Test(arguments: commands)
  func `every text of a command has its own`(_ path: [String]) throws {
    let command = try #require(Program.tree.command(at: path))
    expectFrench(command.abstract)
    #expect(Language.french.text(command.abstract).count < 60)
    expectFrench(command.details)
    for argument in command.arguments { expectFrench(argument.help) }
    for exit in command.exits { expectFrench(exit.meaning) }
    for note in command.examples.compactMap(\.note) { expectFrench(note) }
    for option in Program.tree.options(of: command) {
      expectFrench(option.help)
      if let text = option.defaultText { expectFrench(text) }
    }
  }

  @Test func `every text of the program and its groups has its own`() {
    expectFrench(Program.tree.abstract)
    for group in Program.tree.groups {
      expectFrench(group.abstract)
      #expect(Language.french.text(group.abstract).count < 60)
    }
    for code in ExitCode.allCases { expectFrench(code.meaning) }
  }

  @Test(arguments: commands)
  func `no page is English or too wide`(_ path: [String]) throws {
    let page = HelpText(tree: Program.tree, language: .french).page(at: path)
    for line in page.split(separator: "\n") where !line.contains("  coffre ") {
      #expect(line.count <= TextLayout.width, "\(line)")
      #expect(englishWords(line).isEmpty, "\(line)")
    }
    let command = try #require(Program.tree.command(at: path))
    let manual = ManualPage(tree: Program.tree, language: .french, version: "v").page(of: command)
    for line in manual.split(separator: "\n") { #expect(englishWords(line).isEmpty, "\(line)") }
    for option in command.options where !option.isHidden {
      let roff = option.name.split(separator: "-").joined(separator: "\\-")
      #expect(page.contains("--\(option.name)") && manual.contains(roff), "\(option.name)")
    }
  }

  @Test func `the pages of the program and its groups are French`() {
    let help = HelpText(tree: Program.tree, language: .french)
    let pages = [help.welcome(), help.page(at: [])] + Program.tree.groups.map { help.page(at: $0.path) }
    for line in pages.joined().split(separator: "\n") {
      #expect(line.count <= TextLayout.width, "\(line)")
      #expect(englishWords(line).isEmpty, "\(line)")
    }
  }

  @Test func `signs stand behind a space at which no line breaks`() {
    for entry in Catalogue.entries(in: Catalogue.french) {
      // What stands between backticks is typed as it is.
      let pieces = entry.other.split(separator: "`", omittingEmptySubsequences: false)
      for (number, piece) in pieces.enumerated() where number % 2 == 0 {
        for sign in ["« ", " »", " : ", " ; ", " ? ", " ! ", " % "] {
          #expect(!piece.contains(sign), "\(entry.other)")
        }
      }
    }
  }

  /// Fails the test unless French has other words; a single word or a path may be the same.
  private func expectFrench(_ message: Message, location: SourceLocation = #_sourceLocation) {
    let english = message.description
    guard english.split(separator: " ").count > 1 else { return }
    #expect(Language.french.text(message) != english, "\(english)", sourceLocation: location)
  }

  /// Words that no French text has.
  private func englishWords(_ line: Substring) -> [Substring] {
    let words = ["the", "of", "and", "with", "which", "that", "is", "are"]
    return line.split { !$0.isLetter && $0 != "-" }.filter { words.contains(String($0)) }
  }
}
