package import CoffreCore
import CoffreSystem
import Synchronization

/// What every store must do, as checks that run from one line:
///
///     @Test(arguments: StoreContract.checks)
///     func `keeps the contract`(_ check: StoreContract) throws { try check.run(on: makeEmptyStore()) }
package struct StoreContract: Sendable, CustomStringConvertible {
  /// As test reports show it.
  package let description: String
  private let body: @Sendable (any Store) throws -> Void

  private init(_ description: String, _ body: @escaping @Sendable (any Store) throws -> Void) {
    self.description = description
    self.body = body
  }

  /// - Parameter store: empty, and nobody else's.
  /// - Throws: `ContractViolation`, or what the store threw where it must not.
  package func run(on store: any Store) throws { try body(store) }

  package static let checks: [StoreContract] =
    repositoryChecks + [
      StoreContract("any keys: lists are complete, with sizes, each object once", listsCompletely),
      StoreContract("a prefix is a folder, not the beginning of a name", listsFolders),
      StoreContract("readers during a save see the old or the new", isAtomic),
      StoreContract("names in lists during saves are whole", listsNoPartialNames),
    ]

  /// For stores that keep repositories only: no other keys, and no object replaced while somebody reads it.
  package static let repositoryChecks: [StoreContract] = [
    StoreContract("what was saved is loaded, whole and in ranges", savesAndLoads),
    StoreContract("a range past the end is truncated, never short", refusesRangesPastTheEnd),
    StoreContract("an object larger than the buffer is truncated", refusesSmallBuffers),
    StoreContract("empty objects", keepsEmptyObjects),
    StoreContract("objects of 20 MiB", keepsLargeObjects),
    StoreContract("a second save replaces the first", replaces),
    StoreContract("removing twice is a success", removesTwice),
    StoreContract("what is not there is not found, by type", reportsWhatIsMissing),
    StoreContract("lists of a repository are complete, with sizes, each object once", listsRepositories),
    StoreContract("an unknown prefix lists nothing", listsNothingForUnknownPrefixes),
    StoreContract("an error of the caller ends a list", passesOnErrors),
    StoreContract("saves and loads at once", worksInParallel),
  ]
}

/// A store that does not keep its word.
package struct ContractViolation: Error, CustomStringConvertible {
  package let description: String
}

// MARK: One thread

extension StoreContract {
  private static func expect(_ condition: Bool, _ text: @autoclosure () -> String) throws {
    if !condition { throw ContractViolation(description: text()) }
  }

  private static func reason(_ body: () throws(StoreError) -> Void) -> StoreError.Reason? {
    do throws(StoreError) {
      try body()
      return nil
    } catch {
      return error.reason
    }
  }

  /// Bytes that tell where they stand, so that a shifted or torn answer is seen.
  static func sample(_ count: Int, seed: UInt8 = 0) -> [UInt8] {
    var bytes = [UInt8](repeating: seed, count: count)
    for index in 0..<count { bytes[index] &+= UInt8(truncatingIfNeeded: index &* 31 &+ index >> 8) }
    return bytes
  }

  private static func savesAndLoads(_ store: any Store) throws {
    let bytes = sample(1000)
    let key = StoreKey("data/ab/abcd")
    try store.save(bytes.span, at: key)
    try expect(try store.load(key, expectedSize: 1000) == bytes, "the whole object is not what was saved")
    try expect(try store.load(key, expectedSize: 4000) == bytes, "a buffer with room to spare changed the answer")
    for range: Range<Int64> in [0..<1000, 0..<1, 999..<1000, 17..<613, 500..<500] {
      let part = try store.load(key, range: range, expectedSize: range.count)
      try expect(part == Array(bytes[Int(range.lowerBound)..<Int(range.upperBound)]), "range \(range) is wrong")
    }
    try expect(try store.holds(key), "it does not hold what it has")
    try store.save(bytes.span, at: StoreKey("config"))
    try expect(try store.load(StoreKey("config"), expectedSize: 1000) == bytes, "an object at the top is wrong")
  }

  private static func refusesRangesPastTheEnd(_ store: any Store) throws {
    let key = StoreKey("data/ob/object")
    try store.save(sample(100).span, at: key)
    for range: Range<Int64> in [0..<101, 99..<101, 100..<101, 200..<300, 5_000_000_000..<5_000_000_001] {
      let reason = reason { () throws(StoreError) in
        _ = try store.load(key, range: range, expectedSize: range.count)
      }
      try expect(reason == .truncated, "range \(range) of 100 bytes: \(String(describing: reason))")
    }
  }

