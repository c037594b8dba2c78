import CoffreCore
import CoffreSystem

/// Copies the bytes of one file, up to a size that is told, so that a file which grows has an end; holes stay holes.
enum FileCopying {
  private static let bufferSize = 1 << 20

  /// - Parameters:
  ///   - size: at most so many bytes are copied.
  ///   - progress: told of bytes, as they are copied; holes are among them.
  /// - Returns: how many bytes the copy has: less than `size` if the file has become shorter.
  static func copy(
    _ source: borrowing FileDescriptor, to target: borrowing FileDescriptor, size: Int64, subject: PathBytes,
    cancellation: Cancellation, progress: (Int64) -> Void
  ) throws(SourceError) -> Int64 {
    var buffer = makeBuffer(bufferSize)
    var position: Int64 = 0
    while position < size {
      if cancellation.isCancelled {
        throw SourceError(.cancelled, "copy", subject, because: "the run was cancelled")
      }
      let start = position
      position = try passHole(from: position, size, in: source, subject)
      if position < size {
        let count = try read(source, into: &buffer, at: position, subject)
        if count == 0 { break }
        let wanted = Int(min(Int64(count), size - position))
        do throws(SystemError) {
          try target.write(buffer.span.extracting(0..<wanted), at: position)
        } catch {
          throw SourceError(staging: error, "write a private copy to", target.path, advice: StagingArea.advice)
        }
        position += Int64(wanted)
      }
      progress(position - start)
    }
    do throws(SystemError) {
      try target.truncate(to: position)
    } catch {
      throw SourceError(staging: error, "write a private copy to", target.path, advice: StagingArea.advice)
    }
    return position
  }

  private static func passHole(
    from position: Int64, _ size: Int64, in source: borrowing FileDescriptor, _ subject: PathBytes
  ) throws(SourceError) -> Int64 {
    do throws(SystemError) {
      if let data = try source.nextData(from: position) { return min(data, size) }
      // A hole up to the end, which may have come nearer.
      return max(position, min(size, try source.attributes().size))
    } catch {
      throw SourceError(staging: error, "read", subject)
    }
  }

  private static func read(
    _ source: borrowing FileDescriptor, into buffer: inout [UInt8], at position: Int64, _ subject: PathBytes
  ) throws(SourceError) -> Int {
    do throws(SystemError) {
      var span = buffer.mutableSpan
      return try source.read(into: &span, at: position)
    } catch {
      throw SourceError(staging: error, "read", subject)
    }
  }
}

extension FileDescriptor {
  /// Gives a copy what the original has of owner, permissions and times, as far as this user may.
  func takeAttributes(of original: EntryAttributes) throws(SystemError) {
    // Who is not root keeps what is his own.
    try? setOwner(user: original.userID, group: original.groupID)
    // Of a folder that its owner may not write to, nobody but root could remove the copy.
    let isLocked = original.kind == .directory && effectiveUserID != 0
    try setPermissions(isLocked ? original.permissions | 0o700 : original.permissions)
    try setTimes(accessed: original.accessed, modified: original.modified)
  }
}

extension EntryAttributes {
  /// Whether a file has the bytes that it had: as far as its size and times tell.
  func isSameContent(as other: EntryAttributes) -> Bool {
    size == other.size && inode == other.inode && device == other.device && modified.isSameInstant(as: other.modified)
  }
}
