import CoffreCore
import CoffreSystem
import OpenSSLKit

/// Compares the rows of two states of a table as they come, in any order and from both sides in turn.
///
/// It keeps what has no equal yet: rows that both sides have meet soon, if they come in about the same order. Rows are told
/// apart by their key, or by all of them where there is no key; then nothing is changed, only removed and added. Used by one
/// thread at a time.
package final class RowDifference {
  package enum Side: Sendable { case before, after }

  package enum Kind: String, Sendable, Hashable { case added, removed, changed }

  /// A row that differs.
  package struct Row: Sendable, Hashable {
    package let kind: Kind
    /// The values of the key, or of the whole row, as the file has them.
    package let key: [[UInt8]]
  }

  /// How often a row came on the left, less how often on the right, and the same for the sum of what it says.
  private struct Pending {
    var count: Int32 = 0
    var sum: UInt128 = 0
    var key: [[UInt8]] = []
  }

  package struct Limits: Sendable, Hashable {
    /// Rows that wait for their equal.
    package var pending = 500_000
    /// Of their keys, in bytes; beyond it rows are counted, but have no name.
    package var keyBytes = 16 << 20
    /// Rows that are named of each kind.
    package var named = 20

    package init() {}
  }

  /// More rows wait for their equal than memory is given for.
  package struct TooLarge: Error, Sendable, Hashable {}

  private let columns: Int
  /// Positions of the key's columns; all of them where there is no key.
  private let key: [Int]
  private let isWholeRow: Bool
  private let limits: Limits
  private let hasher = SHA256Hasher()
  private var pending: [UInt128: Pending] = [:]
  private var keyBytes = 0
  private var counts: [Kind: Int64] = [:]
  private var changed: [Row] = []

  /// - Parameters:
  ///   - columns: of the file.
  ///   - key: of them, those that tell rows apart; empty if none do.
  package init(columns: [String], key: [String], limits: Limits = Limits()) {
    self.columns = columns.count
    let positions = key.compactMap { name in columns.firstIndex { $0.hasSameBytes(as: name) } }
    isWholeRow = positions.isEmpty || positions.count != key.count
    self.key = isWholeRow ? Array(columns.indices) : positions
    self.limits = limits
  }

  /// - Parameter line: a row without its newline.
  package func add(_ line: Span<UInt8>, from side: Side) throws(TooLarge) {
    // A line that is no row of these columns is compared as it stands.
    let fields = CopyText.fields(of: line, columns: columns)
    let names = fields.map { fields in key.map { fields[$0] } } ?? [Self.bytes(of: line)]
    let digest = hash(line)
    let name = isWholeRow ? digest : hash(Self.joined(names).span)
    let change: Int32 = side == .before ? 1 : -1
    var row = pending.removeValue(forKey: name) ?? Pending()
    let wasKnown = row.count != 0
    row.count += change
    row.sum = side == .before ? row.sum &+ digest : row.sum &- digest
    if row.count == 0 {
      keyBytes -= Self.size(of: row.key)
      if row.sum != 0 { tell(Row(kind: .changed, key: names)) }
      return
    }
    if !wasKnown, keyBytes + Self.size(of: names) <= limits.keyBytes {
      row.key = names
      keyBytes += Self.size(of: names)
    }
    guard pending.count < limits.pending else { throw TooLarge() }
    pending[name] = row
  }

  private func tell(_ row: Row) {
    counts[row.kind, default: 0] += 1
    if changed.count < limits.named { changed.append(row) }
  }

  /// The first half of SHA-256.
  private func hash(_ bytes: Span<UInt8>) -> UInt128 {
    let digest = hasher.hash(bytes)
    return UInt128(digest.word0) << 64 | UInt128(digest.word1)
  }

  private static func bytes(of line: Span<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    append(line, to: &bytes)
    return bytes
  }

  private static func size(of key: [[UInt8]]) -> Int { key.reduce(0) { $0 + $1.count + 48 } }

  /// A tab stands in no field alone.
  private static func joined(_ fields: [[UInt8]]) -> [UInt8] { Array(fields.joined(separator: [UInt8(ascii: "\t")])) }

  /// What differs, when all rows of both sides came.
  package func finish() -> Outcome {
    var counts = counts
    var named: [Row] = []
    for row in pending.values {
      let kind: Kind = row.count > 0 ? .removed : .added
      counts[kind, default: 0] += Int64(row.count.magnitude)
      guard !row.key.isEmpty else { continue }
      for _ in 0..<min(Int(row.count.magnitude), limits.named) { named.append(Row(kind: kind, key: row.key)) }
    }
    var rows = Self.sorted(changed)
    for kind in [Kind.removed, .added] {
      rows += Self.sorted(named.filter { $0.kind == kind }).prefix(limits.named)
    }
    return Outcome(
      added: counts[.added] ?? 0, removed: counts[.removed] ?? 0, changed: counts[.changed] ?? 0, named: rows)
  }

  /// Short keys first: numbers come in their order then.
  private static func sorted(_ rows: [Row]) -> [Row] {
    rows.sorted { left, right in
      let (left, right) = (joined(left.key), joined(right.key))
      return left.count == right.count ? left.lexicographicallyPrecedes(right) : left.count < right.count
    }
  }

  package struct Outcome: Sendable, Hashable {
    package let added: Int64
    package let removed: Int64
    package let changed: Int64
    /// The first of each kind, as far as their keys were kept.
    package let named: [Row]

    package var isEmpty: Bool { added == 0 && removed == 0 && changed == 0 }
  }
}
