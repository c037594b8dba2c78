package enum EntryKind: UInt8, Sendable, Hashable {
  case file, directory, symlink, blockDevice, characterDevice, fifo, socket

  /// As the restic format names it.
  package var typeName: String {
    switch self {
    case .file: "file"
    case .directory: "dir"
    case .symlink: "symlink"
    case .blockDevice: "dev"
    case .characterDevice: "chardev"
    case .fifo: "fifo"
    case .socket: "socket"
    }
  }
}

/// What the file system tells of one entry, whichever its kind.
package struct EntryAttributes: Sendable, Hashable {
  package var kind: EntryKind
  /// POSIX permissions with setuid, setgid and sticky: 0 to 0o7777.
  package var permissions: UInt16
  package var userID: UInt32
  package var groupID: UInt32
  /// Of files, in bytes; of others 0. For databases a hint.
  package var size: Int64
  package var modified: Timestamp
  package var accessed: Timestamp
  package var changed: Timestamp
  package var inode: UInt64
  /// The device it lies on.
  package var device: UInt64
  package var links: UInt64
  /// Of block and character devices, in the kernel's encoding.
  package var deviceNumber: UInt64

  package init(
    kind: EntryKind, permissions: UInt16, userID: UInt32 = 0, groupID: UInt32 = 0, size: Int64 = 0,
    modified: Timestamp, accessed: Timestamp? = nil, changed: Timestamp? = nil, inode: UInt64 = 0, device: UInt64 = 0,
    links: UInt64 = 0, deviceNumber: UInt64 = 0
  ) {
    self.kind = kind
    self.permissions = permissions
    self.userID = userID
    self.groupID = groupID
    self.size = size
    self.modified = modified
    self.accessed = accessed ?? modified
    self.changed = changed ?? modified
    self.inode = inode
    self.device = device
    self.links = links
    self.deviceNumber = deviceNumber
  }
}

/// What costs more system calls than a listing: asked for new and changed entries only.
package struct EntryDetails: Sendable, Hashable {
  /// Of symbolic links.
  package var linkTarget: [UInt8] = []
  /// In the order the system lists them.
  package var extendedAttributes: [ExtendedAttribute] = []
  /// Attributes that could not be read; the entry is stored without them.
  package var unreadable: [Message] = []

  package init() {}
}

package struct ExtendedAttribute: Sendable, Hashable {
  package let name: [UInt8]
  package let value: [UInt8]

  package init(name: [UInt8], value: [UInt8]) {
    self.name = name
    self.value = value
  }
}
