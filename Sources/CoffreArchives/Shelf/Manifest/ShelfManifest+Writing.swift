import CoffreCore

extension ShelfManifest {
  /// The first line of the file, without its line feed: an object that the sections go on with.
  func encodedHead() -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.field("format") { $0.string(Self.format) }
    json.field("version") { $0.number(Self.version) }
    json.field("kind") { $0.string(Self.kind) }
    json.field("form") { $0.string(form.rawValue) }
    json.field("variant") { $0.string(variant.rawValue) }
    if let parent {
      json.object("parent") { json in
        json.bytes("name", parent.name)
        json.field("sha256") { $0.digest(parent.sha256) }
      }
    }
    json.field("takenAt") { $0.time(takenAt) }
    json.field("host") { $0.string(host) }
    json.objects("sources", sources) { source, json in json.bytes("path", source) }
    json.field("tags") { $0.strings(tags) }
    json.field("program") { $0.string(program) }
    json.field("complete") { $0.bool(isComplete) }
    json.object("archive") { json in
      json.field("format") { $0.string(archive.format) }
      json.field("lacks") { $0.strings(archive.lacks) }
      if let encryption = archive.encryption {
        json.object("encryption") { json in
          json.field("kind") { $0.string(encryption.kind) }
          json.field("recipients") { $0.strings(encryption.recipients) }
        }
      }
      json.objects("files", archive.files) { $0.write(to: &$1) }
    }
    json.objects("needs", needs) { need, json in
      json.bytes("point", need.point)
      json.field("form") { $0.string(need.place.form.rawValue) }
      json.objects("files", need.files) { $0.write(to: &$1) }
    }
    json.object("counts") { counts.write(to: &$0) }
    return json.output + [UInt8(ascii: ",")]
  }
}

extension ShelfManifest.StoredFile {
  fileprivate func write(to json: inout JSONWriter) {
    json.bytes("name", name)
    json.field("size") { $0.number(size) }
    json.field("sha256") { $0.digest(sha256) }
  }
}

extension ShelfManifest.Counts {
  fileprivate func write(to json: inout JSONWriter) {
    json.field("entries") { $0.number(Int64(entries)) }
    json.field("files") { $0.number(Int64(files)) }
    json.field("bytes") { $0.number(bytes) }
    json.field("stored") { $0.number(Int64(stored)) }
    json.field("storedBytes") { $0.number(storedBytes) }
    json.field("deleted") { $0.number(Int64(deleted)) }
    json.field("renamed") { $0.number(Int64(renamed)) }
    json.field("losses") { $0.number(Int64(losses)) }
  }
}

extension ShelfEntry {
  /// One line, without its line feed. Equal entries give equal bytes.
  func encoded() -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.bytes("path", path)
    json.field("kind") { $0.string(attributes.kind.typeName) }
    if attributes.kind == .file { json.field("size") { $0.number(attributes.size) } }
    json.field("mode") { $0.string(String(attributes.permissions, radix: 8)) }
    json.field("uid") { $0.number(UInt64(attributes.userID)) }
    json.field("gid") { $0.number(UInt64(attributes.groupID)) }
    if !userName.isEmpty { json.field("user") { $0.string(userName) } }
    if !groupName.isEmpty { json.field("group") { $0.string(groupName) } }
    json.field("modified") { $0.time(attributes.modified) }
    if attributes.changed != attributes.modified { json.field("changed") { $0.time(attributes.changed) } }
    if attributes.inode != 0 { json.field("inode") { $0.number(attributes.inode) } }
    if attributes.deviceNumber != 0 { json.field("device") { $0.number(attributes.deviceNumber) } }
    if attributes.kind == .symlink { json.bytes("target", details.linkTarget) }
    if !details.extendedAttributes.isEmpty {
      json.objects("attributes", details.extendedAttributes) { attribute, json in
        json.bytes("name", attribute.name)
        json.field("value") { $0.base64(attribute.value.span) }
      }
    }
    if let content {
      json.field("sha256") { $0.digest(content.sha256) }
      if let need = content.need { json.field("need") { $0.number(Int64(need)) } }
      if let name = content.name { json.bytes("as", name) }
    }
    if let hardLinkOf { json.bytes("link", hardLinkOf) }
    json.endObject()
    return json.output
  }
}

extension EntryKind {
  /// - Parameter name: one of the restic format's words.
  init?(typeName name: String) {
    let all: [EntryKind] = [.file, .directory, .symlink, .blockDevice, .characterDevice, .fifo, .socket]
    guard let kind = all.first(where: { $0.typeName == name }) else { return nil }
    self = kind
  }
}

extension JSONWriter {
  /// Bytes of a path or name. Where they are no UTF-8 the field is for people, and `<name>Raw` holds them in base64.
  mutating func bytes(_ name: String, _ value: [UInt8]) {
    field(name) { $0.string(value.span) }
    if String(validating: value, as: UTF8.self) == nil { field(name + "Raw") { $0.base64(value.span) } }
  }

  mutating func object(_ name: String, _ write: (inout JSONWriter) -> Void) {
    key(name)
    beginObject()
    write(&self)
    endObject()
  }

  mutating func objects<Element>(
    _ name: String, _ elements: [Element], _ write: (Element, inout JSONWriter) -> Void
  ) {
    key(name)
    beginArray()
    for element in elements {
      beginObject()
      write(element, &self)
      endObject()
    }
    endArray()
  }
}
