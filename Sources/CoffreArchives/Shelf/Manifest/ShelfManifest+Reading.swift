import CoffreCore

extension ShelfManifest {
  private enum Field: String, CaseIterable, Sendable {
    case format, version, kind, form, variant, parent, takenAt, host, sources, tags, program, complete, archive, needs,
      counts
  }

  /// Reads the first line. Fields it does not know are passed over; a later version is refused.
  init(decodingHead line: [UInt8]) throws(ShelfError) {
    var text = line
    guard text.last == UInt8(ascii: ",") else { throw .foreignManifest }
    text[text.count - 1] = UInt8(ascii: "}")
    let (format, version, kind): (String, UInt64?, String)
    do throws(MalformedJSON) {
      (format, version, kind) = try Self.identity(JSONReader(text))
    } catch {
      throw .malformedManifest(MalformedShelfManifest(error))
    }
    guard format == Self.format, kind == Self.kind, let version, version > 0 else { throw .foreignManifest }
    guard version <= Self.version else { throw .newerManifest(version: version) }
    do throws(MalformedJSON) {
      try self.init(JSONReader(text))
    } catch {
      throw .malformedManifest(MalformedShelfManifest(error))
    }
  }

  private static func identity(_ start: JSONReader) throws(MalformedJSON) -> (String, UInt64?, String) {
    var reader = start
    var fields = JSONFields<Field>()
    var (format, kind) = ("", "")
    var version: UInt64?
    try reader.enterObject()
    while let field = try reader.nextField(&fields) {
      switch field {
      case .format: format = try reader.swiftString()
      case .version: version = try reader.unsigned()
      case .kind: kind = try reader.swiftString()
      default: try reader.skipValue()
      }
    }
    try reader.finish()
    return (format, version, kind)
  }

  private init(_ start: JSONReader) throws(MalformedJSON) {
    var reader = start
    var fields = JSONFields<Field>()
    var form = PointPlace.Form.folder
    var variant: ShelfVariant?
    var takenAt: Timestamp?
    var isComplete: Bool?
    var archive: Archive?
    var parent: Parent?
    var (host, program) = ("", "")
    var sources: [PathBytes] = []
    var tags: [String] = []
    var needs: [Need] = []
    var counts = Counts()
    try reader.enterObject()
    while let field = try reader.nextField(&fields) {
      switch field {
      case .format, .version, .kind: try reader.skipValue()
      case .form: form = try reader.pointForm()
      case .variant: variant = ShelfVariant(rawValue: try reader.swiftString())
      case .parent: parent = try Parent(reading: &reader)
      case .takenAt: takenAt = try reader.time()
      case .host: host = try reader.swiftString()
      case .sources: sources = try reader.objects { (reader) throws(MalformedJSON) in try reader.onlyBytes("path") }
      case .tags: tags = try reader.strings()
      case .program: program = try reader.swiftString()
      case .complete: isComplete = try reader.bool()
      case .archive: archive = try Archive(reading: &reader)
      case .needs: needs = try reader.objects { (reader) throws(MalformedJSON) in try Need(reading: &reader) }
      case .counts: counts = try Counts(reading: &reader)
      }
    }
    try reader.finish()
    guard let variant, let takenAt, let isComplete, let archive else {
      throw reader.failure("no word on its variant, its time, its archive or whether it is complete")
    }
    self.init(
      form: form, variant: variant, parent: parent, takenAt: takenAt, host: host, sources: sources, tags: tags,
      program: program,
      isComplete: isComplete, archive: archive, needs: needs, counts: counts)
  }
}

extension ShelfManifest.Parent {
  private enum Field: String, CaseIterable, Sendable { case name, nameRaw, sha256 }

  fileprivate init(reading reader: inout JSONReader) throws(MalformedJSON) {
    var fields = JSONFields<Field>()
    var name = RawName()
    var sha256: Digest?
    try reader.enterObject()
    while let field = try reader.nextField(&fields) {
      switch field {
      case .name: name.shown = try reader.string()
      case .nameRaw: name.raw = try reader.base64()
      case .sha256: sha256 = try reader.digest()
      }
    }
    guard let bytes = name.bytes, let sha256 else { throw reader.failure("a parent without name or checksum") }
    self.init(name: bytes, sha256: sha256)
  }
}

extension ShelfManifest.Archive {
  private enum Field: String, CaseIterable, Sendable { case format, lacks, files, encryption }

  fileprivate init(reading reader: inout JSONReader) throws(MalformedJSON) {
    var fields = JSONFields<Field>()
    self.init(format: "")
    try reader.enterObject()
    while let field = try reader.nextField(&fields) {
      switch field {
      case .format: format = try reader.swiftString()
      case .lacks: lacks = try reader.strings()
      case .files: files = try reader.storedFiles()
      case .encryption: encryption = try ShelfManifest.Encryption(reading: &reader)
      }
    }
  }
}

extension ShelfManifest.Encryption {
  private enum Field: String, CaseIterable, Sendable { case kind, recipients }

