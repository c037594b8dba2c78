import CoffreTestKit
import Glibc
import Testing

/// What programs and people read: JSON, journals, pipes; and what nobody may read.
@Suite("Output")
struct OutputTests {
  private let workshop: Workshop

  init() throws {
    workshop = try Workshop()
    try workshop.make(["tree/one", "tree/two"])
  }

  private func inPlace(_ settings: inout ProgramSettings) { settings.directory = workshop.path }

  // MARK: JSON

  @Test func `every line of a job is an object with type, time and version`() throws {
    let target = "\(workshop.path)/target"
    for (arguments, status) in [
      (["backup", "tree"], 0), (["backup", "tree", "missing", "-v"], 3), (["repo", "check", "--read-data"], 0),
      (["restore", "latest", "--to", target, "--verify", "-v"], 0), (["backup", "missing"], 1),
      (["restore", "ffff", "--to", target], 1), (["backup", "tree", "--dry-run"], 0),
    ] as [([String], Int32)] {
      let report = try workshop.coffreJSON(arguments, inPlace)
      #expect(report.status == status && report.problem == nil, "\(report)")
      for line in report.lines {
        #expect(line["type"]?.text?.isEmpty == false && line["v"]?.int == 1, "\(line)")
        let time = try #require(line["time"]?.text)
        #expect(time.count >= 20 && time.contains("T") && (time.hasSuffix("Z") || time.contains("+")), "\(time)")
      }
      let last = try #require(report.lines.last)
      #expect(["summary", "error"].contains(last["type"]?.text), "\(report)")
      #expect(last["exitCode"]?.int == Int(status), "\(report)")
      #expect(report.lines.filter { ["summary", "error"].contains($0["type"]?.text) }.count == 1, "\(report)")
      #expect(report.lines.first?["type"]?.text == "hello", "\(report)")
    }
  }

  @Test func `errors before a job begins are JSON too`() throws {
    for (arguments, status) in [
      (["snapshot", "ls", "ffff"], 1), (["snapshot", "list", "--retry-lock", "soon"], 2), (["repo", "init"], 1),
      (["nonsense"], 2),
    ] as [([String], Int32)] {
      let report = try workshop.coffreJSON(arguments)
      #expect(report.status == status, "\(report)")
      // Usage errors come before anything is known of --json; a program that reads JSON also looks at the exit code.
      if status != 2 {
        #expect(report.error?["exitCode"]?.int == Int(status), "\(report)")
        #expect(report.error?["title"]?.text?.isEmpty == false, "\(report)")
      }
    }
  }

  @Test func `lists are JSON`() throws {
    let backup = try workshop.coffreJSON(["backup", "tree", "--tag", "a,b"], inPlace)
    let list = try workshop.coffre(["snapshot", "list", "--json"])
    let snapshots = try JSONValue(list.output).array
    #expect(snapshots.first?["id"]?.text == backup.snapshot)
    #expect(snapshots.first?["shortId"]?.text == backup.snapshot.map { String($0.prefix(8)) })
    #expect(snapshots.first?["snapshot"]?["tags"]?.array.compactMap(\.text) == ["a", "b"])
    let nodes = try JSONValue.lines(try workshop.coffre(["snapshot", "ls", "latest", "--json"]).output)
    #expect(nodes.allSatisfy { $0["type"]?.text == "node" && $0["v"]?.int == 1 })
    #expect(nodes.compactMap { $0["path"]?.text } == ["/tree", "/tree/one", "/tree/two"])
    #expect(nodes.compactMap { $0["kind"]?.text } == ["dir", "file", "file"])
    #expect(nodes.last?["size"]?.int == 8)
  }

  @Test func `results go to stdout, all else to stderr`() throws {
    let backup = try workshop.coffre(["backup", "tree", "missing"], inPlace)
    #expect(backup.output.contains("snapshot ") && !backup.output.contains("missing"), "\(backup)")
    #expect(backup.errors.contains("error: 'missing'"), "\(backup)")
    let quiet = try workshop.coffre(["backup", "tree", "-q"], inPlace)
    #expect(quiet.isSuccess && quiet.output.isEmpty && quiet.errors.isEmpty, "\(quiet)")
    let list = try workshop.coffre(["snapshot", "ls", "latest"])
    #expect(list.output == "/tree\n/tree/one\n/tree/two\n", "\(list)")
    let json = try workshop.coffreJSON(["backup", "tree", "missing"], inPlace)
    #expect(json.outcome.errors.isEmpty, "\(json)")
  }

  @Test func `names cannot write to the terminal`() throws {
    try RealFolder("\(workshop.path)/tree").makeFile(Array("red\u{1B}[31m\nline\r".utf8))
    _ = try workshop.coffre(["backup", "tree"], inPlace)
    let list = try workshop.coffre(["snapshot", "ls", "latest", "-l"])
    #expect(!list.outputBytes.contains(0x1B) && !list.outputBytes.contains(0x0D), "\(list)")
    #expect(list.output.split(separator: "\n").count == 4, "\(list)")
    let verbose = try workshop.coffre(["backup", "tree", "--force", "-v"], inPlace)
    #expect(!(verbose.outputBytes + verbose.errorBytes).contains(0x1B), "\(verbose)")
  }

  // MARK: Journals

