import CoffreCore

/// Takes out of trees what can no longer be had, and puts right what no program may have written; names each loss.
///
/// What lost some of its content gets a suffix to its name: nobody shall take a file with a hole, or an empty folder, for
/// what it was.
final class RepairRule: TreeRule {
  /// Something that is not as it was.
  struct Finding: Sendable {
    let path: PathBytes
    let message: Message
    /// Whether content is gone; otherwise a wrong detail was put right.
    let isLoss: Bool
    let isDirectory: Bool
  }

  private static let longestName = 255
  private let index: BlobIndex
  private let suffix: [UInt8]
  private let emptyTree: TreeID
  private let report: (Finding) -> Void

  /// - Parameters:
  ///   - suffix: empty to keep names as they are, as restic does.
  ///   - emptyTree: the id of a tree without nodes.
  init(index: BlobIndex, suffix: [UInt8], emptyTree: TreeID, report: @escaping (Finding) -> Void) {
    self.index = index
    self.suffix = suffix
    self.emptyTree = emptyTree
    self.report = report
  }

  /// What cannot be written again (fields of other programs) is worth less than the tree.
  var demandsExactTrees: Bool { false }

  func revised(_ node: Node, at path: [PathBytes]) -> Node? {
    var node = node
    switch node.kind {
    case .other(let type):
      tell(path, "it is of the unknown type '\(type)' and was left out", isLoss: true)
      return nil
    case .symlink where node.linkTarget.isEmpty:
      tell(path, "it is a symbolic link without a target and was left out", isLoss: true)
      return nil
    case .directory where node.subtree == nil:
      tell(path, "it is a folder without a tree: what it held is lost", isLoss: true, isDirectory: true)
      node.subtree = emptyTree
      node.name = marked(node.name)
    case .file: repairContent(of: &node, path)
    default: break
    }
    if let name = allowedName(for: node.name) {
      tell(path, "no file can be named so: it is called '\(displayed(name))' now", isLoss: false)
      node.name = name
    }
    if node.modified == .missing {
      tell(path, "it had no modification time, and has that of 1970 now", isLoss: false)
      node.modified = Timestamp(seconds: 0, nanoseconds: 0)
    }
    return node
  }

  func replacing(_ node: Node?, at path: [PathBytes], because error: any Error) throws -> Node? {
    guard var node else {
      tell([], "its root cannot be read: all of it is lost", isLoss: true, isDirectory: true)
      throw UnreadableRoot()
    }
    tell(path, "its tree cannot be read: what the folder held is lost", isLoss: true, isDirectory: true)
    node.name = marked(node.name)
    return node
  }

  func arranged(_ nodes: [Node], of path: [PathBytes]) -> [Node] {
    guard !zip(nodes, nodes.dropFirst()).allSatisfy({ $0.name.lexicographicallyPrecedes($1.name) }) else {
      return nodes
    }
    var names: Set<[UInt8]> = []
    return nodes.map { node in
      var node = node
      let name = node.name
      var number = 2
      while !names.insert(node.name).inserted {
        node.name = Self.appending(Array(".\(number)".utf8), to: name)
        number += 1
      }
      if node.name != name {
        tell(
          path + [name], "it has the name of another entry: it is called '\(displayed(node.name))' now", isLoss: false)
      }
      return node
    }.sorted { $0.name.lexicographicallyPrecedes($1.name) }
  }

  private func tell(_ path: [PathBytes], _ message: Message, isLoss: Bool, isDirectory: Bool = false) {
    report(Finding(path: joinedPath(path), message: message, isLoss: isLoss, isDirectory: isDirectory))
  }
}

extension RepairRule {
  private func repairContent(of node: inout Node, _ path: [PathBytes]) {
    var content: [BlobID] = []
    var size: UInt64 = 0
    for id in node.content ?? [] {
      guard let length = index.plainLength(of: id, .data) else { continue }
      content.append(id)
      size += UInt64(length)
    }
    let lost = (node.content?.count ?? 0) - content.count
    if lost > 0 {
      let all = byteText(Int64(clamping: node.size))
      if content.isEmpty {
        tell(path, "its content, \(all), is lost", isLoss: true)
      } else {
        let gone = byteText(Int64(clamping: node.size > size ? node.size - size : 0))
        tell(path, "\(gone) of its \(all) are lost", isLoss: true)
      }
    } else if node.content == nil {
      tell(path, "its list of blobs is lost, and with it its content", isLoss: true)
    } else if size != node.size {
      tell(path, "its size was given as \(node.size) bytes; its content has \(size)", isLoss: false)
    }
    if lost > 0 || node.content == nil { node.name = marked(node.name) }
    node.content = content
    node.size = size
  }

  private func marked(_ name: [UInt8]) -> [UInt8] { suffix.isEmpty ? name : Self.appending(suffix, to: name) }

  /// Shortens the name where both together would be longer than any file system takes.
  private static func appending(_ suffix: [UInt8], to name: [UInt8]) -> [UInt8] {
    var kept = name.prefix(max(1, longestName - suffix.count))
    // Not in the middle of a character.
    if kept.count < name.count { while kept.count > 1, name[kept.endIndex] & 0xC0 == 0x80 { kept.removeLast() } }
    return kept + suffix
  }

  /// - Returns: a name that a file may have, if this one may not be had.
  private func allowedName(for name: [UInt8]) -> [UInt8]? {
    if name.isEmpty { return Array("unnamed".utf8) }
    if name == [0x2E] || name == [0x2E, 0x2E] { return [UInt8(ascii: "_")] + name }
    guard name.contains(where: { $0 == 0x2F || $0 == 0 }) else { return nil }
    return name.map { $0 == 0x2F || $0 == 0 ? UInt8(ascii: "_") : $0 }
  }
}
