import CoffreCore
import CoffreStores
import CoffreSystem
import CoffreTestKit
import Testing

@Suite("Local batches")
struct LocalBatchTests {
  private let folder: TestFolder
  private let store: LocalStore
  private let keys = (0..<3).map { StoreKey("data/a\($0)/object") }

  init() throws {
    folder = try TestFolder()
    store = try LocalStore(folder: folder.path)
  }

  /// All files, leftovers included, with their folders.
  private func names() throws -> [String] {
    let find = try Tool.named("find", package: "findutils").run([displayed(folder.path), "-mindepth", "1", "!", "-type", "d", "-printf", "%P\n"])
    return find.output.split(separator: "\n").map(String.init).sorted()
  }

  @Test func `nothing stands under its name before the commit, and all of it afterwards`() throws {
    let batch = store.makeBatch()
    for (number, key) in keys.enumerated() { try batch.add([UInt8(number), 7].span, at: key) }
    #expect(try store.objects(in: .all).isEmpty)
    #expect(try names().count == 3)
    try batch.commit()
    #expect(try names() == keys.map(\.path))
    for (number, key) in keys.enumerated() { #expect(try store.load(key, expectedSize: 2) == [UInt8(number), 7]) }
  }

  @Test func `a batch can be used again after its commit`() throws {
    let batch = store.makeBatch()
    for key in keys {
      try batch.add([1].span, at: key)
      try batch.commit()
    }
    #expect(try names() == keys.map(\.path))
  }

  @Test func `a batch that is given up leaves nothing`() throws {
    do {
      let batch = store.makeBatch()
      for key in keys { try batch.add([1].span, at: key) }
    }
    #expect(try names().isEmpty)
  }

  @Test func `the last of two saves under one name counts`() throws {
    let batch = store.makeBatch()
    try batch.add([1].span, at: keys[0])
    try batch.commit()
    try batch.add([2].span, at: keys[0])
    try batch.commit()
    #expect(try store.load(keys[0], expectedSize: 1) == [2])
  }

  @Test func `a commit that fails half-way leaves whole objects and no leftovers`() throws {
    try folder.write("data/a1/object/in-the-way", [1])
    let batch = store.makeBatch()
    for key in keys { try batch.add([5, 5].span, at: key) }
    let error = failure { () throws(StoreError) in try batch.commit() }
    #expect(error?.action == .save)
    #expect(error?.subject == keys[1].path)
    #expect(try names().allSatisfy { !$0.contains("-tmp-") })
    for object in try store.objects(in: .all) where object.key.name == "object" { #expect(object.sizeInBytes == 2) }
    // What failed does not come again with the next commit.
    try batch.commit()
    try batch.add([6].span, at: StoreKey("data/b/object"))
    try batch.commit()
    #expect(try store.load(StoreKey("data/b/object"), expectedSize: 1) == [6])
  }
}
