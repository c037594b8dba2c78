import CoffreTestKit
import Testing

/// How much memory a backup takes at its peak.
@Suite("Memory")
struct MemoryTests {
  @Test func `a backup of usr-include stays below 150 MB`() throws {
    try expectPeak(of: ["/usr/include"], below: 150_000_000, program: Tool.coffre())
  }

  /// What is promised, measured on the optimised program if it is built.
  @Test(.tags(.slow), .enabled(if: runsAllTests))
  func `a backup of usr stays below 200 MB`() throws {
    let built = try Tool.coffre()
    let release = Tool(path: built.path.replacing("/debug/coffre", with: "/release/coffre"))
    try expectPeak(of: ["/usr"], below: 200_000_000, program: realEntryExists(release.path) ? release : built)
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
