import CoffreTestKit

extension Workshop {
  /// Coffre without a repository, whose password would pass for an archive's.
  func archive(_ arguments: [String], _ change: (inout ProgramSettings) -> Void = { _ in }) throws -> ProgramOutcome {
    try Tool.coffre().run(arguments, settings(change))
  }
}
