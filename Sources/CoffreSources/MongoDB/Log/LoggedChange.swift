import CoffreCore
import MongoKit

/// One change of one document, as a server's log has it.
struct LoggedChange: Sendable, Hashable {
  /// What is not understood.
  struct Failure: Error, Sendable, Hashable {
    let what: String
  }

  enum Kind: Sendable, Hashable {
    /// What the document is from now on.
    case whole(BSONDocument)
    case diff(DocumentDiff)
    case removed
  }

  /// Database, dot, collection.
  let place: String
  /// `BSONDocument.identity` of the document.
  let identity: [UInt8]
  let kind: Kind
  /// What it takes in memory, about.
  let size: Int

  init(_ entry: BSONDocument) throws(Failure) {
    guard let place = entry["ns"]?.text, let content = entry["o"]?.document else {
      throw Failure(what: #"no document"#)
    }
    self.place = place
    let wanted: BSONDocument?
    switch entry["op"]?.text {
    case "i":
      kind = .whole(content)
      wanted = content
    case "d":
      kind = .removed
      wanted = content
    case "u":
      wanted = entry["o2"]?.document
      if let version = content["$v"] {
        guard version.integer == 2, let diff = content["diff"]?.document else {
          throw Failure(what: "$v \(version.integer ?? 0)")
        }
        do throws(DocumentDiff.Failure) {
          kind = .diff(try DocumentDiff(diff))
        } catch {
          guard case .unknown(let name) = error else { throw Failure(what: "diff") }
          throw Failure(what: #"diff \#(name)"#)
        }
      } else {
        kind = .whole(content)
      }
    case let other: throw Failure(what: other ?? "")
    }
    guard let identity = wanted?.identity else { throw Failure(what: "_id") }
    self.identity = identity
    size = entry.bytes.count
  }
}
