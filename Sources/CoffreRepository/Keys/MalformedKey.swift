package import CoffreCore

/// A key file, or the master key in it, that cannot be read. Never tells any of its content.
package struct MalformedKey: MalformedDocument {
  package static let documentName: Message = "key"
  package let offset: Int
  package let problem: Message

  package init(offset: Int, problem: Message) {
    self.offset = offset
    self.problem = problem
  }
}
