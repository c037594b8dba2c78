import CoffreCore
import OpenSSLKit

/// For looking at objects as they are.
extension Repository {
  /// The one object whose id begins so.
  package func findObject(_ kind: ObjectKind, _ prefix: IDPrefix) throws -> ListedObject {
    let matches = try store.listObjects(kind).filter { prefix.matches($0.id) }
    guard matches.count < 2 else {
      throw RepositoryError.ambiguousObject(
        kind: kind.singular, prefix.text, matches: matches.map { String($0.id.description.prefix(16)) }.sorted())
    }
    guard let match = matches.first else { throw RepositoryError.noSuchObject(kind: kind.singular, prefix.text) }
    return match
  }

  /// The plaintext of an index, snapshot or lock; of a key, the file itself. The name is checked against the content.
  package func document(_ kind: ObjectKind, _ object: ListedObject) throws -> [UInt8] {
    guard kind == .key else { return try loadUnpacked(kind, object, with: makeCodec()) }
    return try wholeObject(kind, object)
  }

  /// The stored bytes of an object. The name is checked against them.
  package func wholeObject(_ kind: ObjectKind, _ object: ListedObject) throws -> [UInt8] {
    let key = kind.storeKey(of: object.id)
    let bytes = try store.load(key, expectedSize: Int(object.sizeInBytes))
    guard makeCodec().hasher.hash(bytes.span) == object.id else {
      throw RepositoryError.damaged(object: key.path, problem: "its name is not the hash of its content")
    }
    return bytes
  }

  /// The plaintext of the configuration, with whatever fields other programs put there.
  package func configDocument() throws -> [UInt8] {
    let sealed = try store.load(ObjectKind.config, expectedSize: 64 << 10)
    do throws(BlobProblem) {
      return try makeCodec().openConfig(sealed.span)
    } catch {
      throw RepositoryError.damaged(object: ObjectKind.config.path, problem: error.text)
    }
  }

  /// The master key as key files hold it sealed. Whoever sees it can read and forge everything in the repository, for ever.
  package func revealedMasterKey() -> [UInt8] { masterKey.encoded() }
}

extension ObjectKind {
  /// As people call one of them.
  package var singular: String {
    switch self {
    case .key: "key"
    case .lock: "lock"
    case .snapshot: "snapshot"
    case .index: "index"
    case .pack: "pack"
    }
  }
}

extension BlobIndex {
  /// The one blob whose id begins so; data before trees, as restic looks for it.
  package func findBlob(_ prefix: IDPrefix) throws(RepositoryError) -> (id: BlobID, kind: BlobKind) {
    for kind in BlobKind.allCases {
      var matches = BlobIDSet()
      for number in 0..<count where self.kind(ofEntry: number) == kind && prefix.matches(id(ofEntry: number)) {
        matches.insert(id(ofEntry: number))
      }
      guard matches.count < 2 else {
        throw .ambiguousObject(
          kind: "blob", prefix.text,
          matches: matches.elements.prefix(8).map { String($0.description.prefix(16)) }.sorted())
      }
      if let id = matches.elements.first { return (id, kind) }
    }
    throw .noSuchObject(kind: "blob", prefix.text)
  }
}
