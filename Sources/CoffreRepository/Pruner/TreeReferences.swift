import CoffreCore

/// Reads of a tree only what it refers to: several times faster than decoding its nodes.
///
/// As strict as `TreeDecoder` about what is needed. A reference counts whatever the type of the node that holds it: for
/// who asks what may be removed, one too many does no harm.
struct TreeReferences: Sendable {
  private enum TopField: String, CaseIterable, Sendable { case nodes }
  private enum Field: String, CaseIterable, Sendable { case content, subtree }

  private var reader: JSONReader
  private var topFields = JSONFields<TopField>()
  private var fields = JSONFields<Field>()

  private init(_ bytes: [UInt8]) { reader = JSONReader(bytes) }

  /// - Parameters:
  ///   - bytes: the plaintext of a tree blob.
  ///   - blob: called for each data blob, as often as it is named.
  ///   - tree: called for each tree below.
  static func read(_ bytes: [UInt8], blob: (BlobID) -> Void, tree: (TreeID) -> Void) throws(MalformedTree) {
    var references = TreeReferences(bytes)
    do throws(MalformedJSON) {
      try references.read(blob, tree)
    } catch {
      throw MalformedTree(error)
    }
  }

  private mutating func read(_ blob: (BlobID) -> Void, _ tree: (TreeID) -> Void) throws(MalformedJSON) {
    try reader.enterObject()
    guard try reader.nextField(&topFields) != nil else { throw reader.failure("no list of nodes") }
    try reader.enterArray()
    while try reader.nextElement() { try readNode(blob, tree) }
    guard try reader.nextField(&topFields) == nil else { throw reader.failure("a second list of nodes") }
    try reader.finish()
  }

  private mutating func readNode(_ blob: (BlobID) -> Void, _ tree: (TreeID) -> Void) throws(MalformedJSON) {
    try reader.enterObject()
    while let field = try reader.nextField(&fields) {
      if try reader.takesNull() { continue }
      switch field {
      case .subtree: tree(try reader.digest())
      case .content:
        try reader.enterArray()
        while try reader.nextElement() { blob(try reader.digest()) }
      }
    }
  }
}
