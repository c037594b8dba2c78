import CLinux
package import CoffreCore

/// The magic number of the file system that an open file lies on (statfs(2)).
package func fileSystemType(of descriptor: borrowing FileDescriptor) throws(SystemError) -> UInt64 {
  var found = clinux_file_system()
  try descriptor.check(unsafe clinux_file_system(descriptor.number, &found), "look at the file system of")
  return found.type
}

/// Whether this is one of the kernel's own file systems, which hold no data of anyone.
package func isKernelFileSystem(_ type: UInt64) -> Bool { kernelFileSystems.contains(type) }

/// The bytes that an unprivileged user may still write where `path` lies.
package func freeSpace(at path: PathBytes) throws(SystemError) -> Int64 {
  let place = try FileDescriptor.open(path, for: .reading, .pathOnly)
  var found = clinux_file_system()
  try place.check(unsafe clinux_file_system(place.number, &found), "look at the file system of")
  return Int64(clamping: found.available)
}

extension FileDescriptor {
  /// Whether writing past the page cache is known to be good here. Elsewhere it may be slow: over a network, each write
  /// may wait for the server's disk.
  var isFitForUncachedWrites: Bool {
    guard let type = try? fileSystemType(of: self) else { return false }
    return type == 0xEF53 || type == 0x5846_5342  // ext4, xfs
  }
}

/// From linux/magic.h and, where it has none, the file system's own source.
private let kernelFileSystems: Set<UInt64> = [
  0x9FA0,  // proc
  0x6265_6572,  // sysfs
  0x0027_E0EB,  // cgroup
  0x6367_7270,  // cgroup2
  0x6462_6720,  // debugfs
  0x7472_6163,  // tracefs
  0x7363_6673,  // securityfs
  0x1CD1,  // devpts
  0xCAFE_4A11,  // bpf
  0x6165_676C,  // pstore
  0x6265_6570,  // configfs
  0xDE5E_81E4,  // efivarfs
  0x1980_0202,  // mqueue
  0xF97C_FF8C,  // selinux
  0x4341_5D53,  // smack
  0x5A3C_69F0,  // apparmorfs
  0x4249_4E4D,  // binfmt_misc
  0x9584_58F6,  // hugetlbfs
  0x6573_5543,  // fusectl
  0x0187,  // autofs
  0x6E73_6673,  // nsfs
  0x6E66_7364,  // nfsd
  0x6759_6969,  // rpc_pipefs
  0x0765_5821,  // resctrl
  0x6C6F_6F70,  // binderfs
  0x5049_4446,  // pidfs
]
