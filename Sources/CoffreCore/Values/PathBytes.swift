/// Paths are bytes: a file name need not be UTF-8, and a `String` would repair it silently.
package typealias PathBytes = [UInt8]

/// How a path or name is shown to people and in JSON messages; bytes that are not UTF-8 appear as U+FFFD.
package func displayed(_ path: some Collection<UInt8>) -> String { String(decoding: path, as: UTF8.self) }

/// `directory/name`, with no doubled slash after the root.
package func joined(_ directory: PathBytes, _ name: some Collection<UInt8>) -> PathBytes {
  var path = PathBytes()
  path.reserveCapacity(directory.count + name.count + 1)
  path.append(contentsOf: directory)
  if path.last != UInt8(ascii: "/") { path.append(UInt8(ascii: "/")) }
  path.append(contentsOf: name)
  return path
}

/// The components between slashes; empty ones and `.` are dropped, `..` is kept.
package func components(of path: PathBytes) -> [PathBytes] {
  path.split(separator: UInt8(ascii: "/")).map(Array.init).filter { $0 != [UInt8(ascii: ".")] }
}
