import CoffreCore
import OpenSSLKit

/// A tree after it was rewritten, with what lies in it.
struct RewrittenTree: Sendable, Hashable {
  var id: TreeID
  /// With all below.
  var fileCount: UInt64 = 0
  /// Of the files, in bytes.
  var fileBytes: UInt64 = 0
  /// Whether anything in it or below is not as it was.
  var isChanged = false
}

/// Rewrites trees by a rule: from the leaves up, without recursion, each tree at each place once.
///
/// What the rule does not change keeps its id and is not even encoded. New trees go to the saver; they count only once the
/// saver's run has ended.
final class TreeRewriter<Rule: TreeRule> {
  /// A tree where it stands: rules look at paths, so that the same tree may fare differently elsewhere.
  fileprivate struct Place: Hashable {
    let tree: TreeID
    /// A hash of the path, which costs the same however long it is.
    let path: Digest
  }

  /// One directory on the way down.
  fileprivate struct Frame {
    let place: Place
    /// As stored.
    let bytes: [UInt8]
    let nodes: [Node]
    var next = 0
    var kept: [Node] = []
    var result: RewrittenTree
    /// What stands for a directory whose tree is being rewritten.
    var pending: Node?
  }

  private let loader: BlobLoader
  private let saver: BlobSaver
  private let rule: Rule
  private let cancellation: Cancellation
  /// Changed trees are left out where every snapshot has to be told what it lost.
  private let remembersChanges: Bool
  private var memory: [Place: RewrittenTree] = [:]
  private var encoder = TreeEncoder()
  private var emptyTree = TreeID(words: 0, 0, 0, 0)
  /// Of the directory at work.
  private var path: [PathBytes] = []

  /// - Parameters:
  ///   - saver: with an empty index: whether a tree is there already is found out here, by reading it.
  ///   - remembersChanges: whether a tree that changed is taken from memory when it comes again at the same place.
  init(
    loader: BlobLoader, saver: BlobSaver, rule: Rule, remembersChanges: Bool, cancellation: Cancellation
  ) {
    self.loader = loader
    self.saver = saver
    self.rule = rule
    self.remembersChanges = remembersChanges
    self.cancellation = cancellation
    emptyTree = loader.codec.hasher.hash(encoded([]).span)
  }

  /// - Parameter user: for errors: "snapshot 3fa2c1d0".
  func rewrite(_ root: TreeID, of user: Message) throws -> RewrittenTree {
    var stack: [Frame] = []
    path = []
    var finished = try enter(Place(tree: root, path: emptyTree), node: nil, of: user, &stack)
    while var frame = stack.popLast() {
      if let done = finished {
        finished = nil
        path.removeLast()
        frame.take(done)
      }
      if let subtree = try advance(&frame) {
        let name = frame.pending?.name ?? []
        let place = Place(tree: subtree, path: loader.codec.hasher.hash((frame.place.path.bytes + name).span))
        let node = frame.pending
        path.append(name)
        stack.append(frame)
        finished = try enter(place, node: node, of: user, &stack)
      } else {
        finished = try finish(frame)
      }
    }
    guard let finished else { preconditionFailure("a rewritten tree has a result") }
    return finished
  }
}

// MARK: Steps

extension TreeRewriter {
  /// Starts on a tree.
  ///
  /// - Returns: what became of it, if that is known already; otherwise there is one more frame on the stack.
  private func enter(_ place: Place, node: Node?, of user: Message, _ stack: inout [Frame]) throws -> RewrittenTree? {
    if let known = memory[place] { return known }
    try cancellation.check()
    // The one tree whose content is known without reading it: where it was lost it is simply stored again.
    if place.tree == emptyTree { return RewrittenTree(id: try store(encoded([]))) }
    var bytes: [UInt8] = []
    do {
      try loader.load(
        place.tree, .tree, for: path.isEmpty ? user : "'\(displayed(joinedPath(path)))' in \(user)", into: &bytes)
      stack.append(
        Frame(place: place, bytes: bytes, nodes: try decoded(bytes, place.tree), result: RewrittenTree(id: place.tree)))
      return nil
    } catch let error as RepositoryError {
      // Not where the store failed: what it does not give now, it may give later.
      guard let stand = try rule.replacing(node, at: path, because: error) else { throw error }
      if !stack.isEmpty { stack[stack.count - 1].pending = stand }
      return RewrittenTree(id: try store(encoded([])), isChanged: true)
    }
  }

  private func decoded(_ bytes: [UInt8], _ tree: TreeID) throws -> [Node] {
    do throws(MalformedTree) { return try TreeDecoder.decode(bytes) } catch {
      throw RepositoryError.damaged(object: "tree \(tree)", problem: error.text)
    }
  }

  /// Goes through the nodes up to the next directory.
  ///
  /// - Returns: its tree, which must be rewritten before this one goes on; `nil` at the end.
  private func advance(_ frame: inout Frame) throws -> TreeID? {
    while frame.next < frame.nodes.count {
      let node = frame.nodes[frame.next]
      frame.next += 1
      path.append(node.name)
      let revised = rule.revised(node, at: path)
      path.removeLast()
      guard let revised else {
        frame.result.isChanged = true
        continue
      }
      if revised.kind == .directory, let subtree = revised.subtree {
        frame.pending = revised
        return subtree
      }
      frame.keep(revised)
    }
    return nil
  }

  private func finish(_ frame: Frame) throws -> RewrittenTree {
    var result = frame.result
    let nodes = rule.arranged(frame.kept, of: path)
    // Of a directory only what it holds may have changed, and the rule may have put names in order.
    if result.isChanged || nodes != frame.nodes {
      result.isChanged = true
      if rule.demandsExactTrees, encoded(frame.nodes) != frame.bytes {
        throw RepositoryError.damaged(
          object: "tree \(frame.place.tree)",
          problem: "'\(displayed(joinedPath(path)))' holds what cannot be written again without losing some of it")
      }
      result.id = try store(encoded(nodes))
    }
    if !result.isChanged || remembersChanges { memory[frame.place] = result }
    return result
  }

  private func encoded(_ nodes: [Node]) -> [UInt8] {
    encoder.begin()
    for node in nodes { encoder.append(node) }
    return encoder.finish()
  }

  /// Stores a tree unless it can be read already: that the index names it is not enough where packs are damaged.
  private func store(_ bytes: [UInt8]) throws -> TreeID {
    let id = loader.codec.hasher.hash(bytes.span)
    if loader.index.contains(id, .tree) {
      var present: [UInt8] = []
      do {
        try loader.load(id, .tree, for: "", into: &present)
        return id
      } catch let error as StoreError {
        guard error.concernsOneObject else { throw error }
      } catch is RepositoryError {
        // Its copy is damaged: a new one is needed.
      }
    }
    return try saver.save(bytes.span, kind: .tree, with: loader.codec).id
  }
}

extension TreeRewriter.Frame {
  /// A node that is no directory.
  fileprivate mutating func keep(_ node: Node) {
    if node.kind == .file {
      result.fileCount += 1
      result.fileBytes = result.fileBytes.addingReportingOverflow(node.size).partialValue
    }
    kept.append(node)
  }

  /// The directory that was waited for.
  fileprivate mutating func take(_ tree: RewrittenTree) {
    guard var node = pending else { return }
    pending = nil
    node.subtree = tree.id
    result.fileCount += tree.fileCount
    result.fileBytes = result.fileBytes.addingReportingOverflow(tree.fileBytes).partialValue
    if tree.isChanged { result.isChanged = true }
    kept.append(node)
  }
}
