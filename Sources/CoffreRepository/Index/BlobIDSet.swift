import CoffreCore

/// A set of blob ids that only grows: 32 bytes and about 7 more for each.
package struct BlobIDSet: Sendable {
  private var ids: [Digest] = []
  private var slots: DigestSlots

  /// - Parameter capacity: how many will be inserted, if known.
  package init(capacity: Int = 0) {
    slots = DigestSlots(capacity: max(capacity, 16))
    ids.reserveCapacity(capacity)
  }

  package var count: Int { ids.count }
  package var isEmpty: Bool { ids.isEmpty }

  /// In the order of insertion.
  package var elements: [BlobID] { ids }

  package func contains(_ id: BlobID) -> Bool { slots.first(id, in: ids) != nil }

  /// - Returns: whether `id` was absent.
  @discardableResult
  package mutating func insert(_ id: BlobID) -> Bool {
    if contains(id) { return false }
    if !slots.hasRoom { grow() }
    slots.insert(id, number: ids.count)
    ids.append(id)
    return true
  }

  private mutating func grow() {
    var larger = DigestSlots(capacity: ids.count * 2)
    for number in ids.indices { larger.insert(ids[number], number: number) }
    slots = larger
  }
}
