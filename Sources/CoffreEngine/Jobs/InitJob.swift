package import CoffreCore
package import CoffreRepository

/// The making of a repository.
package struct InitJob: Job {
  package let description: JobDescription
  private let create: @Sendable () throws -> Repository

  /// - Parameter create: makes the store's place and the repository in it.
  package init(location: String, create: @escaping @Sendable () throws -> Repository) {
    self.create = create
    description = JobDescription(kind: "init", repository: location, subjects: [])
  }

  package func perform(_ context: JobContext) throws -> JobResult {
    let repository = try create()
    return JobResult(
      exitCode: .done,
      facts: [
        JobFact("id", .text(repository.config.id)), JobFact("version", .count(repository.config.version)),
        JobFact("key", .text(repository.keyID.description)),
      ])
  }

  package func progress(elapsed: Duration) -> JobProgress? { nil }
}
