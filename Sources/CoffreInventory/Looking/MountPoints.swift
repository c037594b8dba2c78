package import CoffreCore
package import CoffreSystem

/// Where file systems are mounted at this moment.
package struct MountPoints: Sendable {
  private let paths: Set<PathBytes>

  /// - Parameter table: as `/proc/self/mountinfo` is written (proc(5)).
  package init(_ table: [UInt8]) {
    var paths: Set<PathBytes> = []
    for line in table.split(separator: 0x0A) {
      let fields = line.split(separator: 0x20)
      if fields.count > 4 { paths.insert(Self.unescaped(fields[4])) }
    }
    self.paths = paths
  }

  /// The kernel's.
  package static func current() throws(SystemError) -> MountPoints {
    MountPoints(try readFile(Array("/proc/self/mountinfo".utf8), limit: 64 << 20))
  }

  /// - Parameter folder: absolute.
  package func contains(_ folder: PathBytes) -> Bool {
    guard let clean = try? absolutePath(of: folder) else { return false }
    return paths.contains(clean)
  }

  /// Spaces, tabs, line ends and backslashes stand there as `\040`.
  private static func unescaped(_ field: ArraySlice<UInt8>) -> PathBytes {
    var path: PathBytes = []
    var rest = field
    while let byte = rest.popFirst() {
      let digits = rest.prefix(3)
      guard byte == UInt8(ascii: "\\"), digits.count == 3, digits.allSatisfy({ (0x30...0x37).contains($0) }) else {
        path.append(byte)
        continue
      }
      path.append(digits.reduce(UInt8(0)) { $0 << 3 | ($1 - 0x30) })
      rest = rest.dropFirst(3)
    }
    return path
  }
}
