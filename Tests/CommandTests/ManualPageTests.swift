import CoffreCore
import CoffreMessages
import CoffreTestKit
import Testing

@testable import coffre

@Suite("Manual pages")
struct ManualPageTests {
  @Test(arguments: ["en", "fr"])
  func `render without a warning and name every option`(_ code: String) throws {
    let workshop = try Workshop(repositoryVersion: nil)
    let folder = "\(workshop.path)/man"
    let outcome = try Tool.coffre().run(["man", "-o", folder, "--lang", code], workshop.settings())
    #expect(outcome.isSuccess, "\(outcome)")
    let groff = try Tool.named("groff", package: "groff")
    for command in Program.tree.commands where !command.isHidden {
      let page = "\(folder)/\((["coffre"] + command.path).joined(separator: "-")).1"
      let rendered = try groff.run(["-man", "-ww", "-Kutf8", "-Tutf8", "-P-cbou", "-rLL=200n", page])
      #expect(rendered.isSuccess && rendered.errors.isEmpty, "\(page): \(rendered.errors)")
      for option in Program.tree.options(of: command) where !option.isHidden {
        #expect(rendered.output.contains("--\(option.name)"), "\(page) lacks --\(option.name)")
      }
      for example in command.examples {
        #expect(rendered.output.contains(example.line.prefix(60)), "\(page) lacks '\(example.line)'")
      }
    }
    #expect(try groff.run(["-man", "-ww", "-Kutf8", "-Tutf8", "\(folder)/coffre.1"]).errors.isEmpty)
  }

  @Test func `a text cannot become a command of roff`() {
    let spec = CommandSpec(
      "odd", "do \\odd things", details: ".SH not a section\n\n'nor this", exits: [ExitSpec(.done)],
      examples: [ExampleSpec(".x")])
    let tree = CommandTree("test", commands: [spec])
    let page = ManualPage(tree: tree, language: .english, version: "v").page(of: spec)
    #expect(!page.contains("\n.SH not"))
    #expect(page.contains("do \\eodd things") && page.contains("\\&.SH not a section") && page.contains("\n\\&.x"))
  }
}
