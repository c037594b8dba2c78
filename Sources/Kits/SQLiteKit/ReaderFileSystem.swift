import CSQLite
import CoffreCore
import Glibc
import Synchronization

/// A file system for the library (sqlite.org/vfs.html) whose files are `ReadOnlyBytes`. Nothing can be written, nobody
/// locks, and there is no other file beside.
///
/// A database that keeps a log of changes beside it says so in its bytes 18 and 19. Here there is no such log, and the image
/// is whole without: it is shown as one that keeps a journal, which is read without any other file.
enum ReaderFileSystem {
  static let name = "coffre-reader"

  /// A file of it, as long as this lives.
  final class Ticket: Sendable {
    let name: PathBytes
    private let number: Int
    private let bytes: any ReadOnlyBytes
    private let state = Mutex<(any Error)?>(nil)

    fileprivate init(_ number: Int, _ bytes: any ReadOnlyBytes) {
      self.number = number
      self.bytes = bytes
      name = Array("/coffre-reader/\(number)".utf8)
    }

    deinit { ReaderFileSystem.files.withLock { $0.open[number] = nil } }

    var failure: (any Error)? { state.withLock { $0 } }
    var size: Int64 { bytes.size }

    /// - Returns: how many bytes; `nil` if it failed.
    func read(at offset: Int64, into buffer: inout MutableSpan<UInt8>) -> Int? {
      do {
        let count = try bytes.read(at: offset, into: &buffer)
        for place in 18...19 where offset <= place && place < offset + Int64(count) {
          if buffer[place - Int(offset)] == 2 { buffer[place - Int(offset)] = 1 }
        }
        return count
      } catch {
        state.withLock { $0 = $0 ?? error }
        return nil
      }
    }
  }

  fileprivate struct Weak: Sendable {
    weak let ticket: Ticket?
  }

  fileprivate struct Files: Sendable {
    var next = 0
    var open: [Int: Weak] = [:]
    var isRegistered = false
  }

  fileprivate static let files = Mutex(Files())

  static func register(_ bytes: any ReadOnlyBytes) -> Ticket {
    files.withLock { files in
      if !files.isRegistered {
        registerWithLibrary()
        files.isRegistered = true
      }
      files.next += 1
      let ticket = Ticket(files.next, bytes)
      files.open[files.next] = Weak(ticket: ticket)
      return ticket
    }
  }

  fileprivate static func ticket(named name: UnsafePointer<CChar>?) -> Ticket? {
    guard let name = unsafe name, let number = unsafe Int(String(cString: name).split(separator: "/").last ?? "") else {
      return nil
    }
    return files.withLock { $0.open[number]?.ticket }
  }
}

// MARK: What the library calls

extension ReaderFileSystem {
  /// Once: the library keeps the addresses for ever.
  private static func registerWithLibrary() {
    let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
    var table = sqlite3_io_methods()
    table.iVersion = 1
    unsafe table.xClose = { file in
      unsafe ReaderFileSystem.withFile(file) { unsafe Unmanaged<Ticket>.fromOpaque($0).release() }
      return SQLITE_OK
    }
    unsafe table.xRead = { file, target, count, offset in
      unsafe ReaderFileSystem.readFile(file, target, Int(count), offset)
    }
    unsafe table.xWrite = { _, _, _, _ in SQLITE_READONLY }
    unsafe table.xTruncate = { _, _ in SQLITE_READONLY }
    unsafe table.xSync = { _, _ in SQLITE_OK }
    unsafe table.xFileSize = { file, size in
      unsafe ReaderFileSystem.withFile(file) { ticket in
        unsafe size?.pointee = Unmanaged<Ticket>.fromOpaque(ticket).takeUnretainedValue().size
      }
      return SQLITE_OK
    }
    unsafe table.xLock = { _, _ in SQLITE_OK }
    unsafe table.xUnlock = { _, _ in SQLITE_OK }
    unsafe table.xCheckReservedLock = { _, answer in
      unsafe answer?.pointee = 0
      return SQLITE_OK
    }
    unsafe table.xFileControl = { _, _, _ in SQLITE_NOTFOUND }
    unsafe table.xSectorSize = { _ in 4096 }
    unsafe table.xDeviceCharacteristics = { _ in SQLITE_IOCAP_IMMUTABLE }
    unsafe methods.initialize(to: table)
    ioMethods.withLock { unsafe $0 = Address(UnsafePointer(methods)) }

    // Time, sleep and chance are those of the usual one.
    guard let usual = unsafe sqlite3_vfs_find(nil) else { preconditionFailure("the library has no file system") }
    let system = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
    var value = unsafe usual.pointee
    unsafe value.iVersion = 1
    unsafe value.szOsFile = Int32(MemoryLayout<coffre_sqlite_file>.size)
    unsafe value.mxPathname = 512
    unsafe value.pNext = nil
    unsafe value.zName = UnsafePointer(strdup(name))
    unsafe value.xOpen = { _, name, file, flags, flagsOut in
      unsafe ReaderFileSystem.openFile(name, file, flags, flagsOut)
    }
    unsafe value.xDelete = { _, _, _ in SQLITE_READONLY }
    unsafe value.xAccess = { _, _, _, answer in
      // Neither a journal nor a log lies beside.
      unsafe answer?.pointee = 0
      return SQLITE_OK
    }
    unsafe value.xFullPathname = { _, name, count, target in
      guard let name = unsafe name, let target = unsafe target, unsafe strlen(name) < Int(count) else {
        return SQLITE_CANTOPEN
      }
      unsafe strcpy(target, name)
      return SQLITE_OK
    }
    unsafe system.initialize(to: value)
    _ = unsafe sqlite3_vfs_register(system, 0)
  }