  private static func refusesSmallBuffers(_ store: any Store) throws {
    let key = StoreKey("data/ob/object")
    try store.save(sample(100).span, at: key)
    for size in [0, 1, 99] {
      let reason = reason { () throws(StoreError) in _ = try store.load(key, expectedSize: size) }
      try expect(reason == .truncated, "100 bytes into \(size): \(String(describing: reason))")
    }
  }

  private static func keepsEmptyObjects(_ store: any Store) throws {
    let key = StoreKey("locks/empty")
    try store.save([UInt8]().span, at: key)
    try expect(try store.load(key, expectedSize: 0).isEmpty, "an empty object is not empty")
    try expect(try store.load(key, expectedSize: 10).isEmpty, "an empty object is not empty")
    try expect(try store.holds(key), "it does not hold the empty object")
    let listed = try store.objects(in: StoreKey("locks"))
    try expect(listed == [StoredObject(key: key, sizeInBytes: 0)], "the list has \(listed)")
  }

  private static func keepsLargeObjects(_ store: any Store) throws {
    let bytes = sample(20 << 20)
    let key = StoreKey("data/la/large")
    try store.save(bytes.span, at: key)
    try expect(try store.load(key, expectedSize: bytes.count) == bytes, "20 MiB came back changed")
    let range: Range<Int64> = (19 << 20)..<(19 << 20) + 70_000
    let part = try store.load(key, range: range, expectedSize: range.count)
    try expect(part == Array(bytes[(19 << 20)..<(19 << 20) + 70_000]), "a range of 20 MiB is wrong")
    try expect(try store.objects(in: .all).map(\.sizeInBytes) == [20 << 20], "the list tells another size")
  }

  private static func replaces(_ store: any Store) throws {
    let key = StoreKey("index/object")
    try store.save(sample(1000).span, at: key)
    try store.save(sample(10, seed: 7).span, at: key)
    try expect(try store.load(key, expectedSize: 1000) == sample(10, seed: 7), "the first object shines through")
    try expect(try store.objects(in: .all).map(\.sizeInBytes) == [10], "the list tells the size of the first")
  }

  private static func removesTwice(_ store: any Store) throws {
    let key = StoreKey("snapshots/object")
    try store.save(sample(10).span, at: key)
    try store.remove(key)
    try expect(try !store.holds(key), "it still holds what was removed")
    try expect(try store.objects(in: .all).isEmpty, "it still lists what was removed")
    try store.remove(key)
    try store.remove(StoreKey("never/there"))
  }

  private static func reportsWhatIsMissing(_ store: any Store) throws {
    try store.save(sample(10).span, at: StoreKey("data/th/there"))
    for path in ["data/mi/missing", "data/zz/zz-missing", "missing", "data/th/there/below"] {
      let key = StoreKey(path)
      let reason = reason { () throws(StoreError) in _ = try store.load(key, expectedSize: 10) }
      try expect(reason == .notFound, "loading '\(path)': \(String(describing: reason))")
      try expect(try !store.holds(key), "it claims to hold '\(path)'")
    }
    do {
      _ = try store.load(StoreKey("data/mi/missing"), range: 0..<4, expectedSize: 4)
    } catch {
      try expect(error.subject.contains("data/mi/missing"), "the error names '\(error.subject)'")
      try expect(error.action == .load && !error.cause.isEmpty, "the error does not tell what happened")
    }
  }

  private static func listsCompletely(_ store: any Store) throws {
    var expected: [StoreKey: Int64] = [:]
    for number in 0..<300 {
      let folder = ["", "data/", "data/0\(number % 10)/", "index/", "index/deep/er/"][number % 5]
      let key = StoreKey("\(folder)object-\(number)")
      try store.save(sample(number).span, at: key)
      expected[key] = Int64(number)
    }
    for prefix in ["", "data", "data/01", "index", "index/deep", "index/deep/er"] {
      let listed = try store.objects(in: StoreKey(prefix))
      let wanted = expected.filter { prefix.isEmpty || $0.key.path.hasPrefix(prefix + "/") }
      try expect(Set(listed.map(\.key)).count == listed.count, "below '\(prefix)' something is listed twice")
      let found = Dictionary(listed.map { ($0.key, $0.sizeInBytes) }, uniquingKeysWith: max)
      try expect(found == wanted, "below '\(prefix)': \(found.count) objects, \(wanted.count) expected, or wrong sizes")
    }
  }

