import CoffreSystem
import Synchronization
import Testing

@testable import CoffreRepository

@Suite("Recent values")
struct RecentCacheTests {
  private struct Broken: Error {}

  @Test func `are kept up to the limit, the latest first`() throws {
    let cache = RecentCache<Int, Int>(limit: 100)
    var loads = 0
    func value(_ key: Int) throws -> Int {
      try cache.value(for: key) {
        loads += 1
        return (key * 2, 10)
      }
    }
    for key in 0..<1000 {
      #expect(try value(key) == key * 2)
      #expect(cache.cost <= 110)
    }
    #expect(loads == 1000)
    // Those of just now are there, those of long ago are not.
    _ = try value(999)
    _ = try value(998)
    #expect(loads == 1000)
    _ = try value(3)
    #expect(loads == 1001)
  }

  @Test func `that are asked for again and again outlive a flood of others`() throws {
    let cache = RecentCache<Int, Int>(limit: 100)
    var loadsOfFirst = 0
    for key in 1..<500 {
      _ = try cache.value(for: 0) {
        loadsOfFirst += 1
        return (0, 10)
      }
      _ = try cache.value(for: key) { (key, 10) }
    }
    #expect(loadsOfFirst == 1)
  }

  @Test func `larger than the limit do not gather`() throws {
    let cache = RecentCache<Int, Int>(limit: 100)
    for key in 0..<10 {
      _ = try cache.value(for: key) { (key, 1000) }
      #expect(cache.cost <= 1000)
    }
  }

  @Test func `that fail are not kept, and the next one tries again`() throws {
    let cache = RecentCache<Int, Int>(limit: 100)
    #expect(throws: Broken.self) { try cache.value(for: 1) { throw Broken() } }
    #expect(!cache.expects(1))
    #expect(try cache.value(for: 1) { (7, 1) } == 7)
  }

  @Test func `are loaded by one thread while the others wait`() throws {
    let cache = RecentCache<Int, Int>(limit: 1000)
    let loads = Atomic<Int>(0)
    let wrong = Atomic<Int>(0)
    try runThreads(count: 8, named: "cache") { _ in
      for key in 0..<20 {
        let value = try? cache.value(for: key) {
          loads.add(1, ordering: .relaxed)
          Thread.nap()
          return (key + 1, 1)
        }
        if value != key + 1 { wrong.add(1, ordering: .relaxed) }
      }
    }
    #expect(loads.load(ordering: .relaxed) == 20)
    #expect(wrong.load(ordering: .relaxed) == 0)
  }

  private enum Thread {
    static func nap() { _ = Monitor(false).wait(for: .milliseconds(2), until: { $0 }, then: { _ in }) }
  }
}
