import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreRepository

@Suite("Blob id set")
struct BlobIDSetTests {
  private let operations = 700_000

  @Test(arguments: [0, 1, 1_000, 50_000])
  func `agrees with a dictionary`(_ capacity: Int) {
    var generator = SeededRandom(seed: UInt64(capacity))
    var set = BlobIDSet(capacity: capacity)
    var model: [Digest: Bool] = [:]
    var differences = 0
    for _ in 0..<operations {
      let value = UInt64.random(in: 0..<UInt64(operations / 3), using: &generator)
      // Some with few different first words: long runs in the table.
      let id = value < 800 ? Digest(words: value & 7, value, 0, value) : digest(value)
      if Bool.random(using: &generator) {
        if set.insert(id) != (model.updateValue(true, forKey: id) == nil) { differences += 1 }
      } else if set.contains(id) != (model[id] != nil) {
        differences += 1
      }
    }
    #expect(differences == 0)
    #expect(set.count == model.count)
    #expect(Set(set.elements) == Set(model.keys))
  }

  @Test func `finds everything when its table is as full as it may be`() {
    var slots = DigestSlots(capacity: 3_000)
    var ids: [Digest] = []
    while slots.hasRoom {
      let id = digest(UInt64(ids.count))
      slots.insert(id, number: ids.count)
      ids.append(id)
    }
    #expect(ids.count >= 3_000)
    for (number, id) in ids.enumerated() where slots.first(id, in: ids) != number { Issue.record("\(number) is lost") }
    for number in 0..<3_000 where slots.first(digest(1 << 50 + UInt64(number)), in: ids) != nil {
      Issue.record("\(number) is invented")
    }
  }
}
