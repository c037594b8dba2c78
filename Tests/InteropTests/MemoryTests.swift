import CoffreTestKit
import Testing

/// How much memory a backup takes at its peak.
@Suite("Memory")
struct MemoryTests {
  @Test func `a backup of usr-include stays below 150 MB`() throws {
    try expectPeak(of: ["/usr/include"], below: 150_000_000, program: Tool.coffre())
  }

  /// What is promised.
  @Test(.tags(.slow), .enabled(if: runsAllTests))
  func `a backup of usr stays below 200 MB`() throws {
    try expectPeak(of: ["/usr"], below: 200_000_000, program: Tool.coffre())
  }

  /// Reading 200 GB would take minutes, and so would a chunk's hash for each half megabyte of it.
  @Test(.timeLimit(.minutes(10))) func `two hundred gigabytes of nothing take a moment and little memory`() throws {
    let scratch = try WorkFolder()
    let file = "\(scratch.path)/large"
    let script =
      "truncate -s 200G '\(file)' && "
      + "echo data | dd of='\(file)' bs=1 seek=150000000000 conv=notrunc status=none"
    let made = try Tool.named("sh", package: "dash").run(["-c", script], ProgramSettings())
    try #require(made.isSuccess, "\(made)")
    try expectPeak(of: [file], below: 250_000_000, program: Tool.coffre())
  }

  private func expectPeak(of sources: [String], below limit: Int, program: Tool) throws {
    let workshop = try Workshop()
    // A small process in between: a child's peak begins with what its parent had when it was made.
    let script = """
      import resource, subprocess, sys
      code = subprocess.call(sys.argv[1:])
      print("peak", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
      sys.exit(code)
      """
    let python = try Tool.named("python3", package: "python3")
    let outcome = try python.run(
      ["-c", script, program.path, "backup"] + sources + workshop.access, workshop.settings { $0.timeLimit = 900 })
    #expect([0, 3].contains(outcome.status), "\(outcome)")
    let line = try #require(outcome.output.split(separator: "\n").last { $0.hasPrefix("peak ") })
    let peak = try #require(Int(line.dropFirst(5)))
    #expect(peak > 10_000_000 && peak <= limit, "\(peak) bytes at its peak")
  }
}
