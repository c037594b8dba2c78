import CoffreCore
import CoffreSystem
import MongoKit

/// Some changes of documents of one collection, those of each document taken together: what stands before a whole one
/// does not count.
struct ChangeBatch: Sendable {
  /// What becomes of a document.
  enum Outcome: Sendable, Hashable {
    case document(BSONDocument)
    case removed
    /// It was changed, but is not there: a later change removes it or brings it back, or the log does not fit.
    case lost
  }

  private var changes: [[UInt8]: [LoggedChange.Kind]] = [:]
  /// `BSONDocument.identity` of the documents that are changed, in the order in which they were changed first.
  private(set) var identities: [[UInt8]] = []
  /// What it takes in memory at most, about; in bytes.
  private(set) var size = 0

  var isEmpty: Bool { identities.isEmpty }

  mutating func add(_ change: LoggedChange) {
    size += change.size
    if changes[change.identity] == nil { identities.append(change.identity) }
    if case .diff = change.kind {
      changes[change.identity, default: []].append(change.kind)
    } else {
      changes[change.identity] = [change.kind]
    }
  }

  /// - Parameter former: the document before; `nil` if there is none.
  /// - Throws: for a change that does not fit it.
  func outcome(of identity: [UInt8], after former: BSONDocument?) throws(DocumentDiff.Failure) -> Outcome {
    var outcome = former.map { Outcome.document($0) } ?? .removed
    for change in changes[identity] ?? [] {
      switch change {
      case .whole(let document): outcome = .document(document)
      case .removed: outcome = .removed
      case .diff(let diff):
        if case .document(let document) = outcome {
          outcome = .document(try diff.applied(to: document))
        } else {
          outcome = .lost
        }
      }
    }
    return outcome
  }
}
