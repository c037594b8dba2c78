import CoffreCore
import SQLiteKit
import Synchronization

/// The image of a database in a snapshot: SQLite asks for pages, and only the blobs that hold them are loaded.
final class ImageInSnapshot: ReadOnlyBytes, Sendable {
  private let file: any SnapshotFile
  private let progress: @Sendable (Int64) -> Void

  /// - Parameter progress: told how many bytes SQLite asked for, as it does.
  init(_ file: any SnapshotFile, _ progress: @escaping @Sendable (Int64) -> Void = { _ in }) {
    self.file = file
    self.progress = progress
  }

  var size: Int64 { file.size }

  func read(at offset: Int64, into buffer: inout MutableSpan<UInt8>) throws -> Int {
    let count = try file.read(at: offset, into: &buffer)
    progress(Int64(count))
    return count
  }
}
