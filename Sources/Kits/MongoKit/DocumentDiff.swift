/// What an update changed in a document, as servers since 5.0 write it into their log (`$v: 2`, `diff`).
///
/// Such a diff may be laid over a document that has seen it already, or later ones: with all that follow, the result is
/// what it was on the server. Where the document does not fit, something later replaces that place, and null stands there.
package struct DocumentDiff: Sendable, Hashable {
  package enum Failure: Error, Sendable, Hashable {
    case malformed
    /// A kind of change that later servers may have.
    case unknown(String)
  }

  fileprivate let top: Change

  /// - Throws: for what is not understood; then nothing of it may be used.
  package init(_ diff: BSONDocument) throws(Failure) {
    top = try Self.change(diff, depth: 0)
    guard case .object = top else { throw .malformed }
  }

  package func applied(to document: BSONDocument) throws(Failure) -> BSONDocument {
    guard case .object(let change) = top else { throw .malformed }
    do throws(MalformedBSON) {
      return try change.applied(to: document)
    } catch {
      throw .malformed
    }
  }
}

// MARK: What it says

extension DocumentDiff {
  fileprivate indirect enum Change: Sendable, Hashable {
    case object(ObjectChange)
    case array(ArrayChange)
  }

  fileprivate struct ObjectChange: Sendable, Hashable {
    /// By their names.
    var places: [[UInt8]: Place] = [:]
    /// What must be there afterwards: behind all others, where nothing was to be replaced.
    var fields: [BSONField] = []

    enum Place: Sendable, Hashable {
      case removed
      case replaced(BSONField)
      /// Goes where it is, comes again at the end.
      case moved
      case inner(Change)
    }
  }

  fileprivate struct ArrayChange: Sendable, Hashable {
    var size: Int?
    /// In the order of their places.
    var elements: [Element] = []

    struct Element: Sendable, Hashable {
      let index: Int
      let content: Content
    }

    enum Content: Sendable, Hashable {
      case value(BSONField)
      case inner(Change)
    }
  }

  /// No document is deeper.
  private static let mostDepth = 250
  /// No document holds more elements.
  private static let mostElements = 8 << 20

  private static func change(_ diff: BSONDocument, depth: Int) throws(Failure) -> Change {
    guard depth < mostDepth, let fields = try? diff.rawFields() else { throw .malformed }
    if let first = fields.first, first.name == Array("a".utf8) {
      return .array(try arrayChange(fields.dropFirst(), depth: depth))
    }
    return .object(try objectChange(fields, depth: depth))
  }

  private static func objectChange(_ sections: [BSONField], depth: Int) throws(Failure) -> ObjectChange {
    var change = ObjectChange()
    for section in sections {
      guard section.kind == BSONField.object, let content = try? BSONDocument(section.value) else {
        throw .unknown(text(section.name))
      }
      if section.name.count > 1, section.name[0] == UInt8(ascii: "s") {
        change.places[Array(section.name.dropFirst())] = .inner(try self.change(content, depth: depth + 1))
        continue
      }
      guard let fields = try? content.rawFields() else { throw .malformed }
      switch section.name {
      case [UInt8(ascii: "d")]:
        for field in fields { change.places[field.name] = .removed }
      case [UInt8(ascii: "u")]:
        for field in fields { change.places[field.name] = .replaced(field) }
        change.fields += fields
      case [UInt8(ascii: "i")]:
        for field in fields { change.places[field.name] = .moved }
        change.fields += fields
      // A field without a name is changed inside.
      case [UInt8(ascii: "s")]: change.places[[]] = .inner(try self.change(content, depth: depth + 1))
      default: throw .unknown(text(section.name))
      }
    }
    return change
  }

  private static func arrayChange(_ sections: ArraySlice<BSONField>, depth: Int) throws(Failure) -> ArrayChange {
    var change = ArrayChange()
    for section in sections {
      if section.name == Array("l".utf8) {
        guard section.kind == 0x10, section.value.count == 4 else { throw .malformed }
        let size = BSONScanner.int32(section.value.span, at: 0)
        guard (0...mostElements).contains(size) else { throw .malformed }
        change.size = size
        continue
      }
      guard let index = Int(text(Array(section.name.dropFirst()))), (0..<mostElements).contains(index) else {
        throw .unknown(text(section.name))
      }
      switch section.name[0] {
      case UInt8(ascii: "u"):
        change.elements.append(ArrayChange.Element(index: index, content: .value(section)))
      case UInt8(ascii: "s"):
        guard let inner = try? BSONDocument(section.value) else { throw .malformed }
        let content = ArrayChange.Content.inner(try self.change(inner, depth: depth + 1))
        change.elements.append(ArrayChange.Element(index: index, content: content))
      default: throw .unknown(text(section.name))
      }
    }
    change.elements.sort { $0.index < $1.index }
    return change
  }

  private static func text(_ name: [UInt8]) -> String { String(decoding: name, as: UTF8.self) }
}

// MARK: What it does

extension DocumentDiff.Change {
  /// - Parameter former: `nil` where there is nothing.
  func applied(to former: BSONField?, named name: [UInt8]) throws(MalformedBSON) -> BSONField {
    if let former {
      switch self {
      case .object(let change):
        guard former.kind == BSONField.object else { break }
        let inner = try change.applied(to: try BSONDocument(former.value))
        return BSONField(kind: former.kind, name: name, value: inner.bytes)
      case .array(let change):
        guard former.kind == BSONField.array else { break }
        let inner = try change.applied(to: try BSONDocument(former.value))
        return BSONField(kind: former.kind, name: name, value: inner.bytes)
      }
    }
    return BSONField(kind: BSONField.null, name: name, value: [])
  }
}

extension DocumentDiff.ObjectChange {
  func applied(to document: BSONDocument) throws(MalformedBSON) -> BSONDocument {
    var fields: [BSONField] = []
    var done: Set<[UInt8]> = []
    for field in try document.rawFields() {
      switch places[field.name] {
      case nil: fields.append(field)
      case .removed, .moved: break
      case .replaced(let other):
        fields.append(other)
        done.insert(field.name)
      case .inner(let change): fields.append(try change.applied(to: field, named: field.name))
      }
    }
    fields += self.fields.filter { !done.contains($0.name) }
    return BSONDocument(rawFields: fields)
  }
}

extension DocumentDiff.ArrayChange {
  func applied(to array: BSONDocument) throws(MalformedBSON) -> BSONDocument {
    let former = try array.rawFields()
    let count = size ?? max(former.count, (elements.last?.index ?? -1) + 1)
    var fields: [BSONField] = []
    fields.reserveCapacity(count)
    var next = 0
    for index in 0..<count {
      let name = Array("\(index)".utf8)
      let old = index < former.count ? former[index] : nil
      while next < elements.count, elements[next].index < index { next += 1 }
      if next < elements.count, elements[next].index == index {
        switch elements[next].content {
        case .value(let value): fields.append(value.named(name))
        case .inner(let change): fields.append(try change.applied(to: old, named: name))
        }
      } else {
        fields.append(old ?? BSONField(kind: BSONField.null, name: name, value: []))
      }
    }
    return BSONDocument(rawFields: fields)
  }
}
