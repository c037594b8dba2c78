import CoffreCore
import Synchronization

/// Blobs that the source has no more, and why: shared by all threads of a copy.
final class LostBlobs: Sendable {
  private struct Key: Hashable {
    let id: BlobID
    let kind: BlobKind
  }

  private let problems = Mutex<[Key: Message]>([:])
  private let progress: CopyProgress

  init(progress: CopyProgress) { self.progress = progress }

  var isEmpty: Bool { problems.withLock { $0.isEmpty } }

  func contains(_ id: BlobID, _ kind: BlobKind) -> Bool { problem(of: id, kind) != nil }

  /// Why it cannot be had; `nil` if it can, as far as is known.
  func problem(of id: BlobID, _ kind: BlobKind) -> Message? {
    problems.withLock { $0[Key(id: id, kind: kind)] }
  }

  /// Notes and tells it, once.
  func add(_ id: BlobID, _ kind: BlobKind, _ error: any Error) {
    let (subject, problem) = finding(error, id)
    let isNew = problems.withLock { $0.updateValue(problem, forKey: Key(id: id, kind: kind)) == nil }
    if isNew { progress.warn("damaged", subject, problem, isLoss: true) }
  }

  private func finding(_ error: any Error, _ id: BlobID) -> (String, Message) {
    switch error {
    case let error as RepositoryError: error.finding
    case let error as StoreError: (error.subject, "blob \(id.short): \(error.cause)")
    default: ("blob \(id.short)", .verbatim("\(error)"))
    }
  }
}

/// Whether other blobs may well be in order although this happened to one.
func concernsOneObject(_ error: any Error) -> Bool {
  switch error {
  case is RepositoryError: true
  case let error as StoreError: error.concernsOneObject
  default: false
  }
}
