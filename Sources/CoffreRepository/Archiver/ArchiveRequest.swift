package import CoffreCore
import CoffreSystem

/// What a backup is to make of a source session.
package struct ArchiveRequest: Sendable {
  package var hostName: String
  package var userName: String
  package var userID: UInt32
  package var groupID: UInt32
  /// The snapshot's time, with the local offset: `forget` takes its days from it.
  package var time: Timestamp
  package var tags: [String] = []
  /// As they were given; stored with the snapshot.
  package var excludes: [String] = []
  package var parent: StoredSnapshot?
  package var program: String
  package var change = ChangeRule()
  package var isDryRun = false
  /// Make no snapshot if its tree would be the parent's.
  package var skipsUnchanged = false
  package var compression = CompressionMode.auto
  package var selfCheck = SelfCheck.sampled
  /// Throws unless the lock still holds; asked before the snapshot is saved.
  package var confirmLock: @Sendable () throws -> Void = {}
  /// A file that changed while it was read counts as a loss.
  package var changesAreLosses = false
  /// Threads that read, chunk, compress and seal.
  package var threadCount: Int
  /// Some wait for the disk while the others compute.
  package static var usualThreadCount: Int { processorCount + 2 }
  /// `nil` for what suits the store.
  package var rhythm: IndexRhythm?
  package var packSize = PackHeader.usualPackSize
  /// Peers that only compare bytes want the fields of one restic version.
  package var nodeFields = NodeFields()

  package init(machine: MachineIdentity, hostName: String? = nil, time: Timestamp, program: String, threadCount: Int) {
    self.hostName = hostName ?? machine.hostName
    userName = machine.userName
    userID = machine.userID
    groupID = machine.groupID
    self.time = time
    self.program = program
    self.threadCount = threadCount
  }
}

/// Which attributes must be equal for a file to be taken over from the parent unread (restic's rule).
package struct ChangeRule: Sendable, Hashable {
  package var ignoresChangeTime = false
  /// Neither inode nor change time are compared then.
  package var ignoresInode = false

  package init() {}

  package func isUnchanged(_ attributes: EntryAttributes, since node: Node) -> Bool {
    guard node.kind == .file, node.size == UInt64(attributes.size), node.modified.isSameInstant(as: attributes.modified)
    else { return false }
    if ignoresInode { return true }
    return node.inode == attributes.inode && (ignoresChangeTime || node.changed.isSameInstant(as: attributes.changed))
  }
}

/// Optional fields of nodes.
package struct NodeFields: Sendable, Hashable {
  /// Store the access time as it is instead of the modification time.
  package var accessTime = false

  package init() {}
}

/// What a backup made.
package struct ArchiveResult: Sendable {
  /// `nil` for a dry run, and for a tree that is the parent's where that makes no snapshot.
  package let snapshotID: SnapshotID?
  package let tree: TreeID
  package let summary: SnapshotSummary
  /// Whether the tree is that of the parent.
  package let isUnchanged: Bool
  /// How many entries are missing or doubtful.
  package let losses: Int
}
