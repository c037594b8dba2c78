import CoffreCore
import MongoKit

/// The definition of a collection as it lies beside its documents: `<collection>.metadata.json` of mongodump, extended JSON
/// that mongorestore reads.
struct CollectionMetadata: Sendable, Hashable {
  let name: String
  let kind: MongoCollection.Kind
  let options: BSONDocument
  let indexes: [BSONDocument]

  /// Our own addition: options and indexes as BSON, where JSON would bring them back as something else.
  private static let exactField = "coffreBSON"
  static let suffix = ".metadata.json"

  /// Where its documents lie.
  var rowsName: String { kind == .timeseries ? MongoCollection.bucketPrefix + name : name }

  init(_ collection: MongoCollection) {
    name = collection.name
    kind = collection.kind
    options = collection.options
    indexes = collection.indexes
  }

  /// - Parameter known: what the collection is called where older tools do not say it.
  /// - Returns: `nil` for a text that is none.
  init?(decoding bytes: [UInt8], named known: String? = nil) {
    guard let frame = try? Frame(bytes), let name = frame.name ?? known else { return nil }
    self.name = name
    let definition: BSONDocument
    if let exact = frame.exact {
      guard let inner = try? BSONDocument(exact) else { return nil }
      definition = inner
    } else {
      guard let whole = ExtendedJSON.document(of: bytes) else { return nil }
      definition = whole
    }
    options = definition["options"]?.document ?? [:]
    let found = options["viewOn"] != nil ? #"view"# : options["timeseries"] != nil ? #"timeseries"# : #"collection"#
    guard let kind = MongoCollection.Kind(rawValue: frame.kind ?? found) else { return nil }
    self.kind = kind
    guard let values = try? definition["indexes"]?.document?.values() ?? [] else { return nil }
    indexes = values.compactMap(\.document)
  }

  /// What can be read of the text even where libbson takes a query in it for a value that is wrong.
  private struct Frame {
    private enum Field: String, CaseIterable, Sendable {
      case name = "collectionName"
      case kind = "type"
      case exact = "coffreBSON"
    }

    var name: String?
    var kind: String?
    var exact: [UInt8]?

    init(_ bytes: [UInt8]) throws(MalformedJSON) {
      var reader = JSONReader(bytes)
      var fields = JSONFields<Field>()
      try reader.enterObject()
      while let field = try reader.nextField(&fields) {
        switch field {
        case .name: name = try reader.swiftString()
        case .kind: kind = try reader.swiftString()
        case .exact: exact = try Self.binary(&reader)
        }
      }
      try reader.finish()
    }

    private enum Binary: String, CaseIterable, Sendable { case binary = "$binary" }
    private enum Content: String, CaseIterable, Sendable { case base64 }

    private static func binary(_ reader: inout JSONReader) throws(MalformedJSON) -> [UInt8] {
      var bytes: [UInt8] = []
      var outer = JSONFields<Binary>()
      try reader.enterObject()
      while try reader.nextField(&outer) != nil {
        var inner = JSONFields<Content>()
        try reader.enterObject()
        while try reader.nextField(&inner) != nil { bytes = try reader.base64() }
      }
      return bytes
    }
  }

  private var definition: [(name: String, value: BSONValue)] {
    [("options", .document(options)), ("indexes", .list(indexes.map { .document($0) }))]
  }

  /// The file's content.
  ///
  /// - Parameter uuid: of the collection, for those who ask; nothing here does.
  /// - Returns: `nil` where a text in it is no UTF-8.
  func encoded(uuid: [UInt8]?) -> [UInt8]? {
    let digits = (uuid ?? []).map { byte in
      let text = String(byte, radix: 16)
      return byte < 16 ? "0" + text : text
    }.joined()
    let rest: [(name: String, value: BSONValue)] = [
      ("uuid", .string(digits)), ("collectionName", .string(name)), ("type", .string(kind.rawValue)),
    ]
    guard let usual = ExtendedJSON.text(of: BSONDocument(definition + rest)) else { return nil }
    if let back = CollectionMetadata(decoding: Array(usual.utf8)), back == self { return Array(usual.utf8) }
    let exact = (name: Self.exactField, value: BSONValue.binary(0, BSONDocument(definition).bytes))
    return ExtendedJSON.text(of: BSONDocument(definition + rest + [exact])).map { Array($0.utf8) }
  }
}
