import CoffreCore

extension ShelfEntry {
  private enum Field: String, CaseIterable, Sendable {
    case path, pathRaw, kind, size, mode, uid, gid, user, group, modified, changed, inode, device, target, targetRaw
    case attributes, sha256, need, linkRaw, link
    case asName = "as"
    case asNameRaw = "asRaw"
  }

  /// Reads one line.
  ///
  /// - Parameter needs: how many archives of other points the manifest names.
  init(decoding line: [UInt8], needs: Int) throws(MalformedJSON) {
    var reader = JSONReader(line)
    var fields = JSONFields<Field>()
    var (path, target, name, link) = (RawName(), RawName(), RawName(), RawName())
    var kind: EntryKind?
    var permissions: UInt16?
    var (modified, changed): (Timestamp?, Timestamp?) = (nil, nil)
    var attributes = EntryAttributes(kind: .file, permissions: 0, modified: .missing)
    var details = EntryDetails()
    var (user, group) = ("", "")
    var sha256: Digest?
    var need: Int?
    try reader.enterObject()
    while let field = try reader.nextField(&fields) {
      switch field {
      case .path: path.shown = try reader.string()
      case .pathRaw: path.raw = try reader.base64()
      case .kind: kind = EntryKind(typeName: try reader.swiftString())
      case .size: attributes.size = try reader.signed()
      case .mode: permissions = UInt16(try reader.swiftString(), radix: 8)
      case .uid: attributes.userID = try reader.unsigned32()
      case .gid: attributes.groupID = try reader.unsigned32()
      case .user: user = try reader.swiftString()
      case .group: group = try reader.swiftString()
      case .modified: modified = try reader.time()
      case .changed: changed = try reader.time()
      case .inode: attributes.inode = try reader.unsigned()
      case .device: attributes.deviceNumber = try reader.unsigned()
      case .target: target.shown = try reader.string()
      case .targetRaw: target.raw = try reader.base64()
      case .attributes: details.extendedAttributes = try Self.extendedAttributes(&reader)
      case .sha256: sha256 = try reader.digest()
      case .need: need = Int(clamping: try reader.unsigned())
      case .asName: name.shown = try reader.string()
      case .asNameRaw: name.raw = try reader.base64()
      case .link: link.shown = try reader.string()
      case .linkRaw: link.raw = try reader.base64()
      }
    }
    try reader.finish()
    guard let path = path.bytes, let kind, let permissions, permissions <= 0o7777, let modified else {
      throw reader.failure("an entry without path, kind, mode or time", at: 0)
    }
    guard isEntryPath(path), link.bytes.map(isEntryPath) ?? true else {
      throw reader.failure("an entry with a path that no entry may have", at: 0)
    }
    guard attributes.size >= 0, need.map({ $0 < needs }) ?? true else {
      throw reader.failure("an entry with a number out of range", at: 0)
    }
    attributes.kind = kind
    attributes.permissions = permissions
    attributes.modified = modified
    attributes.accessed = modified
    attributes.changed = changed ?? modified
    if kind == .file, sha256 == nil, link.bytes == nil {
      throw reader.failure("a file without a checksum", at: 0)
    }
    details.linkTarget = target.bytes ?? []
    self.init(
      path: path, attributes: attributes, details: details, userName: user, groupName: group,
      content: sha256.map { Content(sha256: $0, need: need, name: name.bytes) }, hardLinkOf: link.bytes)
  }

  private enum AttributeField: String, CaseIterable, Sendable { case name, nameRaw, value }

  private static func extendedAttributes(_ reader: inout JSONReader) throws(MalformedJSON) -> [ExtendedAttribute] {
    var attributes: [ExtendedAttribute] = []
    try reader.enterArray()
    while try reader.nextElement() {
      var fields = JSONFields<AttributeField>()
      var name = RawName()
      var value: [UInt8] = []
      try reader.enterObject()
      while let field = try reader.nextField(&fields) {
        switch field {
        case .name: name.shown = try reader.string()
        case .nameRaw: name.raw = try reader.base64()
        case .value: value = try reader.base64()
        }
      }
      guard let bytes = name.bytes else { throw reader.failure("an attribute without name") }
      attributes.append(ExtendedAttribute(name: bytes, value: value))
    }
    return attributes
  }
}

extension ShelfRenaming {
  private enum Field: String, CaseIterable, Sendable { case from, fromRaw, to, toRaw }

  init(decoding line: [UInt8]) throws(MalformedJSON) {
    var reader = JSONReader(line)
    var fields = JSONFields<Field>()
    var (old, new) = (RawName(), RawName())
    try reader.enterObject()
    while let field = try reader.nextField(&fields) {
      switch field {
      case .from: old.shown = try reader.string()
      case .fromRaw: old.raw = try reader.base64()
      case .to: new.shown = try reader.string()
      case .toRaw: new.raw = try reader.base64()
      }
    }
    try reader.finish()
    guard let from = old.bytes, let to = new.bytes else { throw reader.failure("a renaming without both paths", at: 0) }
    self.init(old: from, new: to)
  }

  func encoded() -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.bytes("from", old)
    json.bytes("to", new)
    json.endObject()
    return json.output
  }
}
