import CFuse
import CoffreCore
import CoffreSystem
import Glibc

// Free functions, because C takes no closure that carries a `Self`.

// MARK: Listing

enum ListingDepth { case names, entries }

/// Positions told to the kernel: 1 behind `.`, 2 behind `..`, then the entries'.
func list(
  _ request: fuse_req_t?, _ count: Int, _ offset: Int, _ information: UnsafeMutablePointer<fuse_file_info>?,
  _ depth: ListingDepth
) {
  guard let request = unsafe request, let information = unsafe information else { return }
  unsafe answer(request) { (server) throws(FileSystemFailure) in
    guard let folder = unsafe server.folders[information.pointee.fh] else { throw .stale }
    var bytes = makeBuffer(count)
    var filled = 0
    var position = max(0, offset)
    while position < folder.count + 2 {
      let size = unsafe bytes.withUnsafeMutableBytes { bytes in
        let room = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[filled...])
        return unsafe add(position, of: folder, to: room, request, depth)
      }
      guard size <= count - filled else { break }
      filled += size
      position += 1
    }
    unsafe reply(request, bytes, count: filled)
  }
}

/// - Returns: how much room the entry takes; more than there is if it was not added.
private func add(
  _ position: Int, of folder: any OpenFolder, to room: UnsafeMutableRawBufferPointer, _ request: fuse_req_t,
  _ depth: ListingDepth
) -> Int {
  var entry: fuse_entry_param
  let name: PathBytes
  if position < 2 {
    name = [UInt8](repeating: UInt8(ascii: "."), count: position + 1)
    // No node number: the kernel takes no note of these two.
    entry = fuse_entry_param()
    entry.attr.st_ino = UInt(position == 0 ? folder.inode : folder.parentInode)
    entry.attr.st_mode = S_IFDIR
  } else {
    let found: NumberedEntry
    (name, found) = folder.entry(at: position - 2)
    entry = fuse_entry_param(found)
  }
  let size = unsafe (name + [0]).withUnsafeBufferPointer { name in
    unsafe name.withMemoryRebound(to: CChar.self) { name in
      let start = unsafe room.baseAddress?.assumingMemoryBound(to: CChar.self)
      return switch depth {
      case .names:
        unsafe fuse_add_direntry(request, start, room.count, name.baseAddress, &entry.attr, off_t(position + 1))
      case .entries:
        unsafe fuse_add_direntry_plus(request, start, room.count, name.baseAddress, &entry, off_t(position + 1))
      }
    }
  }
  if size <= room.count, position >= 2, depth == .entries { folder.keep(position - 2) }
  return size
}

// MARK: Answering

func server(of request: fuse_req_t) -> FuseServer? {
  unsafe fuse_req_userdata(request).map { unsafe Unmanaged<FuseServer>.fromOpaque($0).takeUnretainedValue() }
}

/// Runs `body`, which answers; if it throws, that is the answer.
func answer(
  _ request: fuse_req_t, _ body: (FuseServer) throws(FileSystemFailure) -> Void
) {
  guard let server = unsafe server(of: request) else {
    unsafe fuse_reply_err(request, EIO)
    return
  }
  do throws(FileSystemFailure) {
    try body(server)
  } catch {
    unsafe fuse_reply_err(request, error.code)
  }
}

func reply(_ request: fuse_req_t, _ bytes: [UInt8], count: Int) {
  _ = unsafe bytes.withUnsafeBufferPointer { bytes in
    unsafe bytes.withMemoryRebound(to: CChar.self) { unsafe fuse_reply_buf(request, $0.baseAddress, count) }
  }
}

/// - Parameter room: 0 where only the size is asked for.
func reply(_ request: fuse_req_t, attribute: [UInt8], room: Int) {
  if room == 0 {
    unsafe fuse_reply_xattr(request, attribute.count)
  } else if attribute.count > room {
    unsafe fuse_reply_err(request, ERANGE)
  } else {
    unsafe reply(request, attribute, count: attribute.count)
  }
}

func bytes(of name: UnsafePointer<CChar>) -> PathBytes {
  unsafe Array(UnsafeRawBufferPointer(start: name, count: strlen(name)))
}
