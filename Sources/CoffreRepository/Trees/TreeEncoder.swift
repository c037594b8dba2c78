import CoffreCore

/// Writes trees, byte for byte as restic does: the id of a tree is the hash of this text.
///
/// One encoder serves many trees, one after the other, in the same memory.
package struct TreeEncoder: Sendable {
  private var output: [UInt8] = []
  private var isFirst = true

  package init() {}

  /// Starts a tree; what an earlier one left is dropped.
  package mutating func begin() {
    output.removeAll(keepingCapacity: true)
    append("{\"nodes\":[")
    isFirst = true
  }

  /// Ends the tree.
  ///
  /// - Returns: its text. It shares the encoder's memory: dropped before the next `begin()`, it costs nothing.
  package mutating func finish() -> [UInt8] {
    append("]}\n")
    return output
  }

  /// In bytes, so far.
  package var count: Int { output.count }

  /// Appends the next node.
  ///
  /// - Precondition: names ascend by their raw bytes and no name comes twice.
  package mutating func append(_ node: borrowing Node) {
    append(isFirst ? "{\"name\":\"" : ",{\"name\":\"")
    isFirst = false
    append(name: node.name.span)
    append("\",\"type\":\"")
    append(text: node.kind.name)
    append("\"")
    if node.mode.rawValue != 0 { append(",\"mode\":", UInt64(node.mode.rawValue)) }
    append(",\"mtime\":\"", node.modified)
    append(",\"atime\":\"", node.accessed)
    append(",\"ctime\":\"", node.changed)
    append(",\"uid\":", UInt64(node.userID))
    append(",\"gid\":", UInt64(node.groupID))
    if !node.user.isEmpty { append(",\"user\":\"", text: node.user) }
    if !node.group.isEmpty { append(",\"group\":\"", text: node.group) }
    if node.inode != 0 { append(",\"inode\":", node.inode) }
    if node.deviceID != 0 { append(",\"device_id\":", node.deviceID) }
    if node.size != 0 { append(",\"size\":", node.size) }
    if node.links != 0 { append(",\"links\":", node.links) }
    if !node.linkTarget.isEmpty { append(linkTarget: node.linkTarget.span) }
    if !node.extendedAttributes.isEmpty { append(attributes: node.extendedAttributes) }
    if !node.genericAttributes.isEmpty {
      append(",\"generic_attributes\":")
      output.append(contentsOf: node.genericAttributes)
    }
    if node.device != 0 { append(",\"device\":", node.device) }
    append(content: node.content)
    if let subtree = node.subtree {
      append(",\"subtree\":\"")
      subtree.appendHex(to: &output)
      append("\"")
    }
    if !node.error.isEmpty { append(",\"error\":\"", text: node.error) }
    append("}")
  }
}

// MARK: Values

extension TreeEncoder {
  private mutating func append(_ literal: String) { output.append(contentsOf: literal.utf8) }

  private mutating func append(_ key: String, _ value: UInt64) {
    append(key)
    appendDecimal(value, to: &output)
  }

  private mutating func append(_ key: String, _ time: Timestamp) {
    append(key)
    time.clampedToWritableYears.append(to: &output)
    append("\"")
  }

  private mutating func append(_ key: String, text: String) {
    append(key)
    append(text: text)
    append("\"")
  }

  private mutating func append(text: String) {
    JSONEscaping.append(Array(text.utf8).span, to: &output)
  }

  private mutating func append(name: Span<UInt8>) {
    for index in name.indices where !NameQuoting.isLiteral(name[index]) {
      let quoted = NameQuoting.quote(name)
      return JSONEscaping.append(quoted.span, to: &output)
    }
    for index in name.indices { output.append(name[index]) }
  }

  private mutating func append(linkTarget: Span<UInt8>) {
    append(",\"linktarget\":\"")
    JSONEscaping.append(linkTarget, to: &output)
    append("\"")
    guard !isValidUTF8(linkTarget) else { return }
    append(",\"linktarget_raw\":\"")
    Base64.append(linkTarget, to: &output)
    append("\"")
  }

  private mutating func append(attributes: [ExtendedAttribute]) {
    append(",\"extended_attributes\":[")
    for index in attributes.indices {
      let attribute = attributes[index]
      append(index == 0 ? "{\"name\":\"" : ",{\"name\":\"")
      JSONEscaping.append(attribute.name.span, to: &output)
      append("\",\"value\":\"")
      Base64.append(attribute.value.span, to: &output)
      append("\"}")
    }
    append("]")
  }

  private mutating func append(content: [BlobID]?) {
    guard let content else { return append(",\"content\":null") }
    append(",\"content\":[")
    for index in content.indices {
      append(index == 0 ? "\"" : ",\"")
      content[index].appendHex(to: &output)
      append("\"")
    }
    append("]")
  }
}
