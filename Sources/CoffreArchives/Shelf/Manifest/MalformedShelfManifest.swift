package import CoffreCore

/// A point's manifest that cannot be read.
package struct MalformedShelfManifest: MalformedDocument {
  package static let documentName: Message = "manifest"
  package let offset: Int
  package let problem: Message

  package init(offset: Int, problem: Message) {
    self.offset = offset
    self.problem = problem
  }
}
