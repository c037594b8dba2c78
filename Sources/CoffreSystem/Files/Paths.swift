import CLinux
package import CoffreCore
import Glibc

private let slash = UInt8(ascii: "/")
private let dot = UInt8(ascii: ".")

/// Makes a path absolute and clean by its text alone, as Go's `filepath.Abs` does: no link is read, nothing need exist.
package func absolutePath(of path: PathBytes) throws(SystemError) -> PathBytes {
  let start = path.first == slash ? [] : try currentDirectory()
  var result: [PathBytes] = []
  for component in components(of: start + [slash] + path) {
    if component == [dot, dot] {
      _ = result.popLast()
    } else {
      result.append(component)
    }
  }
  return [slash] + Array(result.joined(separator: [slash]))
}

/// Where a path leads when all links in it are followed.
package func resolvedPath(of path: PathBytes) throws(SystemError) -> PathBytes {
  let place = try FileDescriptor.open(path, for: .reading, .pathOnly)
  let own = try FileDescriptor.openDirectory(path: Array("/proc/self/fd".utf8))
  return try own.readLink(Array("\(place.number)".utf8))
}

/// Where relative paths start from.
package func currentDirectory() throws(SystemError) -> PathBytes {
  guard let found = unsafe clinux_current_directory() else {
    throw SystemError(code: errno, operation: "find the current directory", path: [])
  }
  defer { unsafe free(found) }
  return unsafe Array(UnsafeRawBufferPointer(start: found, count: strlen(found)))
}

/// `TMPDIR`, or `/tmp`.
package func temporaryDirectory() -> PathBytes {
  guard let chosen = Environment.bytes("TMPDIR"), !chosen.isEmpty else { return Array("/tmp".utf8) }
  return chosen
}

/// Makes a directory and those above it that are missing. What exists already is left as it is.
///
/// - Parameter permissions: of every directory that is made, less the process's umask.
package func makeDirectories(_ path: PathBytes, permissions: UInt16 = 0o700) throws(SystemError) {
  var missing: [PathBytes] = []
  var place = path
  var directory: FileDescriptor
  while true {
    do throws(SystemError) {
      directory = try FileDescriptor.open(place.isEmpty ? [dot] : place, for: .reading, [.directory, .pathOnly])
      break
    } catch {
      guard error.code == ENOENT else { throw error }
      let (parent, name) = splitPath(place)
      guard !name.isEmpty, parent != place else { throw error }
      missing.append(name)
      place = parent
    }
  }
  for name in missing.reversed() {
    do throws(SystemError) {
      try directory.makeDirectory(name, permissions: permissions)
    } catch {
      // Another process may have been faster.
      guard error.isExisting else { throw error }
    }
    directory = try directory.open(name, for: .reading, [.directory, .pathOnly])
  }
}

/// The folder a path lies in, and its last component; trailing slashes do not count. The root lies in itself.
package func splitPath(_ path: PathBytes) -> (folder: PathBytes, name: PathBytes) {
  let slash = UInt8(ascii: "/")
  var trimmed = path[...]
  while trimmed.count > 1, trimmed.last == slash { trimmed.removeLast() }
  guard let last = trimmed.lastIndex(of: slash) else { return ([UInt8(ascii: ".")], Array(trimmed)) }
  return (last == trimmed.startIndex ? [slash] : Array(trimmed[..<last]), Array(trimmed[(last + 1)...]))
}

/// Removes a file; one that is not there is an error.
package func removeFile(_ path: PathBytes) throws(SystemError) {
  let (folder, name) = splitPath(path)
  try FileDescriptor.openDirectory(path: folder).removeFile(name)
}

/// Whether this process may make entries in a folder, as far as the system tells without trying.
package func mayWrite(into folder: PathBytes) -> Bool {
  unsafe atPath(folder) { directory, name in Int(unsafe faccessat(directory, name, W_OK | X_OK, AT_EACCESS)) } == 0
}