  private static func listsRepositories(_ store: any Store) throws {
    var expected: [StoreKey: Int64] = [:]
    for number in 0..<120 {
      let path = ["data/0\(number % 7)/0\(number % 7)-", "index/", "snapshots/", "keys/", "locks/"][number % 5]
      let key = number == 0 ? StoreKey("config") : StoreKey("\(path)object-\(number)")
      try store.save(sample(number).span, at: key)
      expected[key] = Int64(number)
    }
    for prefix in ["", "data", "data/01", "index", "snapshots", "keys", "locks"] {
      let listed = try store.objects(in: StoreKey(prefix))
      let wanted = expected.filter { prefix.isEmpty || $0.key.path.hasPrefix(prefix + "/") }
      try expect(Set(listed.map(\.key)).count == listed.count, "below '\(prefix)' something is listed twice")
      let found = Dictionary(listed.map { ($0.key, $0.sizeInBytes) }, uniquingKeysWith: max)
      try expect(found == wanted, "below '\(prefix)': \(found.count) objects, \(wanted.count) expected, or wrong sizes")
    }
  }

  private static func listsFolders(_ store: any Store) throws {
    for path in ["data/a", "database/b", "data2", "dat"] { try store.save(sample(1).span, at: StoreKey(path)) }
    let listed = try store.objects(in: StoreKey("data")).map(\.key.path)
    try expect(listed == ["data/a"], "'data' lists \(listed)")
  }

  private static func listsNothingForUnknownPrefixes(_ store: any Store) throws {
    try expect(try store.objects(in: .all).isEmpty, "an empty store lists something")
    try store.save(sample(1).span, at: StoreKey("data/aa/aa"))
    for prefix in ["keys", "data/ff", "snapshots/deep/er"] {
      try expect(try store.objects(in: StoreKey(prefix)).isEmpty, "'\(prefix)' lists something")
    }
  }

  private static func passesOnErrors(_ store: any Store) throws {
    for number in 0..<3 { try store.save(sample(1).span, at: StoreKey("data/n\(number)/n\(number)")) }
    let mine = StoreError(.cancelled, .list, "mine", because: "the caller has enough")
    var told = 0
    var thrown: StoreError?
    do throws(StoreError) {
      try store.list(StoreKey("data")) { (_: StoredObject) throws(StoreError) in
        told += 1
        throw mine
      }
    } catch {
      thrown = error
    }
    try expect(thrown == mine && told == 1, "after an error of the caller: \(told) told, \(String(describing: thrown))")
  }
}

// MARK: Several threads

extension StoreContract {
  private static let threads = 4

  /// Runs `body` on several threads; the first violation counts.
  private static func inParallel(_ body: @escaping @Sendable (Int) throws -> Void) throws {
    let failure = Mutex<(any Error)?>(nil)
    try runThreads(count: threads, named: "contract") { number in
      do {
        try body(number)
      } catch {
        failure.withLock { $0 = $0 ?? error }
      }
    }
    if let failure = failure.withLock({ $0 }) { throw failure }
  }

  private static func worksInParallel(_ store: any Store) throws {
    try inParallel { thread in
      for number in 0..<25 {
        let key = StoreKey("data/t\(thread)/t\(thread)-object-\(number)")
        let bytes = sample(1000 + number, seed: UInt8(thread))
        try store.save(bytes.span, at: key)
        try expect(try store.load(key, expectedSize: bytes.count) == bytes, "\(key) came back changed")
        if number % 5 == 0 { try store.remove(key) }
      }
    }
    let left = try store.objects(in: StoreKey("data")).count
    try expect(left == threads * 20, "\(left) objects are left of \(threads * 20)")
  }

  private static func isAtomic(_ store: any Store) throws {
    let key = StoreKey("index/object")
    let old = sample(200_000, seed: 1)
    let new = sample(300_000, seed: 2)
    try store.save(old.span, at: key)
    try inParallel { thread in
      for round in 0..<15 {
        if thread == 0 {
          try store.save((round % 2 == 0 ? new : old).span, at: key)
        } else {
          let seen = try store.load(key, expectedSize: 300_000)
          try expect(seen == old || seen == new, "a reader saw \(seen.count) bytes that are neither old nor new")
        }
      }
    }
  }

  private static func listsNoPartialNames(_ store: any Store) throws {
    let bytes = sample(100_000)
    try inParallel { thread in
      for round in 0..<15 {
        if thread < 2 {
          try store.save(bytes.span, at: StoreKey("data/\(thread)/object-\(round)"))
        } else {
          for object in try store.objects(in: StoreKey("data")) {
            let isWhole =
              object.sizeInBytes == 100_000 && object.key.name.hasPrefix("object-")
              && !object.key.name.contains("tmp")
            try expect(isWhole, "the list shows \(object.key) of \(object.sizeInBytes) bytes")
          }
        }
      }
    }
  }
}
