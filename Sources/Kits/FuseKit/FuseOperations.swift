import CFuse
import CoffreCore
import CoffreSystem
import Glibc

/// The calls of the kernel, each answered exactly once.
enum FuseOperations {
  static var table: fuse_lowlevel_ops {
    var table = fuse_lowlevel_ops()
    unsafe table.lookup = { request, parent, name in
      guard let request = unsafe request, let name = unsafe name else { return }
      unsafe answer(request) { (server) throws(FileSystemFailure) in
        let found = unsafe try server.fileSystem.lookUp(bytes(of: name), in: parent)
        var entry = fuse_entry_param(found)
        let isTold = unsafe fuse_reply_entry(request, &entry) == 0
        // Whoever asked is gone, and the kernel with it never heard of the entry.
        if !isTold { server.fileSystem.forget(found.node, mentions: 1) }
      }
    }
    unsafe table.forget = { request, node, mentions in
      guard let request = unsafe request else { return }
      unsafe server(of: request)?.fileSystem.forget(node, mentions: mentions)
      unsafe fuse_reply_none(request)
    }
    unsafe table.forget_multi = { request, count, forgotten in
      guard let request = unsafe request else { return }
      if let server = unsafe server(of: request) {
        for number in 0..<count {
          guard let one = unsafe forgotten?[number] else { break }
          server.fileSystem.forget(one.ino, mentions: one.nlookup)
        }
      }
      unsafe fuse_reply_none(request)
    }
    unsafe table.getattr = { request, node, _ in
      guard let request = unsafe request else { return }
      unsafe answer(request) { (server) throws(FileSystemFailure) in
        let found = try server.fileSystem.look(at: node)
        var attributes = stat(found.attributes)
        unsafe fuse_reply_attr(request, &attributes, found.validity.inSeconds)
      }
    }
    unsafe table.readlink = { request, node in
      guard let request = unsafe request else { return }
      unsafe answer(request) { (server) throws(FileSystemFailure) in
        let target = try server.fileSystem.details(of: node).linkTarget
        unsafe (target + [0 as UInt8]).withUnsafeBufferPointer { target in
          _ = unsafe target.withMemoryRebound(to: CChar.self) { unsafe fuse_reply_readlink(request, $0.baseAddress) }
        }
      }
    }
    addFiles(to: &table)
    addFolders(to: &table)
    addExtendedAttributes(to: &table)
    return table
  }

  private static func addFiles(to table: inout fuse_lowlevel_ops) {
    unsafe table.open = { request, node, information in
      guard let request = unsafe request, let information = unsafe information else { return }
      guard unsafe information.pointee.flags & O_ACCMODE == O_RDONLY else {
        unsafe fuse_reply_err(request, EROFS)
        return
      }
      unsafe answer(request) { (server) throws(FileSystemFailure) in
        let number = server.files.add(try server.fileSystem.openFile(node))
        unsafe information.pointee.fh = number
        // What the kernel has of it stays true.
        unsafe information.pointee.keep_cache = 1
        if unsafe fuse_reply_open(request, information) != 0 { server.files.remove(number) }
      }
    }
    unsafe table.read = { request, _, count, offset, information in
      guard let request = unsafe request, let information = unsafe information else { return }
      unsafe answer(request) { (server) throws(FileSystemFailure) in
        guard let file = unsafe server.files[information.pointee.fh] else { throw .stale }
        var bytes = makeBuffer(count)
        var span = bytes.mutableSpan
        let filled = try file.read(at: Int64(offset), into: &span)
        unsafe reply(request, bytes, count: filled)
      }
    }
    unsafe table.release = { request, _, information in
      guard let request = unsafe request else { return }
      if let number = unsafe information?.pointee.fh { unsafe server(of: request)?.files.remove(number) }
      unsafe fuse_reply_err(request, 0)
    }
  }

  private static func addFolders(to table: inout fuse_lowlevel_ops) {
    unsafe table.opendir = { request, node, information in
      guard let request = unsafe request, let information = unsafe information else { return }
      unsafe answer(request) { (server) throws(FileSystemFailure) in
        let number = server.folders.add(try server.fileSystem.openFolder(node))
        unsafe information.pointee.fh = number
        if unsafe fuse_reply_open(request, information) != 0 { server.folders.remove(number) }
      }
    }
    unsafe table.readdir = { request, _, count, offset, information in
      unsafe list(request, count, offset, information, .names)
    }
    unsafe table.readdirplus = { request, _, count, offset, information in
      unsafe list(request, count, offset, information, .entries)
    }
    unsafe table.releasedir = { request, _, information in
      guard let request = unsafe request else { return }
      if let number = unsafe information?.pointee.fh { unsafe server(of: request)?.folders.remove(number) }
      unsafe fuse_reply_err(request, 0)
    }
  }

  private static func addExtendedAttributes(to table: inout fuse_lowlevel_ops) {
    unsafe table.getxattr = { request, node, name, size in
      guard let request = unsafe request, let name = unsafe name else { return }
      unsafe answer(request) { (server) throws(FileSystemFailure) in
        let wanted = unsafe bytes(of: name)
        let attributes = try server.fileSystem.details(of: node).extendedAttributes
        guard let attribute = attributes.first(where: { $0.name == wanted }) else {
          unsafe fuse_reply_err(request, ENODATA)
          return
        }
        unsafe reply(request, attribute: attribute.value, room: size)
      }
    }
    unsafe table.listxattr = { request, node, size in
      guard let request = unsafe request else { return }
      unsafe answer(request) { (server) throws(FileSystemFailure) in
        let names = try server.fileSystem.details(of: node).extendedAttributes.flatMap { attribute -> [UInt8] in
          attribute.name + [0]
        }
        unsafe reply(request, attribute: names, room: size)
      }
    }
  }
}
