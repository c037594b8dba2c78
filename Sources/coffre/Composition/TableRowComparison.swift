import CoffreCore
import CoffreRepository
import CoffreSources

/// Finds which rows of tables differ between two backups, by what their files do not have in common: chunks that both have
/// are not read.
struct TableRowComparison {
  let before: FolderContents
  let after: FolderContents
  let limits: RowDifference.Limits
  let cancellation: Cancellation

  /// Of both sides together, half of what is usual for each.
  static var bytesAhead: Int64 { FolderContents.usualBytesAhead / 2 }

  /// - Throws: `RowDifference.TooLarge` if too much differs.
  func compare(_ old: DatabaseManifest.Table, with new: DatabaseManifest.Table) throws -> RowDifference.Outcome {
    let (oldPath, newPath) = (Array(old.path.utf8), Array(new.path.utf8))
    let oldBlobs = try before.blobs(of: oldPath)
    let newBlobs = try after.blobs(of: newPath)
    let compare = { (differing: DifferingBlobs) throws -> RowDifference.Outcome in
      let difference = RowDifference(columns: new.columns, key: new.key, limits: limits)
      let left = RunRows(differing.before, of: oldPath, in: before, side: .before)
      let right = RunRows(differing.after, of: newPath, in: after, side: .after)
      try feed(left, right, into: difference)
      return difference.finish()
    }
    do {
      return try compare(DifferingBlobs(oldBlobs, newBlobs))
    } catch is RunRows.CutInRow {
      // Somebody else cut these files.
      return try compare(.all(of: oldBlobs, newBlobs))
    }
  }

  /// From both sides in turn, so that equal rows meet soon.
  private func feed(_ left: RunRows, _ right: RunRows, into difference: RowDifference) throws {
    while !left.isOver || !right.isOver {
      try cancellation.check()
      try (left.isAhead(of: right) ? right : left).step(into: difference)
    }
  }
}

/// The rows of some runs of a file's blobs.
private final class RunRows {
  /// A run begins or ends in the middle of a row.
  struct CutInRow: Error {}

  private let contents: FolderContents
  private let path: PathBytes
  private let side: RowDifference.Side
  private let blobCount: Int
  private var runs: ArraySlice<DifferingBlobs.Run>
  private var current: (run: DifferingBlobs.Run, reader: BlobsReader)?
  private var lines = RowLines()
  private var blobsDone = 0

  init(
    _ runs: [DifferingBlobs.Run], of path: PathBytes, in contents: FolderContents, side: RowDifference.Side
  ) {
    self.contents = contents
    self.path = path
    self.side = side
    self.runs = runs[...]
    blobCount = runs.reduce(0) { $0 + $1.blobs.count }
  }

  var isOver: Bool { runs.isEmpty && current == nil }

  /// Whether the other one's turn has come.
  func isAhead(of other: RunRows) -> Bool {
    if isOver || other.isOver { return isOver }
    return blobsDone * other.blobCount > other.blobsDone * blobCount
  }

  /// Takes the next blob.
  func step(into difference: RowDifference) throws {
    guard let (run, reader) = current else { return try begin() }
    guard let blob = try reader.nextBlob() else { return try end(run, into: difference) }
    blobsDone += 1
    let side = side
    _ = try lines.take(blob.span) { (line: Span<UInt8>) throws(RowDifference.TooLarge) -> Bool in
      try difference.add(line, from: side)
      return true
    }
  }

  private func begin() throws {
    guard let run = runs.popFirst() else { return }
    if let before = run.before {
      let last = try contents.read([before], of: path).nextBlob()?.last
      guard last == UInt8(ascii: "\n") else { throw CutInRow() }
    }
    current = (run, try contents.read(run.blobs, of: path))
  }

  private func end(_ run: DifferingBlobs.Run, into difference: RowDifference) throws {
    current = nil
    guard !lines.isInRow || run.isLast else { throw CutInRow() }
    let side = side
    try lines.end { (line: Span<UInt8>) throws(RowDifference.TooLarge) -> Void in
      try difference.add(line, from: side)
    }
  }
}