  private static let ioMethods = Mutex<Address?>(nil)

  /// Of memory that is never freed nor changed.
  @safe private struct Address: @unchecked Sendable {
    let pointer: UnsafePointer<sqlite3_io_methods>

    init(_ pointer: UnsafePointer<sqlite3_io_methods>) { unsafe self.pointer = pointer }
  }

  private static func openFile(
    _ name: UnsafePointer<CChar>?, _ file: UnsafeMutablePointer<sqlite3_file>?, _ flags: Int32,
    _ flagsOut: UnsafeMutablePointer<Int32>?
  ) -> Int32 {
    guard let file = unsafe file else { return SQLITE_CANTOPEN }
    // Without methods the library does not close it.
    unsafe file.pointee.pMethods = nil
    guard let ticket = unsafe ticket(named: name), flags & SQLITE_OPEN_MAIN_DB != 0,
      let methods = ioMethods.withLock({ $0 })
    else { return SQLITE_CANTOPEN }
    unsafe file.withMemoryRebound(to: coffre_sqlite_file.self, capacity: 1) { own in
      unsafe own.pointee.reader = Unmanaged.passRetained(ticket).toOpaque()
      unsafe own.pointee.base.pMethods = methods.pointer
    }
    unsafe flagsOut?.pointee = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB
    return SQLITE_OK
  }

  private static func withFile(
    _ file: UnsafeMutablePointer<sqlite3_file>?, _ body: (UnsafeMutableRawPointer) -> Void
  ) {
    unsafe file?.withMemoryRebound(to: coffre_sqlite_file.self, capacity: 1) { own in
      if let reader = unsafe own.pointee.reader { unsafe body(reader) }
    }
  }

  private static func readFile(
    _ file: UnsafeMutablePointer<sqlite3_file>?, _ target: UnsafeMutableRawPointer?, _ count: Int, _ offset: Int64
  ) -> Int32 {
    guard let target = unsafe target else { return errorRead }
    var result = errorRead
    unsafe withFile(file) { reader in
      let ticket = unsafe Unmanaged<Ticket>.fromOpaque(reader).takeUnretainedValue()
      let buffer = unsafe UnsafeMutableBufferPointer(
        start: target.assumingMemoryBound(to: UInt8.self), count: count)
      var span = unsafe buffer.mutableSpan
      guard let found = ticket.read(at: offset, into: &span) else { return }
      guard found < count else {
        result = SQLITE_OK
        return
      }
      // The library wants the rest to be zeros.
      unsafe memset(target + found, 0, count - found)
      result = errorShortRead
    }
    return result
  }
}

/// SQLITE_IOERR_READ and SQLITE_IOERR_SHORT_READ, which the header has as expressions.
private let errorRead = SQLITE_IOERR | 1 << 8
private let errorShortRead = SQLITE_IOERR | 2 << 8