  @Test func `each run leaves a journal that ends as the run did`() throws {
    #expect(workshop.journals.isEmpty)
    let target = "\(workshop.path)/target"
    for (number, (arguments, status))
      in ([
        (["backup", "tree", "missing"], 3), (["restore", "latest", "--to", target], 0), (["repo", "check"], 0),
        (["backup", "missing"], 1),
      ] as [([String], Int32)]).enumerated()
    {
      let before = Set(workshop.journals)
      let outcome = try workshop.coffre(arguments, inPlace)
      #expect(outcome.status == status, "\(outcome)")
      #expect(workshop.journals.count == number + 1)
      let path = try #require(Set(workshop.journals).subtracting(before).first)
      let kind = arguments[0] == "repo" ? arguments[1] : arguments[0]
      #expect(path.contains("-\(kind)-") && path.hasSuffix(".ndjson"), "\(path)")
      let lines = try JSONValue.lines(String(decoding: try readRealFile(path), as: UTF8.self))
      #expect(lines.first?["type"]?.text == "hello")
      #expect(lines.last?["exitCode"]?.int == Int(status), "\(lines)")
      #expect(lines.allSatisfy { $0["time"]?.text != nil && $0["v"]?.int == 1 })
      #expect(!lines.contains { $0["type"]?.text == "status" })
      #expect(try realStatus(path).mode == 0o600)
    }
    #expect(try realStatus("\(workshop.stateFolder)/journal").mode == 0o700)
    let count = workshop.journals.count
    _ = try workshop.coffre(["snapshot", "list"])
    #expect(workshop.journals.count == count, "looking is no run")
  }

  @Test(.enabled(if: isRoot, "needs root"))
  func `a journal that cannot be written stops nothing`() throws {
    try writeRealFile(workshop.stateFolder, "in the way")
    let outcome = try workshop.coffre(["backup", "tree"], inPlace)
    #expect(outcome.isSuccess, "\(outcome)")
  }

  // MARK: Secrets

  @Test func `the password appears nowhere`() throws {
    let password = "Pa55-\(UInt64.random(in: .min ... .max))"
    let target = "\(workshop.path)/target"
    let place = "\(workshop.path)/other"
    var heard: [UInt8] = []
    func run(_ arguments: [String], _ environment: [String: String]) throws {
      let settings = workshop.settings { settings in
        settings.directory = workshop.path
        settings.environment.merge(environment) { _, new in new }
      }
      let outcome = try Tool.coffre().run(arguments + ["-r", place, "-v", "-v"], settings)
      heard += outcome.outputBytes + outcome.errorBytes
    }
    let secret = ["COFFRE_PASSWORD": password]
    try run(["repo", "init"], secret)
    try run(["backup", "tree"], secret)
    try run(["backup", "tree", "missing", "--json"], ["RESTIC_PASSWORD": password])
    try run(["snapshot", "list"], secret)
    try run(["restore", "latest", "--to", target, "--json"], secret)
    try run(["repo", "check", "--read-data"], secret)
    try run(["snapshot", "list", "--json"], ["COFFRE_PASSWORD": password + "x"])
    try run(["backup", "tree"], ["COFFRE_PASSWORD_COMMAND": "sh -c 'echo \(password); exit 3'"])
    try run(["backup", "tree"], ["COFFRE_PASSWORD_COMMAND": "echo \(password)"])
    #expect(heard.count > 1000)
    #expect(!contains(heard, password))
    for journal in workshop.journals { #expect(try !contains(readRealFile(journal), password), "\(journal)") }
    let grep = try Tool.named("grep", package: "grep").run(["-r", "-l", password, workshop.path])
    #expect(grep.status == 1, "it was written to \(grep.output)")
  }

  @Test func `no process of a run has the password in its arguments`() throws {
    let running = try workshop.startCoffre(["backup", "--stdin-from-command", "--", "sleep", "1"])
    #expect(running.waitUntil { !workshop.locks.isEmpty })
    let list = try Tool.named("ps", package: "procps").run(["-eo", "args"])
    #expect(list.output.contains("--stdin-from-command"))
    #expect(!list.output.contains(Workshop.password))
    #expect(try running.wait().isSuccess)
  }

  private func contains(_ bytes: [UInt8], _ text: String) -> Bool {
    String(decoding: bytes, as: UTF8.self).contains(text)
  }

  // MARK: Pipes

  @Test func `a reader that leaves early is no error`() throws {
    try workshop.make(["many/"])
    for number in 0..<3000 { try writeRealFile("\(workshop.path)/many/a-name-that-takes-some-room-\(number)", "") }
    _ = try workshop.coffre(["backup", "many"], inPlace)
    let coffre = try Tool.coffre().path
    for command in ["snapshot ls latest", "snapshot ls latest --json"] {
      let pipe = "\(coffre) \(command) -q -r \(workshop.repository) -p \(workshop.passwordFile) | head -n 1"
      let outcome = try Tool.named("sh", package: "dash").run(["-c", pipe], workshop.settings())
      #expect(outcome.isSuccess, "\(outcome)")
      #expect(outcome.output.split(separator: "\n").count == 1, "\(outcome)")
      #expect(outcome.errors.isEmpty, "\(outcome)")
    }
    let full = "\(coffre) snapshot ls latest -r \(workshop.repository) -p \(workshop.passwordFile) > /dev/full"
    let outcome = try Tool.named("sh", package: "dash").run(["-c", full], workshop.settings())
    #expect(outcome.status != 0 && outcome.errors.contains("No space left"), "\(outcome)")
  }
}
