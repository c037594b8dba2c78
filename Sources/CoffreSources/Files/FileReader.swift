import CoffreCore
import CoffreSystem

/// A file's bytes, up to the size it had when it was opened: what is appended later belongs to the next run.
final class FileReader: ByteReader {
  /// Never follows a link put in the file's place, never waits for a FIFO's other end.
  static let options: FileDescriptor.OpenOptions = [.noFollow, .nonBlocking, .noAccessTime]

  private let descriptor: FileDescriptor
  /// For messages: put together only if there is one.
  private let path: () -> PathBytes
  private let opened: EntryAttributes
  private var position: Int64 = 0
  private let end: Int64

  init(_ descriptor: consuming FileDescriptor, path: @escaping () -> PathBytes) throws(SystemError) {
    self.descriptor = descriptor
    self.path = path
    opened = try self.descriptor.attributes()
    guard opened.kind == .file else { throw SystemError.notFound(path()) }
    // The kernel's own files tell no size before they are read.
    let isUnsized = opened.size == 0 ? isKernelFileSystem(try fileSystemType(of: self.descriptor)) : false
    end = isUnsized ? .max : opened.size
  }

  var attributes: EntryAttributes? { opened }

  func read(into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int {
    guard position < end else { return 0 }
    do throws(SystemError) {
      let count = try descriptor.read(into: &buffer)
      let wanted = Int(min(Int64(count), end - position))
      position += Int64(wanted)
      return wanted
    } catch {
      throw SourceError(error, "read", path())
    }
  }

  /// Files below are read as fast as asked about.
  private static let leastHole: Int64 = 1 << 20

  func skipZeros(_ choose: (Int64) -> Int64) throws(SourceError) -> Int64 {
    guard end != .max, end - position >= Self.leastHole else { return 0 }
    do throws(SystemError) {
      var data = try descriptor.nextData(from: position)
      // Behind the end of a file that was cut off meanwhile there are no zeros either.
      if data == nil { data = try descriptor.attributes().size }
      let hole = min(data ?? end, end) - position
      let count = hole < Self.leastHole ? 0 : min(max(0, choose(hole)), hole)
      position += count
      try descriptor.seek(to: position)
      return count
    } catch {
      throw SourceError(error, "read", path())
    }
  }

  /// Surely of the file that was read, and without looking its name up again.
  func details() throws(SourceError) -> EntryDetails? { readDetails(of: descriptor) }

  func isUnchanged() throws(SourceError) -> Bool {
    do throws(SystemError) {
      let now = try descriptor.attributes()
      return now.size == opened.size && now.modified.isSameInstant(as: opened.modified)
    } catch {
      throw SourceError(error, "read", path())
    }
  }
}
