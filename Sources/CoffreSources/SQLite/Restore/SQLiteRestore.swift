import CoffreCore
import CoffreSystem
import OpenSSLKit

/// Puts a snapshot of a SQLite database, or a part of it, into a file of this machine.
///
/// The file is written beside, compared with the manifest, and given its name in one step. What fails before leaves
/// everything as it was. All of it is its image; parts of it are taken out of the image by SQLite itself.
final class SQLiteRestore: PullingRestore {
  private let settings: DatabaseRestoreSettings
  private let cancellation: Cancellation

  /// - Throws: for what a SQLite database does not know.
  init(_ settings: DatabaseRestoreSettings, cancellation: Cancellation) throws {
    guard !settings.restoresGlobals, !settings.disconnects else {
      throw SQLiteRefusal(
        "a SQLite database has neither globals nor sessions", advice: "Leave out --globals and --disconnect.")
    }
    self.settings = settings
    self.cancellation = cancellation
  }

  /// Nothing is held between runs.
  func close() {}

  func run(
    _ contents: any SnapshotContents, progress: @escaping @Sendable (Int64) -> Void
  ) throws(SourceError) -> [SourceNote] {
    let snapshot = try SQLiteSnapshot(contents, progress: progress)
    if let name = settings.database, !snapshot.database.name.hasSameBytes(as: name) {
      throw SourceError(
        .failed, "bring back", Array(name.utf8),
        because: "the snapshot has only \(conjunction(["'\(snapshot.database.name)'"]))")
    }
    let target = try SQLiteTarget(settings, cancellation: cancellation)
    guard settings.content != .dataOnly else {
      return try SQLiteRowReplacement(snapshot, settings, target, cancellation).run(progress)
    }
    guard settings.tables.isEmpty else {
      return try SQLiteTableRestore(snapshot, settings, target, cancellation).run(progress)
    }
    try target.demandConsent()
    guard settings.content == .everything else {
      return try NewDatabase(snapshot, target, cancellation).make(progress) { connection in
        try SchemaRestore(connection: connection).run()
      }
    }
    let aside = target.asideName()
    do throws(SourceError) {
      try write(snapshot, to: aside, of: target, progress)
      return try target.install(aside)
    } catch {
      try? removeFile(aside)
      throw error
    }
  }

  private func write(
    _ snapshot: SQLiteSnapshot, to aside: PathBytes, of target: SQLiteTarget,
    _ progress: @escaping @Sendable (Int64) -> Void
  ) throws(SourceError) {
    let file = try target.create(aside)
    let written = try writeImage(
      try snapshot.contents.read(snapshot.image), to: file, of: target, cancellation, progress)
    guard written.size == snapshot.size, written.sum.description == snapshot.sum else {
      throw SourceError(
        .failed, "restore to", target.path, because: "the image is not the one that its manifest names",
        advice: "Check the repository with `coffre repo check --read-data`, and restore another snapshot.")
    }
  }
}

/// Writes an image into a file, and sums it up.
///
/// - Parameter head: what was read of it already.
/// - Returns: when all of it is on the disk.
func writeImage(
  _ reader: any ByteReader, after head: [UInt8] = [], to file: borrowing FileDescriptor, of target: SQLiteTarget,
  _ cancellation: Cancellation, _ progress: (Int64) -> Void
) throws(SourceError) -> (size: Int64, sum: Digest) {
  let hasher = SHA256Hasher()
  hasher.begin()
  var size = Int64(head.count)
  var buffer = makeBuffer(1 << 20)
  do throws(SystemError) {
    hasher.update(head.span)
    try file.write(head.span)
  } catch {
    throw target.failure(error)
  }
  while true {
    guard !cancellation.isCancelled else {
      throw SourceError(.cancelled, "restore to", target.path, because: "the run was cancelled")
    }
    var span = buffer.mutableSpan
    let count = try reader.read(into: &span)
    guard count > 0 else { break }
    progress(Int64(count))
    let bytes = buffer.span.extracting(0..<count)
    hasher.update(bytes)
    size += Int64(count)
    do throws(SystemError) {
      try file.write(bytes)
    } catch {
      throw target.failure(error)
    }
  }
  do throws(SystemError) {
    try file.synchronize()
  } catch {
    throw target.failure(error)
  }
  return (size, hasher.finish())
}
