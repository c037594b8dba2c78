import CoffreCore

/// Which blobs were met on which side of a comparison: a byte for each entry of the index.
struct BlobMarks: Sendable {
  struct Mark: OptionSet, Sendable {
    let rawValue: UInt8
    static let before = Mark(rawValue: 1)
    static let after = Mark(rawValue: 2)
    /// In a directory that is the same on both sides.
    static let common = Mark(rawValue: 4)
  }

  private struct Unknown: Hashable {
    let id: BlobID
    let kind: BlobKind
  }

  private let index: BlobIndex
  private var marks: [UInt8]
  /// Blobs that are in no index.
  private var unknown: [Unknown: UInt8] = [:]

  init(index: BlobIndex) {
    self.index = index
    marks = [UInt8](repeating: 0, count: index.count)
  }

  /// - Returns: whether the blob did not have the mark yet.
  @discardableResult
  mutating func add(_ mark: Mark, _ id: BlobID, _ kind: BlobKind) -> Bool {
    let before: UInt8
    if let entry = index.entryNumber(of: id, kind) {
      before = marks[entry]
      marks[entry] = before | mark.rawValue
    } else {
      before = unknown[Unknown(id: id, kind: kind)] ?? 0
      unknown[Unknown(id: id, kind: kind)] = before | mark.rawValue
    }
    return before & mark.rawValue == 0
  }

  /// Of a node: the blobs of a file, the tree of a directory.
  mutating func add(_ mark: Mark, _ node: Node) {
    if node.kind == .file { for id in node.content ?? [] { add(mark, id, .data) } }
    if node.kind == .directory, let subtree = node.subtree { add(mark, subtree, .tree) }
  }

  /// Whether there is a blob on one side only, as far as is known.
  var hasDifference: Bool { marks.contains { Self.isOneSided($0) } || unknown.values.contains { Self.isOneSided($0) } }

  private static func isOneSided(_ marks: UInt8) -> Bool {
    marks == Mark.before.rawValue || marks == Mark.after.rawValue
  }

  /// What is on one side only.
  func count(only mark: Mark) -> (dataBlobs: Int, treeBlobs: Int, bytes: UInt64, unknown: [BlobID]) {
    var result = (dataBlobs: 0, treeBlobs: 0, bytes: UInt64(0), unknown: [BlobID]())
    for entry in marks.indices where marks[entry] == mark.rawValue {
      if index.kind(ofEntry: entry) == .data { result.dataBlobs += 1 } else { result.treeBlobs += 1 }
      result.bytes += UInt64(index.location(ofEntry: entry).plainLength)
    }
    for (blob, marks) in unknown where marks == mark.rawValue {
      if blob.kind == .data { result.dataBlobs += 1 } else { result.treeBlobs += 1 }
      result.unknown.append(blob.id)
    }
    return result
  }
}
