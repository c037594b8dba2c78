import CoffreTestKit
import Glibc
import Testing

/// What a killed run leaves: nothing that works on, and nothing that stays for long.
@Suite("Killed while 7zz works", .timeLimit(.minutes(10)))
struct ArchiveKillTests {
  private let workshop: Workshop

  init() throws {
    workshop = try Workshop(repositoryVersion: nil)
    try workshop.make(["tree/a"])
  }

  /// A `7zz` that tells its process, and never ends by itself.
  private func makeStandIn() throws -> String {
    let folder = "\(workshop.path)/programs"
    try makeRealFolder(folder)
    try writeRealFile(
      "\(folder)/7zz",
      "#!/bin/sh\necho $$ > \(workshop.path)/told.part\nmv \(workshop.path)/told.part "
        + "\(workshop.path)/told\nexec sleep 100000\n", mode: 0o755)
    return folder
  }

  /// Whether a process is at work; one that has ended may wait for its parent to ask.
  private func isAtWork(_ process: Int32) -> Bool {
    guard let bytes = try? readRealFile("/proc/\(process)/stat") else { return false }
    let text = String(decoding: bytes, as: UTF8.self)
    // The name stands in brackets and may hold anything.
    guard let end = text.lastIndex(of: ")") else { return false }
    return !["Z", "X"].contains(text[text.index(after: end)...].split(separator: " ").first ?? "X")
  }

  private var names: [String] { realNames(in: "\(workshop.path)/out").sorted() }

  @Test(arguments: [["archive", "create", "out/a.7z", "tree"], ["backup", "tree", "--to", "out", "--format", "7z"]])
  func `7zz ends with Coffre, and the next run tidies up`(_ words: [String]) throws {
    try makeRealFolder("\(workshop.path)/out")
    let programs = try makeStandIn()
    let path = environmentValue("PATH") ?? "/usr/bin:/bin"
    let run = try Tool.coffre().start(
      words,
      workshop.settings {
        $0.directory = workshop.path
        $0.environment["PATH"] = "\(programs):\(path)"
      })
    let isTold = run.waitUntil(seconds: 500) { run.hasEnded || realEntryExists("\(workshop.path)/told") }
    let told = try #require(isTold ? try? readRealFile("\(workshop.path)/told") : nil, "\(run.errorsSoFar)")
    let process = try #require(Int32(String(decoding: told, as: UTF8.self).split(separator: "\n").first ?? ""))
    #expect(isAtWork(process))
    // The whole group; 7zz is in another one.
    run.kill(SIGKILL)
    _ = try run.wait()
    // However slow the machine: a kill that reached it ends it.
    while isAtWork(process) { usleep(10_000) }
    #expect(names.contains { $0.hasPrefix(".coffre-") && $0.hasSuffix(".part") }, "\(names)")

    let again = try Tool.coffre().run(words, workshop.settings { $0.directory = workshop.path })
    #expect(again.isSuccess, "\(again)")
    #expect(!names.contains { $0.hasSuffix(".part") }, "\(names)")
  }
}
