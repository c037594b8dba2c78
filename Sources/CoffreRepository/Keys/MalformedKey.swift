/// A key file, or the master key in it, that cannot be read. Never tells any of its content.
package struct MalformedKey: MalformedDocument {
  package static let documentName = "key"
  package let offset: Int
  package let problem: String

  package init(offset: Int, problem: String) {
    self.offset = offset
    self.problem = problem
  }
}
