import CoffreCore
import CoffreStores
import CoffreSystem
import CoffreTestKit
import Testing

@Suite("Local store")
struct LocalStoreTests {
  private let key = StoreKey("data/ab/object")

  private func permissions(_ path: PathBytes) throws -> UInt16 {
    try FileDescriptor.attributes(ofPath: path, .following).permissions
  }

  // MARK: Modes

  @Test func `files are 0400 and folders 0700`() throws {
    let folder = try TestFolder()
    let store = try LocalStore.create(folder: folder.path("repository"))
    try store.save([1, 2].span, at: key)
    #expect(try permissions(folder.path("repository")) == 0o700)
    #expect(try permissions(folder.path("repository/data")) == 0o700)
    #expect(try permissions(folder.path("repository/data/ab")) == 0o700)
    #expect(try permissions(folder.path("repository/data/ab/object")) == 0o400)
  }

  @Test func `a config that a group may read makes new files and folders so`() throws {
    let folder = try TestFolder()
    try folder.write("config", [1], permissions: 0o440)
    try FileDescriptor.open(folder.path("config"), for: .reading).setPermissions(0o440)
    let store = try LocalStore(folder: folder.path)
    try store.save([1, 2].span, at: key)
    #expect(try permissions(folder.path("data/ab/object")) == 0o440)
    #expect(try permissions(folder.path("data/ab")) == 0o750)
  }

  // MARK: What lies around

  @Test func `leftovers of interrupted saves, links and pipes are not listed`() throws {
    let folder = try TestFolder()
    let store = try LocalStore(folder: folder.path)
    try store.save([1].span, at: key)
    try folder.write("data/ab/object-tmp-3jk2", [1, 2, 3])
    let data = try FileDescriptor.openDirectory(path: folder.path("data/ab"))
    try data.makeSymlink(to: Array("object".utf8), named: Array("link".utf8))
    try data.makeDevice(.fifo, permissions: 0o600, deviceNumber: 0, named: Array("pipe".utf8))
    try data.makeSymlink(to: Array("../..".utf8), named: Array("loop".utf8))
    #expect(try store.objects(in: .all) == [StoredObject(key: key, sizeInBytes: 1)])
  }

  @Test func `names that are not UTF-8 are passed over`() throws {
    let folder = try TestFolder()
    let store = try LocalStore(folder: folder.path)
    try store.save([1].span, at: key)
    try writeFileAtomically([9], joined(folder.path("data/ab"), [0xFF, 0xFE]), permissions: 0o600)
    #expect(try store.objects(in: .all).map(\.key) == [key])
  }

  @Test func `a save leaves nothing but the object`() throws {
    let folder = try TestFolder()
    let store = try LocalStore(folder: folder.path)
    for number in 0..<5 { try store.save([UInt8(number)].span, at: key) }
    var names: [String] = []
    try FileDescriptor.openDirectory(path: folder.path("data/ab")).listEntries(filter: { _ in true }) { name, _, _ in
      var text: [UInt8] = []
      append(name, to: &text)
      names.append(displayed(text))
    }
    #expect(names == ["object"])
  }

  // MARK: What is not there

  @Test func `a folder that is not there cannot be opened`() throws {
    let folder = try TestFolder()
    let error = failure { () throws(StoreError) in _ = try LocalStore(folder: folder.path("nothing")) }
    #expect(error?.reason == .notFound)
  }

  @Test func `a file is no store`() throws {
    let folder = try TestFolder()
    try folder.write("file", [1])
    let error = failure { () throws(StoreError) in _ = try LocalStore(folder: folder.path("file")) }
    #expect(error?.action == .open)
    #expect(error?.cause.isEmpty == false)
  }

  @Test func `a store that vanished is an error, not an empty list`() throws {
    let folder = try TestFolder()
    let store = try LocalStore.create(folder: folder.path("repository"))
    try store.save([1].span, at: key)
    try removeTree(folder.path("repository"))
    for prefix in ["", "snapshots", "data"] {
      #expect(failure { () throws(StoreError) in _ = try store.objects(in: StoreKey(prefix)) } != nil)
    }
  }

