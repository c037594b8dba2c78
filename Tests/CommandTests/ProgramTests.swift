import CoffreCore
import Testing

@testable import coffre

@Suite("The program's own declarations")
struct ProgramTests {
  @Test func `keep the rules, and their examples can be typed`() {
    #expect(breaches(in: Program.tree) == [])
  }

  @Test func `have help pages of at most a hundred columns that name every option`() {
    let help = HelpText(tree: Program.tree, language: .english)
    for command in Program.tree.commands {
      let page = help.page(at: command.path)
      for line in page.split(separator: "\n") where !line.contains("  coffre ") {
        #expect(line.count <= TextLayout.width, "\(line)")
      }
      for option in Program.tree.options(of: command) where !option.isHidden {
        #expect(page.contains("--\(option.name)"), "\(command.path) --\(option.name)")
      }
    }
  }

  @Test func `tell how each command ends`() {
    for command in Program.tree.commands where ![CommandSpec.help, .version].contains(command) {
      #expect(command.exits.first?.code == .done, "\(command.path)")
      #expect(!command.examples.isEmpty, "\(command.path)")
    }
  }
}
