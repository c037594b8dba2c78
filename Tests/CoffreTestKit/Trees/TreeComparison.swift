import Glibc

/// Two trees of the real file system, compared entry by entry: what `lstat` says, link targets, extended attributes,
/// contents byte by byte, and which files are hard links of each other.
package struct TreeComparison {
  /// What may differ.
  package struct Tolerance: Sendable {
    package var owners = false
    /// Sockets are not stored.
    package var sockets = true
    /// Attributes of the top folder itself; its contents are always compared.
    package var top = true
    /// A sparse file may have become an ordinary one.
    package var holes = true
    /// Paths, relative to the top, that are passed over with all below them.
    package var paths: Set<[UInt8]> = []
    /// Link targets of these paths are not compared.
    package var linkTargets: Set<[UInt8]> = []
    /// Extended attributes of symbolic links.
    package var attributesOfLinks = false
    /// Extended attributes that begin so.
    package var attributePrefixes: [String] = []

    package init() {}
  }

  private let tolerance: Tolerance
  private var differences: [String] = []
  private var linksOfFirst: [Inode: [[UInt8]]] = [:]
  private var linksOfSecond: [Inode: [[UInt8]]] = [:]
  /// Entries that stood in both trees.
  private(set) var count = 0

  private struct Inode: Hashable {
    let device: UInt64
    let inode: UInt64
  }

  private static let limit = 40

  /// - Returns: one line for each difference, empty for equal trees.
  package static func differences(
    between first: String, and second: String, tolerating tolerance: Tolerance = Tolerance()
  ) throws -> [String] {
    var comparison = TreeComparison(tolerance: tolerance)
    let (one, two) = (try RealFolder(first), try RealFolder(second))
    if !tolerance.top {
      let (status, other) = (try one.ownStatus(), try two.ownStatus())
      comparison.compareStatus(status, other, at: [])
    }
    try comparison.compare(one, two, at: [])
    comparison.compareLinks()
    // Two empty folders are equal, but no test means them.
    if comparison.count == 0 { comparison.differences.append("there is nothing to compare in '\(first)'") }
    let all = comparison.differences
    return all.count <= limit ? all : all[..<limit] + ["… and \(all.count - limit) more"]
  }

  private init(tolerance: Tolerance) { self.tolerance = tolerance }

  private mutating func differ(_ path: [UInt8], _ what: String) {
    let text = shown(path)
    differences.append("\(text.count > 200 ? "…" + text.suffix(200) : text): \(what)")
  }

  // MARK: Walking

  private mutating func compare(_ first: RealFolder, _ second: RealFolder, at path: [UInt8]) throws {
    let (names, others) = (Set(try first.names()), Set(try second.names()))
    for name in names.union(others).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      let own = path.isEmpty ? name : path + [UInt8(ascii: "/")] + name
      guard !tolerance.paths.contains(own) else { continue }
      guard names.contains(name) else {
        differ(own, "only in the second tree")
        continue
      }
      let status = try first.status(name)
      if tolerance.sockets, status.kind == .socket { continue }
      guard others.contains(name) else {
        differ(own, "only in the first tree (\(status.kind))")
        continue
      }
      count += 1
      try compare(name, status, second.status(name), in: first, second, at: own)
    }
  }

  private mutating func compare(
    _ name: [UInt8], _ status: RealStatus, _ other: RealStatus, in first: RealFolder, _ second: RealFolder,
    at path: [UInt8]
  ) throws {
    guard status.kind == other.kind else { return differ(path, "\(status.kind) became \(other.kind)") }
    compareStatus(status, other, at: path)
    try compareAttributes(of: name, status.kind, in: first, second, at: path)
    switch status.kind {
    case .folder:
      return try compare(first.folder(name), second.folder(name), at: path)
    case .symlink where !tolerance.linkTargets.contains(path):
      let (target, otherTarget) = (try first.linkTarget(name), try second.linkTarget(name))
      if target != otherTarget { differ(path, "target \(shown(target)) became \(shown(otherTarget))") }
    case .file:
      if status.size == other.size { try compareContents(of: name, in: first, second, at: path) }
    case .blockDevice, .characterDevice:
      if status.deviceNumber != other.deviceNumber {
        differ(path, "device \(status.deviceNumber) became \(other.deviceNumber)")
      }
    default: break
    }
    if status.links > 1 { linksOfFirst[Inode(device: status.device, inode: status.inode), default: []].append(path) }
    if other.links > 1 { linksOfSecond[Inode(device: other.device, inode: other.inode), default: []].append(path) }
  }

  // MARK: Comparing

  private mutating func compareStatus(_ status: RealStatus, _ other: RealStatus, at path: [UInt8]) {
    if status.kind != .symlink, status.mode != other.mode {
      differ(path, "mode \(String(status.mode, radix: 8)) became \(String(other.mode, radix: 8))")
    }
    if !tolerance.owners, status.userID != other.userID || status.groupID != other.groupID {
      differ(path, "owner \(status.userID):\(status.groupID) became \(other.userID):\(other.groupID)")
    }
    if status.kind != .folder, status.size != other.size {
      differ(path, "size \(status.size) became \(other.size)")
    }
    if status.seconds != other.seconds || status.nanoseconds != other.nanoseconds {
      differ(
        path, "time \(status.seconds) s \(status.nanoseconds) ns became \(other.seconds) s \(other.nanoseconds) ns")
    }
    if !tolerance.holes, status.kind == .file, other.blocks > status.blocks + 16 {
      differ(path, "\(status.blocks) blocks became \(other.blocks)")
    }
  }

  private mutating func compareAttributes(
    of name: [UInt8], _ kind: RealStatus.Kind, in first: RealFolder, _ second: RealFolder, at path: [UInt8]
  ) throws {
    if kind == .symlink, tolerance.attributesOfLinks { return }
    let (attributes, others) = (try first.attributes(name), try second.attributes(name))
    for attribute in Set(attributes.keys).union(others.keys).sorted() where attributes[attribute] != others[attribute] {
      if tolerance.attributePrefixes.contains(where: { attribute.hasPrefix($0) }) { continue }
      let (value, other) = (attributes[attribute].map(shown) ?? "none", others[attribute].map(shown) ?? "none")
      differ(path, "attribute \(attribute): \(value.prefix(80)) became \(other.prefix(80))")
    }
  }

  private mutating func compareContents(
    of name: [UInt8], in first: RealFolder, _ second: RealFolder, at path: [UInt8]
  ) throws {
    let (one, two) = (try first.openFile(name), try second.openFile(name))
    defer {
      close(one)
      close(two)
    }
    var offset = 0
    var (bytes, others) = ([UInt8](repeating: 0, count: 1 << 18), [UInt8](repeating: 0, count: 1 << 18))
    while true {
      let count = try fill(&bytes, from: one, at: offset, name)
      let otherCount = try fill(&others, from: two, at: offset, name)
      guard count == otherCount, bytes[..<count] == others[..<count] else {
        let same = zip(bytes[..<count], others[..<otherCount]).prefix { $0 == $1 }.count
        return differ(path, "content differs from byte \(offset + same)")
      }
      guard count > 0 else { return }
      offset += count
    }
  }

  private func fill(_ buffer: inout [UInt8], from file: Int32, at offset: Int, _ name: [UInt8]) throws -> Int {
    var filled = 0
    while filled < buffer.count {
      let count = try unsafe checked(
        buffer.withUnsafeMutableBytes { bytes in
          unsafe pread(file, bytes.baseAddress?.advanced(by: filled), bytes.count - filled, offset + filled)
        }, "read", name)
      guard count > 0 else { break }
      filled += count
    }
    return filled
  }

  private mutating func compareLinks() {
    let groups = Set(linksOfFirst.values.filter { $0.count > 1 })
    let others = Set(linksOfSecond.values.filter { $0.count > 1 })
    for group in groups.subtracting(others) {
      differ(
        group[0], "is one file with \(group.dropFirst().map(shown).joined(separator: ", ")) in the first tree only")
    }
    for group in others.subtracting(groups) {
      differ(
        group[0], "is one file with \(group.dropFirst().map(shown).joined(separator: ", ")) in the second tree only")
    }
  }
}
