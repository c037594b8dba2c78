import CoffreCore
import CoffreSystem
import CoffreTestKit
import Synchronization

@testable import CoffreRepository

/// A repository that counts as far away, and a cache folder on this machine.
final class CacheSample: Sendable {
  let memory = MemoryStore()
  let faulty: FaultyStore
  let store: RecordingStore
  private let folder: TestFolder
  private let notes = Mutex([String]())

  static let entries: [MemoryEntry] = [
    .file("a", "the first file"),
    .directory("d", [.file("b", [UInt8](repeating: 66, count: 300)), .directory("e", [.file("c", "deep")])]),
  ]

  /// Filled by somebody without a cache.
  init(snapshots: Int = 2) throws {
    folder = try TestFolder()
    faulty = FaultyStore(memory)
    store = RecordingStore(faulty)
    let repository = try Repository.forTest(in: memory)
    for number in 0..<snapshots {
      try repository.backUp(
        Self.entries + [.file("n", String(repeating: "n", count: number + 1))],
        time: 1_700_001_000 + Int64(number) * 1000)
    }
  }

  var base: PathBytes { folder.path("cache") }
  var told: [String] { notes.withLock { $0 } }

  /// - Parameter leastBlobs: from how many on a parsed index is kept; by default never here.
  func settings(leastBlobs: Int = .max) -> RepositoryCache.Settings {
    var settings = RepositoryCache.Settings(base: base) { [self] text in
      notes.withLock { $0.append(text.description) }
    }
    settings.leastBlobs = leastBlobs
    return settings
  }

  func open(leastBlobs: Int = .max) throws -> Repository {
    try Repository.open(store: store, password: .ofTests, cache: settings(leastBlobs: leastBlobs))
  }

  /// Paths of objects that were asked of the store since `forget`.
  var loads: [String] { store.calls.filter { $0.action == .load }.map(\.path) }
  func loads(in folder: String) -> [String] { loads.filter { $0.hasPrefix(folder + "/") } }
  func forget() { store.forget() }

  // MARK: Its files

  /// Below the repository's folder, sorted.
  func files(of repository: Repository) throws -> [String] {
    guard let top = repository.cache?.folder else { return [] }
    var found: [String] = []
    var pending = [""]
    while let place = pending.popLast() {
      let directory = try FileDescriptor.openDirectory(path: joined(top, Array(place.utf8)))
      for name in try directory.entryNames() {
        let path = place.isEmpty ? displayed(name) : "\(place)/\(displayed(name))"
        if try directory.attributes(of: name).kind == .directory { pending.append(path) } else { found.append(path) }
      }
    }
    return found.sorted()
  }

  func path(_ file: String, of repository: Repository) -> PathBytes {
    joined(repository.cache?.folder ?? [], Array(file.utf8))
  }

  /// Where the store keeps what a cached file holds.
  static func key(of file: String) -> String {
    let parts = file.split(separator: "/").map(String.init)
    return parts[0] == "data" ? file : "\(parts[0])/\(parts[parts.count - 1])"
  }

  /// What every snapshot holds, read through whatever the repository has.
  static func everything(in repository: Repository) throws -> [[PathBytes: MemoryRestore.Item]] {
    try repository.restoredWhole()
  }
}
