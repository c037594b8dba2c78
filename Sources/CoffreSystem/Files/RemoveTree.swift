package import CoffreCore
import Glibc

/// Removes a file, or a directory and all that is in it. Follows no link; what is not there is a success.
///
/// Trees of any depth: only two directories are open at a time.
package func removeTree(_ path: PathBytes) throws(SystemError) {
  let (parent, name) = splitPath(path)
  let kind: EntryKind
  do throws(SystemError) {
    kind = try FileDescriptor.attributes(ofPath: path).kind
  } catch {
    guard error.isNotFound else { throw error }
    return
  }
  let above = try FileDescriptor.openDirectory(path: parent)
  guard kind == .directory else { return try tolerant { () throws(SystemError) in try above.removeFile(name) } }
  try empty(try above.open(name, for: .reading, [.directory, .noFollow]))
  try tolerant { () throws(SystemError) in try above.removeDirectory(name) }
}

/// A directory that is being emptied.
private struct Level {
  let name: PathBytes
  let inode: UInt64
  let device: UInt64
  var directories: [PathBytes]
}

private func empty(_ top: consuming FileDescriptor) throws(SystemError) {
  var current = top
  var levels = [try level(named: [], current)]
  while var last = levels.popLast() {
    if let name = last.directories.popLast() {
      levels.append(last)
      let below = try current.open(name, for: .reading, [.directory, .noFollow])
      levels.append(try level(named: name, below))
      current = below
    } else if let above = levels.last {
      let parent = try current.open(Array("..".utf8), for: .reading, [.directory, .noFollow])
      let attributes = try parent.attributes()
      // Someone moved the directory away: going on would remove what was never meant.
      guard attributes.inode == above.inode, attributes.device == above.device else {
        throw SystemError(code: ESTALE, operation: "remove", path: current.path)
      }
      current = parent
      try tolerant { () throws(SystemError) in try current.removeDirectory(last.name) }
    }
  }
}

/// Removes everything in a directory but its directories, which are returned.
private func level(named name: PathBytes, _ directory: borrowing FileDescriptor) throws(SystemError) -> Level {
  let attributes = try directory.attributes()
  var directories: [PathBytes] = []
  for entry in try directory.entryNames() {
    do throws(SystemError) {
      try directory.removeFile(entry)
    } catch {
      if error.isNotFound { continue }
      guard error.code == EISDIR || error.code == EPERM else { throw error }
      guard try directory.attributes(of: entry).kind == .directory else { throw error }
      directories.append(entry)
    }
  }
  return Level(name: name, inode: attributes.inode, device: attributes.device, directories: directories)
}

/// What has vanished need not be removed.
private func tolerant(_ body: () throws(SystemError) -> Void) throws(SystemError) {
  do throws(SystemError) {
    try body()
  } catch {
    guard error.isNotFound else { throw error }
  }
}
