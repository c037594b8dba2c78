package import CoffreCore

/// What a node is. Of its name in the tree, `type`, not of the bits in its mode.
package enum NodeKind: Sendable, Hashable {
  case file, directory, symlink, blockDevice, characterDevice, fifo, socket
  /// A type this program does not know; kept so that it survives reading and can be reported.
  case other(String)

  package init(_ kind: EntryKind) {
    switch kind {
    case .file: self = .file
    case .directory: self = .directory
    case .symlink: self = .symlink
    case .blockDevice: self = .blockDevice
    case .characterDevice: self = .characterDevice
    case .fifo: self = .fifo
    case .socket: self = .socket
    }
  }

  /// - Returns: `nil` for a type this program does not know.
  package var entryKind: EntryKind? {
    switch self {
    case .file: .file
    case .directory: .directory
    case .symlink: .symlink
    case .blockDevice: .blockDevice
    case .characterDevice: .characterDevice
    case .fifo: .fifo
    case .socket: .socket
    case .other: nil
    }
  }

  /// As trees write it.
  package var name: String {
    switch self {
    case .file: "file"
    case .directory: "dir"
    case .symlink: "symlink"
    case .blockDevice: "dev"
    case .characterDevice: "chardev"
    case .fifo: "fifo"
    case .socket: "socket"
    case .other(let name): name
    }
  }

  package init(name: String) {
    switch name {
    case "file": self = .file
    case "dir": self = .directory
    case "symlink": self = .symlink
    case "dev": self = .blockDevice
    case "chardev": self = .characterDevice
    case "fifo": self = .fifo
    case "socket": self = .socket
    default: self = .other(name)
    }
  }
}

/// One entry of a tree. A value of zero or an empty one is not written, save where the format demands it.
package struct Node: Sendable, Hashable {
  /// The raw bytes; trees hold them quoted.
  package var name: [UInt8]
  package var kind: NodeKind
  package var mode = GoFileMode(rawValue: 0)
  package var modified = Timestamp.missing
  package var accessed = Timestamp.missing
  package var changed = Timestamp.missing
  package var userID: UInt32 = 0
  package var groupID: UInt32 = 0
  /// Name of the user, if known.
  package var user = ""
  /// Name of the group, if known.
  package var group = ""
  package var inode: UInt64 = 0
  /// The device it lies on.
  package var deviceID: UInt64 = 0
  /// Of files: how many bytes were read, in all.
  package var size: UInt64 = 0
  /// Number of hard links; not set for directories, fifos and sockets.
  package var links: UInt64 = 0
  /// Of symbolic links: the raw bytes.
  package var linkTarget: [UInt8] = []
  /// The target as JSON text, where the tree it was read from writes it in another way than we do (restic built with old
  /// Go): kept so that the tree can be written again to the same bytes.
  var foreignLinkTargetText: [UInt8] = []
  /// In the order the system lists them.
  package var extendedAttributes: [ExtendedAttribute] = []
  /// A JSON object of what Windows knows of the entry, passed through as it stands; empty if there is none.
  package var genericAttributes: [UInt8] = []
  /// Of block and character devices, in the kernel's encoding.
  package var device: UInt64 = 0
  /// Of files: the data blobs in their order, none for an empty file. Of others `nil`.
  package var content: [BlobID]?
  /// Of directories: their tree.
  package var subtree: TreeID?
  package var error = ""

  package init(name: [UInt8], kind: NodeKind) {
    self.name = name
    self.kind = kind
  }
}
