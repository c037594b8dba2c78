import CoffreCore

/// Writes trees, byte for byte as restic does: the id of a tree is the hash of this text.
///
/// One encoder serves many trees, one after the other, in the same memory.
package struct TreeEncoder: Sendable {
  private var output: [UInt8] = []
  private var isFirst = true
  private var times = TimeEncoder()
  private var user = EscapedText()
  private var group = EscapedText()
  private let keys = NodeKeys()

  package init() {}

  /// Starts a tree; what an earlier one left is dropped.
  package mutating func begin() {
    output.removeAll(keepingCapacity: true)
    output.append(contentsOf: "{\"nodes\":[".utf8)
    isFirst = true
  }

  /// Ends the tree.
  ///
  /// - Returns: its text. It shares the encoder's memory: dropped before the next `begin()`, it costs nothing.
  package mutating func finish() -> [UInt8] {
    output.append(contentsOf: "]}\n".utf8)
    return output
  }

  /// In bytes, so far.
  package var count: Int { output.count }

  /// Appends the next node.
  ///
  /// - Precondition: names ascend by their raw bytes and no name comes twice.
  package mutating func append(_ node: borrowing Node) {
    if !isFirst { output.append(UInt8(ascii: ",")) }
    isFirst = false
    append(nameOf: node)
    append(attributesOf: node)
    if !node.linkTarget.isEmpty { append(linkTarget: node.linkTarget, as: node.foreignLinkTargetText) }
    if !node.extendedAttributes.isEmpty { append(attributes: node.extendedAttributes) }
    if !node.genericAttributes.isEmpty {
      output.append(contentsOf: keys.genericAttributes)
      output.append(contentsOf: node.genericAttributes)
    }
    append(contentOf: node)
    if !node.error.isEmpty { append(keys.error, text: Array(node.error.utf8)) }
    output.append(UInt8(ascii: "}"))
  }
}

// MARK: What every node has

extension TreeEncoder {
  private mutating func append(nameOf node: borrowing Node) {
    let name = node.name
    for index in name.indices where !NameQuoting.isLiteral(name[index]) {
      return append(keys.name, text: NameQuoting.quote(name.span))
    }
    output.append(contentsOf: keys.name)
    output.append(contentsOf: name)
    output.append(UInt8(ascii: "\""))
  }

  private mutating func append(attributesOf node: borrowing Node) {
    if case .other(let type) = node.kind {
      append(keys.type, text: Array(type.utf8))
    } else {
      output.append(contentsOf: keys.typed(node.kind))
    }
    user.keep(node.user)
    group.keep(node.group)
    let keys = keys
    let user = user.bytes
    let group = group.bytes
    var times = times
    let (mode, modified, accessed, changed) = (node.mode.rawValue, node.modified, node.accessed, node.changed)
    let (userID, groupID, inode, deviceID) = (node.userID, node.groupID, node.inode, node.deviceID)
    let (size, links) = (node.size, node.links)
    output.append(addingCapacity: NodeKeys.maximumAttributeCount + user.count + group.count) { output in
      output.append(keys.mode, UInt64(mode), unless: mode == 0)
      output.append(literal: keys.modified)
      times.append(modified, to: &output)
      output.append(literal: keys.accessed)
      times.append(accessed, to: &output)
      output.append(literal: keys.changed)
      times.append(changed, to: &output)
      output.append(keys.userID, UInt64(userID))
      output.append(keys.groupID, UInt64(groupID))
      if !user.isEmpty { output.append(keys.user, quoted: user) }
      if !group.isEmpty { output.append(keys.group, quoted: group) }
      output.append(keys.inode, inode, unless: inode == 0)
      output.append(keys.deviceID, deviceID, unless: deviceID == 0)
      output.append(keys.size, size, unless: size == 0)
      output.append(keys.links, links, unless: links == 0)
    }
    self.times = times
  }

  private mutating func append(contentOf node: borrowing Node) {
    let keys = keys
    let device = node.device
    let content = node.content
    let subtree = node.subtree
    let idCount = Digest.hexCount + 3
    output.append(addingCapacity: NodeKeys.maximumContentCount + (content?.count ?? 0) * idCount) { output in
      output.append(keys.device, device, unless: device == 0)
      if let content {
        output.append(literal: keys.content)
        for index in content.indices {
          if index > 0 { output.append(UInt8(ascii: ",")) }
          output.append(UInt8(ascii: "\""))
          output.append(digest: content[index])
          output.append(UInt8(ascii: "\""))
        }
        output.append(UInt8(ascii: "]"))
      } else {
        output.append(literal: keys.noContent)
      }
      if let subtree {
        output.append(literal: keys.subtree)
        output.append(digest: subtree)
        output.append(UInt8(ascii: "\""))
      }
    }
  }
}

extension OutputSpan where Element == UInt8 {
  @inline(__always)
  #if compiler(<6.3)
    @_lifetime(self: copy self)
  #endif
  fileprivate mutating func append(_ key: [UInt8], _ value: UInt64, unless isOmitted: Bool = false) {
    if isOmitted { return }
    append(literal: key)
    append(decimal: value)
  }

  @inline(__always)
  #if compiler(<6.3)
    @_lifetime(self: copy self)
  #endif
  fileprivate mutating func append(_ key: [UInt8], quoted text: [UInt8]) {
    append(literal: key)
    append(literal: text)
    append(UInt8(ascii: "\""))
  }
}

// MARK: What few nodes have

extension TreeEncoder {
  private mutating func append(_ key: [UInt8], text: [UInt8]) {
    output.append(contentsOf: key)
    output.append(addingCapacity: text.count * JSONEscaping.maximumGrowth + 1) { output in
      JSONEscaping.append(text.span, to: &output)
      output.append(UInt8(ascii: "\""))
    }
  }

  private mutating func append(_ key: [UInt8], base64 bytes: [UInt8]) {
    output.append(contentsOf: key)
    output.append(addingCapacity: Base64.encodedCount(bytes.count) + 1) { output in
      Base64.append(bytes.span, to: &output)
      output.append(UInt8(ascii: "\""))
    }
  }

  private mutating func append(linkTarget: [UInt8], as foreignText: [UInt8]) {
    if foreignText.isEmpty {
      append(keys.linkTarget, text: linkTarget)
    } else {
      output.append(contentsOf: keys.linkTarget)
      output.append(contentsOf: foreignText)
      output.append(UInt8(ascii: "\""))
    }
    if !isValidUTF8(linkTarget.span) { append(keys.rawLinkTarget, base64: linkTarget) }
  }

  private mutating func append(attributes: [ExtendedAttribute]) {
    output.append(contentsOf: keys.extendedAttributes)
    for index in attributes.indices {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      append(keys.name, text: attributes[index].name)
      append(keys.value, base64: attributes[index].value)
      output.append(UInt8(ascii: "}"))
    }
    output.append(UInt8(ascii: "]"))
  }
}

/// A text escaped once for many nodes: most have the same user and group.
private struct EscapedText: Sendable {
  private var text = ""
  private(set) var bytes: [UInt8] = []

  mutating func keep(_ text: String) {
    // Not `==`, which takes different bytes of one meaning for equal.
    if isSame(text.utf8.span, self.text.utf8.span) { return }
    let plain = Array(text.utf8)
    self.text = text
    bytes = [UInt8](capacity: plain.count * JSONEscaping.maximumGrowth) { JSONEscaping.append(plain.span, to: &$0) }
  }

  private func isSame(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    for index in left.indices where left[index] != right[index] { return false }
    return true
  }
}
