import CoffreCore
import CoffreSystem
import MongoKit

/// What a log says of one collection, to be laid over its documents as they come.
///
/// A document that is named here goes through once, and is what the last change made of it; it may stand among the copied
/// ones twice, if it was removed and inserted again meanwhile.
struct CollectionChanges: Sendable {
  private struct Pending: Sendable {
    var changes: [LoggedChange.Kind]
    var isDone = false
  }

  private var pending: [[UInt8]: Pending] = [:]
  /// In which they were changed first.
  private var order: [[UInt8]] = []

  init() {}

  mutating func add(_ change: LoggedChange) {
    guard pending[change.identity] != nil else {
      order.append(change.identity)
      pending[change.identity] = Pending(changes: [change.kind])
      return
    }
    if case .diff = change.kind {
      pending[change.identity]?.changes.append(change.kind)
    } else {
      // What was before does not count.
      pending[change.identity]?.changes = [change.kind]
    }
  }

  /// Copies documents, changed.
  ///
  /// - Parameters:
  ///   - ends: where each of `documents` ends.
  ///   - take: told each that there is afterwards.
  mutating func apply(
    to documents: Span<UInt8>, _ ends: [Int], _ take: (Span<UInt8>) throws(SourceError) -> Void
  ) throws(SourceError) {
    var start = 0
    for end in ends {
      defer { start = end }
      guard let identity = BSONDocument.identity(documents, start..<end), let changed = pending[identity] else {
        try take(documents.extracting(start..<end))
        continue
      }
      guard !changed.isDone else { continue }
      pending[identity] = Pending(changes: [], isDone: true)
      var copy: [UInt8] = []
      append(documents.extracting(start..<end), to: &copy)
      guard let former = try? BSONDocument(copy) else { throw Self.damaged }
      guard let document = try Self.result(of: changed.changes, after: former) else { continue }
      let bytes = document.bytes
      try take(bytes.span)
    }
  }

  /// The documents that were not among the copied ones.
  mutating func rest(_ take: (Span<UInt8>) throws(SourceError) -> Void) throws(SourceError) {
    for identity in order {
      guard let changed = pending[identity], !changed.isDone else { continue }
      pending[identity] = nil
      guard let document = try Self.result(of: changed.changes, after: nil) else { continue }
      let bytes = document.bytes
      try take(bytes.span)
    }
  }

  /// - Returns: `nil` for one that was removed.
  private static func result(
    of changes: [LoggedChange.Kind], after former: BSONDocument?
  ) throws(SourceError) -> BSONDocument? {
    var document = former
    // A diff of what is not there is one of what a later change removes.
    var isLost = false
    for change in changes {
      switch change {
      case .whole(let other):
        document = other
        isLost = false
      case .removed:
        document = nil
        isLost = false
      case .diff(let diff):
        guard let found = document else {
          isLost = true
          continue
        }
        guard let changed = try? diff.applied(to: found) else { throw damaged }
        document = changed
      }
    }
    if isLost { throw damaged }
    return document
  }

  private static var damaged: SourceError {
    SourceError(
      .hostile, "read", Array(MongoLog.fileName.utf8), because: "the log of changes does not fit the documents",
      advice: "Check the repository with `coffre repo check --read-data`, or restore another snapshot.")
  }
}
