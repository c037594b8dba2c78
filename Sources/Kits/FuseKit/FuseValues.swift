import CFuse
import CoffreCore
import CoffreSystem
import Glibc

extension FileSystemFailure {
  /// As the kernel wants it.
  var code: Int32 {
    switch self {
    case .notFound: ENOENT
    case .notAFolder: ENOTDIR
    case .isAFolder: EISDIR
    case .notALink: EINVAL
    case .damaged: EIO
    case .stale: ESTALE
    case .tooMany: EOVERFLOW
    }
  }
}

extension fuse_entry_param {
  init(_ found: NumberedEntry) {
    self.init()
    ino = found.node
    attr = stat(found.attributes)
    attr_timeout = found.validity.inSeconds
    entry_timeout = found.validity.inSeconds
  }
}

extension stat {
  init(_ attributes: EntryAttributes) {
    self.init()
    st_ino = UInt(attributes.inode)
    st_mode = attributes.kind.modeBits | UInt32(attributes.permissions)
    st_nlink = UInt(attributes.links)
    st_uid = attributes.userID
    st_gid = attributes.groupID
    st_rdev = UInt(attributes.deviceNumber)
    st_size = Int(attributes.size)
    st_blksize = 4096
    st_blocks = Int(attributes.size / 512 + (attributes.size % 512 == 0 ? 0 : 1))
    st_mtim = timespec(attributes.modified)
    st_atim = timespec(attributes.accessed)
    st_ctim = timespec(attributes.changed)
  }
}

extension timespec {
  fileprivate init(_ time: Timestamp) {
    self.init(tv_sec: Int(time.seconds), tv_nsec: Int(time.nanoseconds))
  }
}

extension Duration {
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
