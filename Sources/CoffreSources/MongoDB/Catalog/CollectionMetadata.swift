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

  init(_ collection: MongoCollection) {
    name = collection.name
    kind = collection.kind
    options = collection.options
    indexes = collection.indexes
  }

  /// - Returns: `nil` for a text that is none.
  init?(decoding bytes: [UInt8]) {
    guard let document = ExtendedJSON.document(of: bytes), let name = document["collectionName"]?.text,
      let kind = MongoCollection.Kind(rawValue: document["type"]?.text ?? MongoCollection.Kind.collection.rawValue)
    else { return nil }
    self.name = name
    self.kind = kind
    var definition = document
    if let exact = document[Self.exactField]?.bytes {
      guard let inner = try? BSONDocument(exact) else { return nil }
      definition = inner
    }
    options = definition["options"]?.document ?? [:]
    guard let values = try? definition["indexes"]?.document?.values() ?? [] else { return nil }
    indexes = values.compactMap(\.document)
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
