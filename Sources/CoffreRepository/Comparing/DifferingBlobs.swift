import CoffreCore

/// Where two files differ, by the blobs they are made of.
///
/// For files of lines that are cut behind lines: apart from these runs both have the same lines, in whatever order.
package struct DifferingBlobs: Sendable, Hashable {
  /// Blobs that follow one another in the file, and have no equal in the other one.
  package struct Run: Sendable, Hashable {
    /// The blob before them; `nil` at the file's beginning.
    package let before: BlobID?
    package let blobs: [BlobID]
    /// Whether the file ends with them.
    package let isLast: Bool
  }

  package let before: [Run]
  package let after: [Run]

  package init(_ before: [BlobID], _ after: [BlobID]) {
    // A blob that one file has more often than the other is common as often as both have it.
    var counts: [BlobID: Int] = [:]
    for id in before { counts[id, default: 0] += 1 }
    var common: [BlobID: Int] = [:]
    for id in after where (counts[id] ?? 0) > 0 {
      counts[id, default: 0] -= 1
      common[id, default: 0] += 1
    }
    self.before = Self.runs(of: before, without: common)
    self.after = Self.runs(of: after, without: common)
  }

  /// Both files whole, where their blobs are not cut behind lines.
  package static func all(of before: [BlobID], _ after: [BlobID]) -> DifferingBlobs {
    DifferingBlobs(beforeRuns: runs(of: before, without: [:]), afterRuns: runs(of: after, without: [:]))
  }

  private init(beforeRuns before: [Run], afterRuns after: [Run]) {
    self.before = before
    self.after = after
  }

  private static func runs(of blobs: [BlobID], without common: [BlobID: Int]) -> [Run] {
    var common = common
    var runs: [Run] = []
    var start: Int?
    func end(at position: Int) {
      guard let first = start else { return }
      runs.append(
        Run(
          before: first == 0 ? nil : blobs[first - 1], blobs: Array(blobs[first..<position]),
          isLast: position == blobs.count))
      start = nil
    }
    for (position, id) in blobs.enumerated() {
      let left = common[id] ?? 0
      if left > 0 {
        common[id] = left - 1
        end(at: position)
      } else if start == nil {
        start = position
      }
    }
    end(at: blobs.count)
    return runs
  }
}
