package import CoffreCore

extension BlobLoader {
  /// The whole content of a small file.
  ///
  /// - Parameter limit: in bytes; a longer file is an error.
  package func content(of path: [PathBytes], in snapshot: StoredSnapshot, limit: Int) throws -> [UInt8] {
    let shown = path.reduce([UInt8(ascii: "/")]) { joined($0, $1) }
    guard case .entry(let node) = try locate(path, in: snapshot), node.kind == .file else {
      throw RepositoryError.noSuchPath(displayed(shown), snapshot: snapshot.id.short)
    }
    var content: [UInt8] = []
    var blob: [UInt8] = []
    for id in node.content ?? [] {
      do {
        try load(id, .data, for: "file '\(displayed(shown))'", into: &blob)
      } catch {
        throw ContentError(path: shown, cause: error)
      }
      content += blob
      guard content.count <= limit else {
        throw RepositoryError.damaged(
          object: displayed(shown), problem: "it is larger than \(byteText(Int64(limit)))")
      }
    }
    return content
  }
}
