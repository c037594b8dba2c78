import CoffreTestKit
import Testing

extension Workshop {
  /// Runs Coffre, and measures the most memory that it had.
  ///
  /// - Returns: how it ended, and what it took at its peak, in bytes.
  func coffreWithPeak(
    _ arguments: [String], _ change: (inout ProgramSettings) -> Void = { _ in }
  ) throws -> (outcome: ProgramOutcome, peak: Int) {
    // A small process in between: a child's peak begins with what its parent had when it was made.
    let script = """
      import resource, subprocess, sys
      code = subprocess.call(sys.argv[1:])
      print("peak", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
      sys.exit(code)
      """
    let outcome = try Tool.named("python3", package: "python3").run(
      ["-c", script, Tool.coffre().path] + arguments + access, settings(change))
    let line = try #require(outcome.output.split(separator: "\n").last { $0.hasPrefix("peak ") }, "\(outcome)")
    return (outcome, try #require(Int(line.dropFirst(5))))
  }
}