  fileprivate init(reading reader: inout JSONReader) throws(MalformedJSON) {
    var fields = JSONFields<Field>()
    var kind = ""
    var recipients: [String] = []
    try reader.enterObject()
    while let field = try reader.nextField(&fields) {
      switch field {
      case .kind: kind = try reader.swiftString()
      case .recipients: recipients = try reader.strings()
      }
    }
    guard !kind.isEmpty else { throw reader.failure("an encryption without its kind") }
    self.init(kind: kind, recipients: recipients)
  }
}

extension ShelfManifest.Need {
  private enum Field: String, CaseIterable, Sendable { case point, pointRaw, form, files }

  fileprivate init(reading reader: inout JSONReader) throws(MalformedJSON) {
    var fields = JSONFields<Field>()
    var point = RawName()
    var form = PointPlace.Form.folder
    var files: [ShelfManifest.StoredFile] = []
    try reader.enterObject()
    while let field = try reader.nextField(&fields) {
      switch field {
      case .point: point.shown = try reader.string()
      case .pointRaw: point.raw = try reader.base64()
      case .form: form = try reader.pointForm()
      case .files: files = try reader.storedFiles()
      }
    }
    guard let name = point.bytes else { throw reader.failure("a needed point without name") }
    // A manifest that was made to harm must not lead out of its shelf.
    guard isFileName(name) else { throw reader.failure("a needed point with a name that no folder may have") }
    self.init(PointPlace(name, form), files: files)
  }
}

extension ShelfManifest.Counts {
  private enum Field: String, CaseIterable, Sendable {
    case entries, files, bytes, stored, storedBytes, deleted, renamed, losses
  }

  fileprivate init(reading reader: inout JSONReader) throws(MalformedJSON) {
    var fields = JSONFields<Field>()
    self.init()
    try reader.enterObject()
    while let field = try reader.nextField(&fields) {
      let value = try reader.signed()
      switch field {
      case .entries: entries = Int(clamping: value)
      case .files: files = Int(clamping: value)
      case .bytes: bytes = value
      case .stored: stored = Int(clamping: value)
      case .storedBytes: storedBytes = value
      case .deleted: deleted = Int(clamping: value)
      case .renamed: renamed = Int(clamping: value)
      case .losses: losses = Int(clamping: value)
      }
    }
  }
}

/// A name that is written twice where it is no UTF-8.
struct RawName {
  var shown: [UInt8]?
  var raw: [UInt8]?
  var bytes: [UInt8]? { raw ?? shown }
}

extension JSONReader {
  fileprivate mutating func objects<Element>(
    _ read: (inout JSONReader) throws(MalformedJSON) -> Element
  ) throws(MalformedJSON) -> [Element] {
    if try takesNull() { return [] }
    var elements: [Element] = []
    try enterArray()
    while try nextElement() { elements.append(try read(&self)) }
    return elements
  }

  /// An object with one name.
  fileprivate mutating func onlyBytes(_ name: String) throws(MalformedJSON) -> [UInt8] {
    var names = RawName()
    try enterObject()
    while let key = try nextKey() {
      switch swiftString(of: key) {
      case name: names.shown = try string()
      case name + "Raw": names.raw = try base64()
      default: try skipValue()
      }
    }
    guard let bytes = names.bytes else { throw failure("object without '\(name)'") }
    return bytes
  }

  fileprivate mutating func pointForm() throws(MalformedJSON) -> PointPlace.Form {
    guard let form = PointPlace.Form(rawValue: try swiftString()) else {
      throw failure("a form of a backup that this version does not know")
    }
    return form
  }

  private enum FileField: String, CaseIterable, Sendable { case name, nameRaw, size, sha256 }

  fileprivate mutating func storedFiles() throws(MalformedJSON) -> [ShelfManifest.StoredFile] {
    try objects { (reader) throws(MalformedJSON) in
      var fields = JSONFields<FileField>()
      var name = RawName()
      var size: Int64?
      var sha256: Digest?
      try reader.enterObject()
      while let field = try reader.nextField(&fields) {
        switch field {
        case .name: name.shown = try reader.string()
        case .nameRaw: name.raw = try reader.base64()
        case .size: size = try reader.signed()
        case .sha256: sha256 = try reader.digest()
        }
      }
      guard let bytes = name.bytes, let size, size >= 0, let sha256 else {
        throw reader.failure("a file without name, size or checksum")
      }
      // A manifest that was made to harm must not lead out of its folder.
      guard isFileName(bytes) else { throw reader.failure("a file with a name that no file may have") }
      return ShelfManifest.StoredFile(name: bytes, size: size, sha256: sha256)
    }
  }
}

/// Whether a name can be that of an entry in a folder.
func isFileName(_ name: PathBytes) -> Bool {
  !name.isEmpty && name != [0x2E] && name != [0x2E, 0x2E] && !name.contains(UInt8(ascii: "/")) && !name.contains(0)
}

/// Whether a path can be that of an entry: relative, every component a name.
func isEntryPath(_ path: PathBytes) -> Bool {
  path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy { isFileName(Array($0)) }
}
