package import CoffreCore

/// A tree that cannot be read: restic would refuse it too, or crash.
package struct MalformedTree: MalformedDocument {
  package static let documentName: Message = "tree"
  package let offset: Int
  package let problem: Message

  package init(offset: Int, problem: Message) {
    self.offset = offset
    self.problem = problem
  }
}

/// Reads a tree node by node.
///
/// Nodes that can be read but should not be there (unsorted, nameless, of an unknown type…) are left to `TreeInspector`.
package struct TreeDecoder: Sendable {
  private enum Stage { case before, inNodes, after }

  private enum TopField: String, CaseIterable, Sendable { case nodes }

  private enum Field: String, CaseIterable, Sendable {
    case name, type, mode
    case modified = "mtime"
    case accessed = "atime"
    case changed = "ctime"
    case userID = "uid"
    case groupID = "gid"
    case user, group, inode
    case deviceID = "device_id"
    case size, links
    case linkTarget = "linktarget"
    case rawLinkTarget = "linktarget_raw"
    case extendedAttributes = "extended_attributes"
    case genericAttributes = "generic_attributes"
    case device, content, subtree, error
  }

  /// Of the text of one node, in bytes.
  private static let usualNodeSize = 360

  private enum AttributeField: String, CaseIterable, Sendable { case name, value }

  // Made once: there are as many decoders as trees.
  private static let topFieldNames = JSONFields<TopField>()
  private static let fieldNames = JSONFields<Field>()
  private static let attributeFieldNames = JSONFields<AttributeField>()

  private var reader: JSONReader
  private var stage = Stage.before
  private var topFields = Self.topFieldNames
  private var fields = Self.fieldNames
  private var attributeFields = Self.attributeFieldNames
  private var lastKind = Remembered(value: NodeKind.file)
  private var lastTime = Remembered(value: Timestamp.missing)
  private var lastUser = Remembered(value: "")
  private var lastGroup = Remembered(value: "")

  /// - Parameter bytes: the plaintext of a tree blob.
  package init(_ bytes: [UInt8]) { reader = JSONReader(bytes) }

  /// All nodes of a tree.
  package static func decode(_ bytes: [UInt8]) throws(MalformedTree) -> [Node] {
    var decoder = TreeDecoder(bytes)
    var nodes: [Node] = []
    nodes.reserveCapacity(bytes.count / usualNodeSize)
    while let node = try decoder.next() { nodes.append(node) }
    return nodes
  }

  /// The next node.
  ///
  /// - Returns: `nil` behind the last one, once the rest of the text was found sound.
  package mutating func next() throws(MalformedTree) -> Node? {
    do throws(MalformedJSON) {
      if stage == .before { try enterNodes() }
      guard stage == .inNodes else { return nil }
      if try reader.nextElement() { return try node() }
      try leaveNodes()
      return nil
    } catch {
      stage = .after
      throw MalformedTree(error)
    }
  }

  private mutating func enterNodes() throws(MalformedJSON) {
    try reader.enterObject()
    guard try reader.nextField(&topFields) != nil else { throw reader.failure("no list of nodes") }
    try reader.enterArray()
    stage = .inNodes
  }

  private mutating func leaveNodes() throws(MalformedJSON) {
    guard try reader.nextField(&topFields) == nil else { throw reader.failure("a second list of nodes") }
    try reader.finish()
    stage = .after
  }
}

// MARK: One node

