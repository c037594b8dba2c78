import CMariaDB
import CoffreCore
import Glibc

/// What a `LOAD DATA LOCAL` did.
package struct LoadOutcome: Sendable, Hashable {
  /// Rows that the server took.
  package let rows: Int64
  /// Remarks on them: values that were changed on their way, keys that were there already.
  package let warnings: Int

  package init(rows: Int64, warnings: Int) {
    self.rows = rows
    self.warnings = warnings
  }
}

extension MariaDBConnection {
  /// Runs a `LOAD DATA LOCAL INFILE`, whatever file it names, with bytes that are handed over.
  ///
  /// A failure of `next` breaks the connection: the server would take what it has for all, and rows that are not
  /// committed go with the session.
  ///
  /// - Parameter next: fills the memory from its front; answers how many bytes, 0 at the end.
  package func load<Failure: Error>(
    _ command: String, _ next: (inout MutableSpan<UInt8>) throws(Failure) -> Int
  ) throws(LoadFailure<Failure>) -> LoadOutcome {
    var failure: Failure?
    var outcome: Result<LoadOutcome, MariaDBError>?
    withoutActuallyEscaping(next) { next in
      feed.next = { memory in
        var memory = memory
        do throws(Failure) {
          return try next(&memory)
        } catch let thrown {
          failure = thrown
          return nil
        }
      }
      do throws(MariaDBError) {
        try send(Array(command.utf8))
        outcome = .success(LoadOutcome(rows: affectedCount, warnings: warningCount))
      } catch {
        outcome = .failure(error)
      }
      feed.next = nil
    }
    if let failure { throw .source(failure) }
    switch outcome {
    case .success(let outcome): return outcome
    case .failure(let error): throw .server(error)
    case nil: preconditionFailure("it was run")
    }
  }
}

/// Why rows did not arrive.
package enum LoadFailure<Source: Error>: Error {
  /// They could not be read.
  case source(Source)
  case server(MariaDBError)
}

/// What the library asks for the bytes of a `LOAD DATA LOCAL`; only while one is wanted, whatever the server says.
@safe final class LoadFeed {
  /// `nil` for a failure. Set while a load runs.
  var next: ((consuming MutableSpan<UInt8>) -> Int?)?
  private var connection: UnsafeMutablePointer<MYSQL>?

  func install(on handle: UnsafeMutablePointer<MYSQL>) {
    unsafe connection = handle
    unsafe mysql_set_local_infile_handler(
      handle,
      { place, _, context in
        unsafe place?.pointee = context
        guard let context = unsafe context else { return 1 }
        let feed = unsafe Unmanaged<LoadFeed>.fromOpaque(context).takeUnretainedValue()
        return feed.next == nil ? 1 : 0
      },
      { place, buffer, size in
        guard let place = unsafe place, let buffer = unsafe buffer else { return -1 }
        let feed = unsafe Unmanaged<LoadFeed>.fromOpaque(place).takeUnretainedValue()
        return unsafe feed.fill(buffer, size)
      },
      { _ in },
      { _, message, size in
        if let message = unsafe message, size > 0 { unsafe message[0] = 0 }
        return 2000
      },
      Unmanaged.passUnretained(self).toOpaque())
  }

  private func fill(_ buffer: UnsafeMutablePointer<CChar>, _ size: UInt32) -> Int32 {
    let memory = unsafe UnsafeMutableBufferPointer(
      start: UnsafeMutableRawPointer(buffer).assumingMemoryBound(to: UInt8.self), count: Int(size))
    guard let next, let count = unsafe next(memory.mutableSpan) else {
      // The empty packet that the library sends now would mean a good end.
      if let connection = unsafe connection {
        breakConnection(Int32(unsafe mysql_get_socket(connection)))
      }
      return -1
    }
    return Int32(count)
  }
}