  @Test func `a store that vanished is not made again by a save`() throws {
    let folder = try TestFolder()
    let store = try LocalStore.create(folder: folder.path("repository"))
    try removeTree(folder.path("repository"))
    #expect(failure { () throws(StoreError) in try store.save([1].span, at: key) } != nil)
    #expect(throws: SystemError.self) {
      try FileDescriptor.attributes(ofPath: folder.path("repository"), .following)
    }
  }

  @Test func `a store replaced by a file is an error, not an empty list`() throws {
    let folder = try TestFolder()
    let store = try LocalStore.create(folder: folder.path("repository"))
    try removeTree(folder.path("repository"))
    try folder.write("repository", [1])
    #expect(failure { () throws(StoreError) in _ = try store.objects(in: StoreKey("snapshots")) } != nil)
  }

  @Test func `a file where a folder should be refuses saves and lists`() throws {
    let folder = try TestFolder()
    let store = try LocalStore(folder: folder.path)
    try folder.write("data", [1])
    #expect(failure { () throws(StoreError) in try store.save([1].span, at: key) } != nil)
    #expect(failure { () throws(StoreError) in _ = try store.objects(in: StoreKey("data")) } != nil)
    #expect(try readFile(folder.path("data"), limit: 10) == [1])
  }

  @Test func `a folder where an object should be can be neither loaded nor replaced`() throws {
    let folder = try TestFolder()
    let store = try LocalStore(folder: folder.path)
    try folder.write("data/ab/object/inside", [1])
    #expect(failure { () throws(StoreError) in _ = try store.load(key, expectedSize: 10) } != nil)
    #expect(failure { () throws(StoreError) in try store.save([1].span, at: key) } != nil)
    #expect(failure { () throws(StoreError) in try store.remove(key) } != nil)
    #expect(try readFile(folder.path("data/ab/object/inside"), limit: 10) == [1])
    #expect(try store.objects(in: .all).map(\.key.path) == ["data/ab/object/inside"])
  }

  // MARK: Places that refuse

  @Test func `a place of the kernel's refuses saves by type`() throws {
    let store = try LocalStore(folder: Array("/proc/self".utf8))
    let error = failure { () throws(StoreError) in try store.save([1].span, at: StoreKey("config")) }
    #expect(error?.action == .save)
    #expect(error?.subject == "config")
  }

  @Test func `a read-only file system refuses saves and removals, and is still read`() throws {
    let mount = try Mount(kibibytes: 512)
    let store = try LocalStore(folder: mount.path)
    try store.save([1, 2, 3].span, at: key)
    try mount.makeReadOnly()
    let saving = failure { () throws(StoreError) in try store.save([1].span, at: StoreKey("data/ab/other")) }
    #expect(saving?.reason == .refused)
    #expect(saving?.exitCode == .destinationUnreachable)
    let making = failure { () throws(StoreError) in try store.save([1].span, at: StoreKey("new/object")) }
    #expect(making?.reason == .refused)
    #expect(failure { () throws(StoreError) in try store.remove(key) }?.reason == .refused)
    #expect(try store.load(key, expectedSize: 3) == [1, 2, 3])
  }

  @Test func `a full disk keeps what was there and no part of the new object`() throws {
    let mount = try Mount(kibibytes: 512)
    let store = try LocalStore(folder: mount.path)
    let old = [UInt8](repeating: 1, count: 200_000)
    try store.save(old.span, at: key)
    let large = [UInt8](repeating: 2, count: 600_000)
    let error = failure { () throws(StoreError) in try store.save(large.span, at: StoreKey("data/ab/large")) }
    #expect(error?.reason == .noSpace)
    #expect(error?.exitCode == .noSpace)
    #expect(failure { () throws(StoreError) in try store.save(large.span, at: key) }?.reason == .noSpace)
    #expect(try store.load(key, expectedSize: old.count) == old)
    #expect(try store.objects(in: .all) == [StoredObject(key: key, sizeInBytes: 200_000)])
    // The failed attempts gave their space back.
    try store.save([UInt8](repeating: 3, count: 250_000).span, at: StoreKey("data/ab/small"))
  }
}
