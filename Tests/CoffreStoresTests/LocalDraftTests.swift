import CoffreCore
import CoffreStores
import CoffreSystem
import CoffreTestKit
import Testing

@Suite("Local drafts")
struct LocalDraftTests {
  private let folder: TestFolder
  private let store: LocalStore
  private let keys = (0..<3).map { StoreKey("data/a\($0)/object") }

  init() throws {
    folder = try TestFolder()
    store = try LocalStore(folder: folder.path)
  }

  /// All files, leftovers included.
  private func names() throws -> [String] {
    let find = try Tool.named("find", package: "findutils")
    let list = try find.run([displayed(folder.path), "-mindepth", "1", "!", "-type", "d", "-printf", "%P\\n"])
    return list.output.split(separator: "\n").map(String.init).sorted()
  }

  private func draft(_ pieces: [UInt8]..., at key: StoreKey) throws -> any ObjectDraft {
    let draft = try #require(store.makeDraft(in: StoreKey("data")))
    for piece in pieces { try draft.append(piece.span) }
    try draft.finish(at: key)
    return draft
  }

  @Test func `nothing stands under its name before the commit, and all of it afterwards`() throws {
    let drafts = try keys.enumerated().map { try draft([UInt8($0)], [7], at: $1) }
    #expect(try store.objects(in: .all).isEmpty)
    #expect(try names().count == 3)
    try commit(drafts)
    #expect(try names() == keys.map(\.path))
    for (number, key) in keys.enumerated() { #expect(try store.load(key, expectedSize: 2) == [UInt8(number), 7]) }
    let file = try FileDescriptor.attributes(ofPath: folder.path("data/a1/object"), .following)
    #expect(file.permissions == 0o400)
  }

  @Test(arguments: [
    [0], [1, 0, 5], [262_143, 1, 1], [262_144, 3], [10, 262_144, 10], [700_000, 262_143, 2, 262_145],
  ])
  func `pieces of all sizes follow each other`(_ sizes: [Int]) throws {
    let pieces = sizes.enumerated().map { seededBytes(UInt64($0 + 1), count: $1) }
    let draft = try #require(store.makeDraft(in: StoreKey("data")))
    for piece in pieces { try draft.append(piece.span) }
    try draft.finish(at: keys[0])
    try commit([draft])
    let whole = pieces.flatMap { $0 }
    #expect(try store.objects(in: .all).map(\.sizeInBytes) == [Int64(whole.count)])
    #expect(try store.load(keys[0], expectedSize: whole.count) == whole)
  }

  @Test(arguments: [false, true])
  func `a draft that is given up leaves nothing`(isFinished: Bool) throws {
    do {
      let draft = try #require(store.makeDraft(in: StoreKey("data")))
      try draft.append(seededBytes(1, count: 300_000).span)
      if isFinished { try draft.finish(at: keys[0]) }
      #expect(try names().count == 1)
    }
    #expect(try names().isEmpty)
  }

  @Test func `the last of two under one key counts`() throws {
    try commit([draft([1], at: keys[0])])
    try commit([draft([2], at: keys[0])])
    #expect(try store.load(keys[0], expectedSize: 1) == [2])
    #expect(try names() == [keys[0].path])
  }

  @Test func `a commit that fails half-way leaves whole objects and no leftovers`() throws {
    try folder.write("data/a1/object/in-the-way", [1])
    let error = failure { () throws(StoreError) in
      guard let drafts = try? keys.map({ try draft([5], [5], at: $0) }) else { return }
      try commit(drafts)
    }
    #expect(error?.action == .save)
    #expect(error?.subject == keys[1].path)
    #expect(try names() == ["data/a0/object", "data/a1/object/in-the-way"])
    #expect(try store.load(keys[0], expectedSize: 2) == [5, 5])
  }

  /// What a killed process leaves must be known to the cleaning-up of old leftovers.
  @Test func `the temporary name is an id, a mark and letters`() throws {
    let draft = try draft([1], at: keys[0])
    let name = try #require(try names().first)
    #expect(name.wholeMatch(of: /data\/[0-9a-f]{64}-tmp-[0-9a-z]+/) != nil, "\(name)")
    try commit([draft])
  }
}
