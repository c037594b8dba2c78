import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreRepository

@Suite("References of trees")
struct TreeReferencesTests {
  private func references(_ json: String) throws -> (blobs: [BlobID], trees: [TreeID]) {
    var found: (blobs: [BlobID], trees: [TreeID]) = ([], [])
    try TreeReferences.read(Array(json.utf8), blob: { found.blobs.append($0) }, tree: { found.trees.append($0) })
    return found
  }

  @Test func `names what full decoding names, in the trees of real repositories`() throws {
    var count = 0
    for vector in VectorRepository.allCases {
      let repository = try Repository.opened(try vector.store())
      let index = try repository.loadIndex(cancellation: Cancellation()).index
      let loader = BlobLoader(repository: repository, index: index)
      for entry in 0..<index.count where index.kind(ofEntry: entry) == .tree {
        var bytes: [UInt8] = []
        try loader.load(index.id(ofEntry: entry), .tree, for: "test", into: &bytes)
        let nodes = try TreeDecoder.decode(bytes)
        let found = try references(String(decoding: bytes, as: UTF8.self))
        #expect(found.blobs == nodes.flatMap { $0.content ?? [] })
        #expect(found.trees == nodes.compactMap(\.subtree))
        count += found.blobs.count
      }
    }
    #expect(count > 20)
  }

  @Test func `a reference counts whatever the node says it is, with its keys escaped too`() throws {
    let (one, two) = (digest(1), digest(2))
    let found = try references(
      #"{"nodes":[{"type":"fifo","cont\u0065nt":["\#(one)"],"x":{"content":["no"]},"subtree":"\#(two)"}]}"#)
    #expect(found.blobs == [one] && found.trees == [two])
    #expect(try references(#"{"nodes":[{"content":null,"subtree":null}]}"#).blobs.isEmpty)
  }

  @Test(arguments: [
    "", "{}", "[]", #"{"nodes":null}"#, #"{"nodes":[{}]"#, #"{"nodes":[{"content":["12"]}]}"#,
    #"{"nodes":[{"content":"x"}]}"#, #"{"nodes":[{"subtree":5}]}"#, #"{"nodes":[]}x"#, #"{"nodes":[],"nodes":[]}"#,
    #"{"nodes":[null]}"#, #"{"nodes":[{"content":[]},]}"#,
  ])
  func `what cannot be read whole is an error`(_ json: String) {
    #expect(throws: MalformedTree.self) { try references(json) }
  }
}
