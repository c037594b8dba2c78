package import CoffreCore
import CoffreSystem

/// One of the three repositories that restic wrote, in `Vectors`.
package enum VectorRepository: String, Sendable, CaseIterable {
  case version1 = "repo-v1"
  case version2 = "repo-v2"
  case resticCurrent = "repo-v2-r0191"

  /// Where the vectors lie, in the project.
  package static var folder: PathBytes {
    let path = Array(#filePath.utf8)
    return joined(splitPath(splitPath(path).folder).folder, Array("Vectors".utf8))
  }

  package static func bytes(_ name: String) throws -> [UInt8] {
    try readFile(joined(folder, Array(name.utf8)), limit: 64 << 20)
  }

  /// The repository's files, in memory: tests may do to them what they like.
  package func store() throws -> MemoryStore {
    MemoryStore(try Self.files(below: joined(Self.folder, Array(rawValue.utf8)), ""), location: rawValue)
  }

  /// The bytes of its `.expected.json`.
  package func expectationBytes() throws -> [UInt8] { try Self.bytes("\(rawValue).expected.json") }

  private static func files(below folder: PathBytes, _ prefix: String) throws -> MemoryStore.Contents {
    var contents: MemoryStore.Contents = [:]
    var found: [(name: String, kind: EntryKind)] = []
    try FileDescriptor.openDirectory(path: folder).listEntries(filter: { _ in true }) { name, attributes, _ in
      var text: [UInt8] = []
      append(name, to: &text)
      if let attributes { found.append((displayed(text), attributes.kind)) }
    }
    for (name, kind) in found {
      let path = joined(folder, Array(name.utf8))
      if kind == .directory {
        contents.merge(try files(below: path, prefix + name + "/")) { first, _ in first }
      } else {
        contents[prefix + name] = try readFile(path, limit: 64 << 20)
      }
    }
    return contents
  }
}
