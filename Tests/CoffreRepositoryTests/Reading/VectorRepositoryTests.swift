import CoffreCore
import CoffreTestKit
import OpenSSLKit
import Testing

@testable import CoffreRepository

@Suite("Repositories that restic wrote")
struct VectorRepositoryTests {
  @Test(arguments: VectorRepository.allCases)
  func `opens with its password, to the expected key`(_ vector: VectorRepository) throws {
    let expected = try ExpectedRepository.read(vector)
    let repository = try Repository.open(store: vector.store(), password: Secret(expected.password))
    #expect(repository.keyID.description == expected.opening_key)
    #expect(repository.masterKey.encryption == Array(expected.master_key.encrypt))
    #expect(repository.masterKey.macKey == Array(expected.master_key.mac.k))
    #expect(repository.masterKey.macR == Array(expected.master_key.mac.r))
  }

  @Test func `a second key opens the same repository`() throws {
    let expected = try ExpectedRepository.read(.resticCurrent)
    let second = try #require(expected.second_password)
    let repository = try Repository.open(store: VectorRepository.resticCurrent.store(), password: Secret(second))
    #expect(repository.keyID.description != expected.opening_key)
    #expect(repository.masterKey.encryption == Array(expected.master_key.encrypt))
    #expect(try repository.examined().isSound)
  }

  @Test(arguments: VectorRepository.allCases)
  func `a wrong password is told as such`(_ vector: VectorRepository) throws {
    let store = try vector.store()
    for password in ["", "coffre-tes", "coffre-test ", "Coffre-test"] {
      #expect(throws: RepositoryError.wrongPassword(location: vector.rawValue)) {
        try Repository.open(store: store, password: Secret(password))
      }
    }
  }

  @Test(arguments: VectorRepository.allCases)
  func `has the expected configuration`(_ vector: VectorRepository) throws {
    let repository = try Repository.opened(vector.store())
    #expect(text(repository.config.encoded()) == (try ExpectedRepository.read(vector).config_json))
    #expect(!repository.config.foreignChunking)
  }

  @Test(arguments: VectorRepository.allCases)
  func `snapshots have the expected text, and encode to it again`(_ vector: VectorRepository) throws {
    let expected = try ExpectedRepository.read(vector)
    let repository = try Repository.opened(vector.store())
    let snapshots = try repository.soundSnapshots()
    #expect(Set(snapshots.map(\.id.description)) == Set(expected.snapshots.keys))
    for object in try repository.store.listObjects(.snapshot) {
      let json = try repository.loadUnpacked(.snapshot, object, with: repository.makeCodec())
      #expect(text(json) == expected.snapshots[object.id.description]?.plain_json)
    }
    for stored in snapshots {
      #expect(text(stored.snapshot.encoded()) == expected.snapshots[stored.id.description]?.plain_json)
    }
  }

  @Test(arguments: VectorRepository.allCases)
  func `every file of every snapshot is as expected`(_ vector: VectorRepository) throws {
    let expected = try ExpectedRepository.read(vector)
    let repository = try Repository.opened(vector.store())
    let index = try repository.loadIndex(cancellation: Cancellation()).index
    let loader = BlobLoader(repository: repository, index: index)
    for stored in try repository.soundSnapshots() {
      let files = try #require(expected.snapshots[stored.id.description]?.files)
      var wanted = Dictionary(files.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
      try SnapshotWalk(loader: loader, snapshot: stored).visit(below: [], deeply: true) { node, path in
        let found = wanted.removeValue(forKey: path)
        let file = try #require(found, "\(displayed(path)) is not expected")
        try compare(node, with: file, loader)
      }
      #expect(wanted.isEmpty, "not found: \(wanted.keys.map { displayed($0) })")
    }
  }

  private func compare(_ node: Node, with file: ExpectedRepository.FileFields, _ loader: BlobLoader) throws {
    let name = Comment(rawValue: displayed(file.path))
    #expect(node.kind.name == file.type, name)
    #expect(node.mode.rawValue == file.go_mode, name)
    #expect(node.modified.description == file.mtime, name)
    #expect(node.size == file.size, name)
    #expect(node.inode == file.inode, name)
    #expect(node.links == file.links ?? 0, name)
    #expect(node.device == file.device ?? 0, name)
    #expect(node.subtree?.description == file.subtree, name)
    #expect(node.content?.map(\.description) == file.content, name)
    #expect(node.linkTarget == file.target, name)
    #expect(node.extendedAttributes == file.attributes, name)
    guard let sha256 = file.sha256 else { return }
    let hasher = SHA256Hasher()
    hasher.begin()
    var size: UInt64 = 0
    var plain: [UInt8] = []
    for id in node.content ?? [] {
      try loader.load(id, .data, for: "a test", into: &plain)
      hasher.update(plain.span)
      size += UInt64(plain.count)
    }
    #expect(hasher.finish().description == sha256, name)
    #expect(size == file.size, name)
  }

  @Test(arguments: VectorRepository.allCases)
  func `passes the check, every byte read`(_ vector: VectorRepository) throws {
    let examination = try Repository.opened(vector.store()).examined()
    #expect(examination.isSound, Comment(rawValue: examination.text))
    #expect(examination.hints.isEmpty, Comment(rawValue: examination.text))
    #expect(examination.counters.packsRead == examination.counters.packs && examination.counters.packs > 0)
  }
}
