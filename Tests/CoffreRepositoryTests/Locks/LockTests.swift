import CoffreCore
import CoffreSystem
import CoffreTestKit
import Testing

@testable import CoffreRepository

/// Locks of one repository in memory, with a folder for what this machine notes of its own ones.
@Suite("Locks")
struct LockTests {
  let store = MemoryStore()
  let repository: Repository
  let folder: TestFolder

  init() throws {
    repository = try Repository.forTest(in: store)
    folder = try TestFolder()
  }
}

// MARK: What the tests of locks share

extension LockTests {
  func request(
    _ mode: LockRequest.Mode, patience: Duration = .zero, record: Bool = true, _ pace: LockRequest.Pace? = nil
  ) -> LockRequest {
    var request = LockRequest(
      mode: mode, patience: patience, machine: .ofTests, record: LockRecord(folder: record ? folder.path : nil))
    if let pace { request.pace = pace }
    return request
  }

  @discardableResult
  func locked<Result>(
    _ request: LockRequest, cancellation: Cancellation = Cancellation(), notes: EventLog = EventLog(),
    _ body: () throws -> Result
  ) throws -> Result {
    try repository.withLock(request, cancellation: cancellation, note: { notes.take(.note($0)) }) { _ in try body() }
  }

  var lockPaths: [String] { store.paths(in: "locks") }

  /// Saves a lock of somebody else.
  @discardableResult
  func forge(
    exclusive: Bool, age: Int64 = 0, host: String = "elsewhere", processID: Int64 = 4711
  ) throws -> LockID {
    let lock = LockFile(
      time: Clock.now().adding(seconds: -age), isExclusive: exclusive, hostname: host, username: "somebody",
      processID: processID)
    return try repository.saveUnpacked(.lock, lock.encoded().span, with: repository.makeCodec())
  }

  func lockingError(_ request: LockRequest) -> RepositoryError? {
    #expect(throws: RepositoryError.self) { try locked(request) {} }
  }

  func isLocked(_ error: RepositoryError?) -> Bool {
    if case .locked? = error { true } else { false }
  }

  /// Whether no record of a lock is left.
  var hasNoRecords: Bool {
    get throws {
      var isEmpty = true
      try FileDescriptor.openDirectory(path: folder.path).listEntries(filter: { _ in true }) { _, _, _ in
        isEmpty = false
      }
      return isEmpty
    }
  }
}
