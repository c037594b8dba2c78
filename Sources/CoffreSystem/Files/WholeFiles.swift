package import CoffreCore
import Glibc

/// Reads all of a file.
///
/// - Parameter limit: in bytes; a longer file is an error (`isNoSpace`), never cut.
package func readFile(_ path: PathBytes, limit: Int) throws(SystemError) -> [UInt8] {
  let file = try FileDescriptor.open(path, for: .reading)
  let attributes = try file.attributes()
  guard attributes.size <= Int64(limit) else { throw SystemError(code: EFBIG, operation: "read", path: path) }
  // Files of /proc tell no size.
  return try file.readToEnd(expecting: max(Int(attributes.size), 4095), limit: limit)
}

extension FileDescriptor {
  /// Reads from the current position to the end.
  ///
  /// - Parameter limit: in bytes; more is an error (`isNoSpace`), never cut.
  package func readToEnd(expecting expected: Int, limit: Int) throws(SystemError) -> [UInt8] {
    // One byte more than expected shows the end.
    var buffer = makeBuffer(min(limit, expected) + 1)
    var count = 0
    while true {
      count += try readFully(into: &buffer, from: count)
      guard count == buffer.count else { break }
      guard count <= limit else { throw SystemError(code: EFBIG, operation: "read", path: path) }
      buffer.append(contentsOf: makeBuffer(min(limit + 1 - count, count)))
    }
    buffer.removeLast(buffer.count - count)
    return buffer
  }
}

/// Replaces a file so that it holds the old bytes or the new ones at every moment, power cuts included.
///
/// - Parameters:
///   - permissions: of the new file, less the process's umask.
///   - replacing: if not, a file that is there stays, and `SystemError.isExisting` is thrown.
package func writeFileAtomically(
  _ bytes: Span<UInt8>, _ path: PathBytes, permissions: UInt16 = 0o600, replacing: Bool = true
) throws(SystemError) {
  let (parent, name) = splitPath(path)
  let directory = try FileDescriptor.openDirectory(path: parent)
  let temporary = temporaryName()
  do throws(SystemError) {
    let file = try directory.open(
      temporary, for: .writing, [.create, .exclusive, .noFollow], permissions: permissions)
    try file.write(bytes)
    try file.synchronize()
    try directory.rename(temporary, to: directory, name, replacing: replacing)
  } catch {
    try? directory.removeFile(temporary)
    // The reader knows the file by its own name.
    throw SystemError(code: error.code, operation: error.operation, path: path)
  }
  try directory.synchronize()
}

package func writeFileAtomically(
  _ bytes: [UInt8], _ path: PathBytes, permissions: UInt16 = 0o600, replacing: Bool = true
) throws(SystemError) {
  try writeFileAtomically(bytes.span, path, permissions: permissions, replacing: replacing)
}

/// A file name that nobody else has: `.coffre-` and sixteen random digits.
package func temporaryName() -> PathBytes {
  let digits = String(UInt64.random(in: 0...UInt64.max), radix: 16)
  return Array((".coffre-" + String(repeating: "0", count: 16 - digits.count) + digits).utf8)
}