extension TreeDecoder {
  private mutating func node() throws(MalformedJSON) -> Node {
    var node = Node(name: [], kind: .other(""))
    var rawLinkTarget: [UInt8] = []
    var linkTargetText: [UInt8] = []
    try reader.enterObject()
    while let field = try reader.nextField(&fields) {
      switch field {
      case .name: node.name = try name()
      case .type: node.kind = try kind()
      case .mode: node.mode = GoFileMode(rawValue: try reader.unsigned32())
      case .modified: node.modified = try nextTime()
      case .accessed: node.accessed = try nextTime()
      case .changed: node.changed = try nextTime()
      case .userID: node.userID = try reader.unsigned32()
      case .groupID: node.groupID = try reader.unsigned32()
      case .user: node.user = try reader.swiftString(&lastUser)
      case .group: node.group = try reader.swiftString(&lastGroup)
      case .inode: node.inode = try reader.unsigned()
      case .deviceID: node.deviceID = try reader.unsigned()
      case .size: node.size = try reader.unsigned()
      case .links: node.links = try reader.unsigned()
      case .linkTarget:
        let text = try reader.text()
        node.linkTarget = reader.content(of: text)
        if !text.isPlain { linkTargetText = Array(reader.bytes[text.start..<text.end]) }
      case .rawLinkTarget: rawLinkTarget = try reader.base64()
      case .extendedAttributes: node.extendedAttributes = try extendedAttributes()
      case .genericAttributes: node.genericAttributes = try genericAttributes()
      case .device: node.device = try reader.unsigned()
      case .content: node.content = try content()
      case .subtree: node.subtree = try reader.takesNull() ? nil : try reader.digest()
      case .error: node.error = try reader.swiftString()
      }
    }
    if !rawLinkTarget.isEmpty { node.linkTarget = rawLinkTarget }
    if !linkTargetText.isEmpty {
      var usual: [UInt8] = []
      let target = node.linkTarget
      usual.append(addingCapacity: target.count * JSONEscaping.maximumGrowth) { output in
        JSONEscaping.append(target.span, to: &output)
      }
      if linkTargetText != usual { node.foreignLinkTargetText = linkTargetText }
    }
    return node
  }

  private mutating func name() throws(MalformedJSON) -> [UInt8] {
    let text = try reader.text()
    let quoted = reader.content(of: text)
    if text.isPlain { return quoted }
    do throws(MalformedName) {
      return try NameQuoting.unquote(quoted.span)
    } catch {
      throw reader.failure("name with \(error.problem)", at: text.start)
    }
  }

  /// A time, which is often the one before: access times are modification times unless asked for.
  private mutating func nextTime() throws(MalformedJSON) -> Timestamp {
    if try reader.takesNull() { return .missing }
    let text = try reader.text()
    if let place = lastTime.place, reader.isSame(place, text) { return lastTime.value }
    lastTime = Remembered(value: try reader.time(of: text), place: text)
    return lastTime.value
  }

  private mutating func kind() throws(MalformedJSON) -> NodeKind {
    let text = try reader.text()
    if let place = lastKind.place, reader.isSame(place, text) { return lastKind.value }
    lastKind = Remembered(value: NodeKind(name: reader.swiftString(of: text)), place: text)
    return lastKind.value
  }

  private mutating func content() throws(MalformedJSON) -> [BlobID]? {
    if try reader.takesNull() { return nil }
    var content: [BlobID] = []
    try reader.enterArray()
    while try reader.nextElement() { content.append(try reader.digest()) }
    return content
  }

  private mutating func extendedAttributes() throws(MalformedJSON) -> [ExtendedAttribute] {
    if try reader.takesNull() { return [] }
    var attributes: [ExtendedAttribute] = []
    try reader.enterArray()
    while try reader.nextElement() {
      var name: [UInt8] = []
      var value: [UInt8] = []
      try reader.enterObject()
      while let field = try reader.nextField(&attributeFields) {
        switch field {
        case .name: name = try reader.string()
        case .value: value = try reader.base64()
        }
      }
      attributes.append(ExtendedAttribute(name: name, value: value))
    }
    return attributes
  }

  private mutating func genericAttributes() throws(MalformedJSON) -> [UInt8] {
    if try reader.takesNull() { return [] }
    guard try reader.peek() == UInt8(ascii: "{") else { throw reader.failure("expected an object") }
    return try reader.rawValue()
  }
}

/// What was read last, and where: if the same text comes again, it needs no second reading.
private struct Remembered<Value: Sendable>: Sendable {
  var value: Value
  var place: JSONText?
}

extension JSONReader {
  fileprivate mutating func swiftString(_ last: inout Remembered<String>) throws(MalformedJSON) -> String {
    let text = try text()
    if let place = last.place, isSame(place, text) { return last.value }
    last = Remembered(value: swiftString(of: text), place: text)
    return last.value
  }
}
