import CoffreCore
import CoffreSystem

/// Some of the rows of a file in a snapshot, one behind the other: a share of it for each of several connections.
final class RowsOfFile: ByteReader {
  private let file: any SnapshotFile
  private var position: Int64
  private let end: Int64

  /// - Parameters:
  ///   - share: from 0; all `shares` together are all rows of the file, each once.
  init(_ file: any SnapshotFile, share: Int, of shares: Int) throws(SourceError) {
    self.file = file
    position = try Self.start(of: share, of: shares, in: file)
    end = try Self.start(of: share + 1, of: shares, in: file)
  }

  var attributes: EntryAttributes? { nil }
  func isUnchanged() throws(SourceError) -> Bool { true }

  func read(into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int {
    let wanted = min(buffer.count, Int(clamping: end - position))
    guard wanted > 0 else { return 0 }
    var part = buffer._mutatingExtracting(0..<wanted)
    let count = try file.read(at: position, into: &part)
    position += Int64(count)
    return count
  }

  /// The first row that begins in a share, or behind it if none does.
  private static func start(of share: Int, of shares: Int, in file: any SnapshotFile) throws(SourceError) -> Int64 {
    guard share > 0 else { return 0 }
    guard share < shares else { return file.size }
    // A row that begins right at the border begins in this share.
    var position = file.size / Int64(shares) * Int64(share) - 1
    guard position >= 0 else { return 0 }
    var buffer = makeBuffer(64 << 10)
    while true {
      var whole = buffer.mutableSpan
      let count = try file.read(at: position, into: &whole)
      if let newline = firstIndex(of: UInt8(ascii: "\n"), in: buffer.span.extracting(0..<count), from: 0) {
        return position + Int64(newline) + 1
      }
      guard count > 0 else { return file.size }
      position += Int64(count)
    }
  }
}
