import CoffreCore
import CoffreTestKit

@testable import CoffreRepository

/// A source of some dozen files that needs several packs of 8 KiB, and a later state of it.
enum BackupSample {
  static let packSize = 8 << 10
  /// Of the snapshot of `first`, in seconds since 1970.
  static let firstTime: Int64 = 1_700_001_000

  /// Bytes that do not shrink.
  static func noise(_ count: Int, seed: UInt64) -> [UInt8] { seededBytes(seed, count: count) }

  static let first: [MemoryEntry] = [.file("old", noise(3000, seed: 1)), .directory("kept", [.file("k", "kept")])]

  static let second = second(delay: nil)

  /// - Parameter delay: before each piece that is read.
  static func second(delay: Duration?) -> [MemoryEntry] {
    let many = (0..<12).map { number in
      MemoryEntry.file("file-\(number)", noise(2500, seed: 100 + UInt64(number))).failing { $0.delay = delay }
    }
    return first + [
      .directory("many", many),
      .directory("more", [.file("x", "x"), .symlink("l", to: "x"), .directory("empty", [])]),
    ]
  }

  /// What `entries` restore to.
  static func restored(_ entries: [MemoryEntry]) throws -> [PathBytes: MemoryRestore.Item] {
    let repository = try Repository.forTest(in: MemoryStore())
    try repository.backUp(entries)
    return try repository.restoredWhole()[0]
  }

  /// A repository that holds `first`.
  static func store() throws -> MemoryStore {
    let store = MemoryStore()
    try Repository.forTest(in: store).backUp(first, time: firstTime)
    return store
  }

  /// Backs up `second` as the command does, under a lock.
  @discardableResult
  static func backUpSecond(
    in store: any Store, indexInterval: Duration = .seconds(10), delay: Duration? = nil, time: Int64 = 1_700_002_000
  ) throws -> ArchiveResult {
    let repository = try Repository.opened(store)
    let request = LockRequest(mode: .shared, machine: .ofTests, record: LockRecord(folder: nil))
    let cancellation = Cancellation()
    return try repository.withLock(request, cancellation: cancellation, note: { _ in }) { confirm in
      try repository.backUp(MemorySession(second(delay: delay)), time: time, cancellation: cancellation) { request in
        request.confirmLock = confirm
        request.packSize = packSize
        request.rhythm = IndexRhythm(every: indexInterval, closesPacks: true)
      }
    }
  }
}
