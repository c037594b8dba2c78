package import CoffreCore

/// Every object of a repository is named by a SHA-256; the aliases tell readers of which object.
package typealias BlobID = Digest
package typealias PackID = Digest
package typealias SnapshotID = Digest
package typealias KeyID = Digest
package typealias LockID = Digest
package typealias IndexID = Digest
package typealias TreeID = Digest

/// The two name spaces of blobs: the same bytes may exist once as data and once as a tree.
package enum BlobKind: UInt8, Sendable, Hashable, CaseIterable {
  case data = 0
  case tree = 1

  /// As index files write it.
  package var name: String {
    switch self {
    case .data: "data"
    case .tree: "tree"
    }
  }
}
