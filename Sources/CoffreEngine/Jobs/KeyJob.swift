package import CoffreCore
package import CoffreRepository

/// One change of a repository's keys.
package struct KeyJob: Job {
  package enum Change: Sendable {
    case add
    /// - Parameter key: an id or its beginning.
    case remove(key: String, isDryRun: Bool)
    /// The key that the password opened gives way to a new one.
    case changePassword

    fileprivate var name: String {
      switch self {
      case .add: "key-add"
      case .remove: "key-remove"
      case .changePassword: "key-passwd"
      }
    }
  }

  package let description: JobDescription
  private let access: RepositoryAccess
  private let change: Change
  private let maker: MachineIdentity
  private let cost: @Sendable () throws -> KeyCost
  private let newPassword: @Sendable () throws -> Secret

  /// - Parameters:
  ///   - maker: whom a new key names.
  ///   - cost: of trying a new key's password.
  ///   - newPassword: asked once the repository is open, and before it is locked: typing takes its time.
  package init(
    _ access: RepositoryAccess, _ change: Change, maker: MachineIdentity,
    cost: @escaping @Sendable () throws -> KeyCost, newPassword: @escaping @Sendable () throws -> Secret
  ) {
    self.access = access
    self.change = change
    self.maker = maker
    self.cost = cost
    self.newPassword = newPassword
    description = JobDescription(kind: change.name, repository: access.location, subjects: [])
  }

  package func perform(_ context: JobContext) throws -> JobResult {
    let repository = try access.open()
    let opened = RepositoryAccess(
      location: access.location, machine: access.machine, lockRecord: access.lockRecord, patience: access.patience,
      open: { _ in repository })
    switch change {
    case .add:
      let (secret, cost) = (try newPassword(), try cost())
      return try opened.withRepository(.adding, context) { repository, _ in
        result(try repository.addKey(password: secret, cost: cost, machine: maker), in: repository)
      }
    case .remove(let text, let isDryRun):
      return try opened.withRepository(.removing, context) { repository, _ in
        let id = try repository.findKey(text)
        try repository.removeKey(id, isDryRun: isDryRun)
        return result(id, in: repository, isDryRun: isDryRun)
      }
    case .changePassword:
      let (secret, cost) = (try newPassword(), try cost())
      return try opened.withRepository(.removing, context) { repository, _ in
        result(try repository.changeKey(password: secret, cost: cost, machine: maker), in: repository)
      }
    }
  }

  private func result(_ key: KeyID, in repository: Repository, isDryRun: Bool = false) -> JobResult {
    JobResult(
      exitCode: .done,
      facts: [
        JobFact("key", .text(key.description)), JobFact("usedKey", .text(repository.keyID.description)),
        JobFact("dryRun", .flag(isDryRun)),
      ])
  }

  package func progress(elapsed: Duration) -> JobProgress? { nil }
}
