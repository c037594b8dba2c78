package import CoffreCore
import CoffreSystem

/// The five folders of a repository (restic design document, "Repository Layout").
package enum ObjectKind: String, Sendable, CaseIterable {
  case key = "keys"
  case lock = "locks"
  case snapshot = "snapshots"
  case index = "index"
  case pack = "data"

  package func storeKey(of id: Digest) -> StoreKey {
    let name = id.description
    return StoreKey(self == .pack ? "data/\(name.prefix(2))/\(name)" : "\(rawValue)/\(name)")
  }

  package static let config = StoreKey("config")

  /// In bytes; a guard against foreign files. Peers keep index files below 8 MiB.
  var largestUnpackedSize: Int64 {
    switch self {
    case .key, .lock: 1 << 20
    case .snapshot: 64 << 20
    case .index, .pack: 512 << 20
    }
  }
}

/// An object of a repository as a list shows it.
package struct ListedObject: Sendable, Hashable {
  package let id: Digest
  package let sizeInBytes: Int64
}

extension Store {
  /// All objects of a kind. Names that are no ids (temporary and foreign files) are passed over, as restic does.
  package func listObjects(_ kind: ObjectKind) throws(StoreError) -> [ListedObject] {
    var found: [ListedObject] = []
    try list(StoreKey(kind.rawValue)) { (object: StoredObject) throws(StoreError) in
      if let id = Digest(hex: object.key.name), object.key == kind.storeKey(of: id) {
        found.append(ListedObject(id: id, sizeInBytes: object.sizeInBytes))
      }
    }
    return found
  }

  /// A range that an index tells, as an array. Memory for a large one is taken only once its last byte is known to be
  /// there: a lying index must not cost gigabytes.
  func loadIndexed(_ key: StoreKey, range: Range<Int64>) throws(StoreError) -> [UInt8] {
    if range.count > 32 << 20 { _ = try load(key, range: range.upperBound - 1..<range.upperBound, expectedSize: 1) }
    return try load(key, range: range, expectedSize: range.count)
  }

  /// The same into memory that is used again.
  ///
  /// - Parameter bytes: made larger if need be; what was asked for stands at its front.
  func loadIndexed(_ key: StoreKey, range: Range<Int64>, reusing bytes: inout [UInt8]) throws(StoreError) {
    guard range.count <= 32 << 20 else { return bytes = try loadIndexed(key, range: range) }
    if bytes.count < range.count { bytes = makeBuffer(range.count) }
    var whole = bytes.mutableSpan
    var part = whole._mutatingExtracting(0..<range.count)
    // A range that is not there whole is an error.
    _ = try load(key, range: range, into: &part)
  }
}
