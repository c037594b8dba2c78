import CoffreCore
import CoffreRepository
import CoffreTestKit
import Testing

@testable import coffre

@Suite("Completion")
struct CompletionTests {
  private let completion = Completion(tree: Program.tree, language: .english)

  private func words(_ line: [String], _ current: String) -> [String] {
    completion.answer(after: line, current: current).candidates.map(\.word)
  }

  @Test func `offers the words of groups and commands`() {
    #expect(words([], "re") == ["restore", "repo"])
    #expect(words(["repo", "key"], "") == ["list", "add", "remove", "passwd"])
    #expect(!words([], "").contains("__complete"))
  }

  @Test func `offers options that may still be given`() {
    #expect(words(["repo", "check"], "--read") == ["--read-data", "--read-data-subset"])
    #expect(words(["repo", "check", "--read-data"], "--read") == ["--read-data-subset"])
    #expect(words(["backup", "--tag", "a"], "--tag") == ["--tag"], "a repeatable option may be given again")
  }

  @Test func `offers the choices of an option, in both spellings`() {
    #expect(words(["restore", "x", "--overwrite"], "if") == ["if-changed", "if-newer"])
    #expect(words(["restore", "x"], "--overwrite=if") == ["--overwrite=if-changed", "--overwrite=if-newer"])
  }

  @Test(arguments: [
    (["restore"], Completion.Rest.snapshots), (["restore", "--to"], .files), (["backup"], .files),
    (["backup", "--parent"], .snapshots), (["restore", "-r", "/x", "-v"], .snapshots),
    (["restore", "latest"], .nothing),
    (["backup", "--stdin-from-command", "--"], .files), (["-r"], .files), (["backup", "--tag"], .nothing),
  ])
  func `leaves names of files and ids of snapshots to be looked up`(_ example: (words: [String], rest: Completion.Rest))
  {
    #expect(completion.answer(after: example.words, current: "").rest == example.rest)
  }

  @Test func `in bash, completes commands, files and the ids of a real repository`() throws {
    let workshop = try Workshop()
    try workshop.make(["tree/one"])
    #expect(try workshop.coffre(["backup", "\(workshop.path)/tree"]).isSuccess)
    let id = try #require(try workshop.openRepository().snapshots().found.first).id.short
    let coffre = try Tool.coffre().path
    let script = """
      coffre() { '\(coffre)' "$@"; }
      source <(coffre completion bash)
      ask() { COMP_WORDS=("$@"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _coffre; printf '%s|' "${COMPREPLY[@]}"; echo; }
      ask coffre repo ke
      ask coffre backup \(workshop.path)/tr
      ask coffre \(workshop.access.joined(separator: " ")) restore ''
      ask coffre -r /nowhere restore ''
      """
    let outcome = try Tool.named("bash", package: "bash").run(["-c", script], workshop.settings())
    #expect(outcome.output == "key|\n\(workshop.path)/tree|\nlatest|\(id)|\n|\n", "\(outcome)")
  }

  @Test(arguments: [("zsh", ["-n"]), ("fish", ["--no-execute"]), ("bash", ["-n"])])
  func `the shells can read their scripts`(_ shell: (name: String, check: [String])) throws {
    let workshop = try Workshop(repositoryVersion: nil)
    let script = try #require(ShellScript(rawValue: shell.name))
    try writeRealFile("\(workshop.path)/script", script.text)
    let outcome = try Tool.named(shell.name, package: shell.name).run(shell.check + ["\(workshop.path)/script"])
    #expect(outcome.isSuccess && outcome.errors.isEmpty, "\(outcome)")
  }

  @Test func `fish shows candidates with their notes`() throws {
    let coffre = try Tool.coffre().path
    let outcome = try Tool.named("fish", package: "fish").run([
      "--no-config", "-c",
      "function coffre; '\(coffre)' $argv; end; coffre completion fish | source; complete -C 'coffre repo key p'",
    ])
    #expect(outcome.output.hasPrefix("passwd\t"), "\(outcome)")
  }
}
