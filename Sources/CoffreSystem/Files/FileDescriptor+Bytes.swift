import CLinux
import CoffreCore
import Glibc

extension FileDescriptor {
  /// Fills `buffer` from the front with what one call gives.
  ///
  /// - Returns: how many bytes; 0 at the end only.
  package func read(into buffer: inout MutableSpan<UInt8>) throws(SystemError) -> Int {
    let number = number
    return try check(
      unsafe buffer.withUnsafeMutableBytes { unsafe clinux_read(number, $0.baseAddress, $0.count) }, "read")
  }

  /// Fills all of `buffer` from the current position on.
  ///
  /// - Returns: how many bytes; less than the buffer holds at the end only.
  package func readFully(into buffer: inout MutableSpan<UInt8>) throws(SystemError) -> Int {
    let number = number
    return try check(
      unsafe buffer.withUnsafeMutableBytes { unsafe clinux_read_fully(number, $0.baseAddress, $0.count) }, "read")
  }

  /// Fills `buffer` from the position `start` to its end.
  ///
  /// - Returns: how many bytes; less than there was room for at the end only.
  package func readFully(into buffer: inout [UInt8], from start: Int) throws(SystemError) -> Int {
    precondition(start >= 0 && start <= buffer.count, "the range is outside the array")
    let number = number
    let result = unsafe buffer.withUnsafeMutableBytes { bytes in
      guard let front = bytes.baseAddress else { return 0 }
      return unsafe clinux_read_fully(number, front + start, bytes.count - start)
    }
    return try check(result, "read")
  }

  /// Fills all of `buffer` from `offset` on; the current position stays.
  ///
  /// - Returns: how many bytes; less than the buffer holds at the end of the file only.
  package func read(into buffer: inout MutableSpan<UInt8>, at offset: Int64) throws(SystemError) -> Int {
    let number = number
    return try check(
      unsafe buffer.withUnsafeMutableBytes { unsafe clinux_read_fully_at(number, $0.baseAddress, $0.count, offset) },
      "read")
  }

  /// Where the next bytes stand that are not in a hole. The current position is undefined afterwards.
  ///
  /// - Returns: `nil` if there are none up to the end of the file; `offset` where the file system knows no holes.
  package func nextData(from offset: Int64) throws(SystemError) -> Int64? {
    let found = clinux_seek(number, offset, 1)
    if found == -Int64(ENXIO) { return nil }
    if found == -Int64(EINVAL) { return offset }
    return Int64(try check(Int(found), "read"))
  }

  /// Sets the current position.
  package func seek(to offset: Int64) throws(SystemError) { try check(Int(clinux_seek(number, offset, 0)), "read") }

  /// Writes all bytes at the current position.
  package func write(_ bytes: Span<UInt8>) throws(SystemError) {
    let number = number
    try check(unsafe bytes.withUnsafeBytes { unsafe clinux_write_fully(number, $0.baseAddress, $0.count) }, "write")
  }

  /// Writes all bytes at `offset`; the current position stays.
  package func write(_ bytes: Span<UInt8>, at offset: Int64) throws(SystemError) {
    let number = number
    try check(
      unsafe bytes.withUnsafeBytes { unsafe clinux_write_fully_at(number, $0.baseAddress, $0.count, offset) }, "write")
  }

  /// Returns once content and attributes are on the disk. File systems that cannot promise it are left alone.
  package func synchronize() throws(SystemError) { try checkSynchronized(clinux_synchronize(number)) }

  /// Whether reads and writes go past the page cache: then memory, places and lengths must be aligned.
  ///
  /// - Returns: whether the file system does as told.
  func setUncached(_ isUncached: Bool) -> Bool { clinux_set_uncached(number, isUncached ? 1 : 0) >= 0 }

  /// As `synchronize`, without attributes that are not needed to read the content.
  package func synchronizeData() throws(SystemError) { try checkSynchronized(clinux_synchronize_data(number)) }

  /// Writes everything that the whole file system holds back.
  package func synchronizeFileSystem() throws(SystemError) {
    try checkSynchronized(clinux_synchronize_file_system(number))
  }

  /// Asks the kernel to begin writing the file to the disk, so that `synchronize` has less to wait for.
  package func startWriting() { clinux_start_writing(number) }

  private func checkSynchronized(_ result: Int) throws(SystemError) {
    guard result != Int(-EINVAL), result != Int(-ENOTSUP) else { return }
    try check(result, "synchronize")
  }

  /// Cuts the file or lengthens it with zeros.
  package func truncate(to sizeInBytes: Int64) throws(SystemError) {
    try check(clinux_truncate(number, sizeInBytes), "truncate")
  }

  /// Asks the file system to set blocks aside; the file's length stays.
  ///
  /// - Returns: whether it did. Not every file system can.
  @discardableResult
  package func allocate(_ sizeInBytes: Int64) -> Bool { sizeInBytes > 0 && clinux_allocate(number, sizeInBytes) == 0 }

  /// Tells the kernel that the file will be read from front to back.
  package func adviseSequential() { clinux_advise_sequential(number) }

  package enum LockKind: Sendable {
    case shared, exclusive
  }

  /// Waits for an advisory lock on the whole file, held until the descriptor and its duplicates are closed.
  package func lock(_ kind: LockKind) throws(SystemError) {
    try check(clinux_lock(number, kind == .exclusive ? 1 : 0, 1), "lock")
  }

  /// Whether another process holds a POSIX lock (`fcntl`) for writing on any part of the file, as servers of databases do.
  /// Takes none.
  package func isLockedByOthers() throws(SystemError) -> Bool {
    try check(clinux_is_locked(number), "look for locks of") != 0
  }

  /// Takes a lock that is in the way of those of `isLockedByOthers`, and goes with this descriptor. Others may read, and hold
  /// writers off as well.
  ///
  /// - Returns: `false` if another process holds such a lock.
  package func tryHoldingOffWriters() throws(SystemError) -> Bool {
    let result = clinux_hold_off_writers(number, 1)
    if result == Int(-EAGAIN) || result == Int(-EACCES) { return false }
    try check(result, "lock")
    return true
  }

  package func letWritersIn() throws(SystemError) { try check(clinux_hold_off_writers(number, 0), "unlock") }

  /// - Returns: `false` if another process holds the lock.
  package func tryLock(_ kind: LockKind) throws(SystemError) -> Bool {
    let result = clinux_lock(number, kind == .exclusive ? 1 : 0, 0)
    if result == Int(-EWOULDBLOCK) { return false }
    try check(result, "lock")
    return true
  }

  /// Lets go of the lock at once. Closing alone leaves it to programs that are just being started: until they run, they
  /// have a copy of every descriptor.
  package func unlock() throws(SystemError) { try check(clinux_unlock(number), "unlock") }
}
