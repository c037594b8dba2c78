import CArchive
package import CoffreCore
import Glibc

/// One archive that is being written through libarchive; its bytes go to a closure as they come.
///
/// Ended without `finish`, it leaves an archive without end. Used by one thread at a time.
@safe package struct ArchiveStream: ~Copyable {
  package enum Format: Sendable, Hashable {
    /// pax interchange: tar with everything, to the nanosecond.
    case pax
    /// With deflate of a level from 1 to 9, or 0 for none, and zip64 where it is needed.
    case zip(level: Int)
    /// No archive at all: the bytes of one file, for what a filter makes of them.
    case plain

    var isZip: Bool { if case .zip = self { true } else { false } }
  }

  /// What the archive's bytes go through.
  package enum Filter: Sendable {
    case none
    /// - Parameters:
    ///   - level: 0 to 9.
    ///   - threads: each takes memory of its own, several times the dictionary.
    case xz(level: Int, threads: Int)
  }

  /// In one piece to the sink.
  private static let blockSize: Int32 = 256 << 10
  /// tar ends with zeros up to a whole record, as it always did.
  private static let recordSize: Int32 = 20 * 512

  private let archive: OpaquePointer
  private let outlet: Outlet
  private let format: Format
  /// Of the file begun last, still to come.
  private var remaining: Int64 = 0
  private var isFinished = false

  /// - Parameter sink: takes the archive's bytes; what it throws comes out of the call that wrote them.
  package init(
    _ format: Format, through filter: Filter = .none, into sink: @escaping (Span<UInt8>) throws -> Void
  ) throws {
    guard let archive = unsafe archive_write_new() else { preconditionFailure("out of memory") }
    unsafe self.archive = archive
    self.format = format
    outlet = Outlet(sink)
    var results = unsafe [Self.set(format, of: archive), Self.set(filter, of: archive)]
    let isTar = format == .pax
    results += unsafe [
      archive_write_set_bytes_per_block(archive, Self.blockSize),
      archive_write_set_bytes_in_last_block(archive, isTar ? Self.recordSize : 1),
      archive_write_open2(archive, Unmanaged.passUnretained(outlet).toOpaque(), nil, takeBytes, nil, nil),
    ]
    guard results.allSatisfy({ $0 == ARCHIVE_OK }) else { throw unsafe ArchiveLibraryError(of: archive) }
  }

  private static func set(_ format: Format, of archive: OpaquePointer) -> Int32 {
    switch format {
    case .pax:
      let result = unsafe archive_write_set_format_pax(archive)
      // Attributes once, under the names that every tar reads.
      return unsafe min(result, archive_write_set_format_option(archive, "pax", "xattrheader", "SCHILY"))
    case .zip(let level):
      let result = unsafe archive_write_set_format_zip(archive)
      return unsafe min(result, archive_write_set_format_option(archive, "zip", "compression-level", "\(level)"))
    case .plain: return unsafe archive_write_set_format_raw(archive)
    }
  }

  private static func set(_ filter: Filter, of archive: OpaquePointer) -> Int32 {
    guard case .xz(let level, let threads) = filter else { return ARCHIVE_OK }
    return unsafe min(
      archive_write_add_filter_xz(archive),
      archive_write_set_filter_option(archive, "xz", "compression-level", "\(level)"),
      archive_write_set_filter_option(archive, "xz", "threads", "\(threads)"))
  }

  deinit {
    if !isFinished { _ = unsafe archive_write_fail(archive) }
    unsafe archive_write_free(archive)
  }
}

// MARK: Writing

extension ArchiveStream {
  /// Begins an entry.
  ///
  /// - Parameters:
  ///   - access: its access control list, if it has more than permissions.
  ///   - inherited: of directories: the list that new entries in them get.
  package mutating func begin(
    _ entry: ArchiveEntry, access: [AccessControlEntry] = [], inherited: [AccessControlEntry] = []
  ) throws {
    guard remaining == 0 else { throw ArchiveLibraryError("the entry before it is not whole") }
    let header = EntryHeader(entry, access: access, inherited: inherited)
    let archive = unsafe self.archive
    // tar looks for itself whether names are UTF-8; zip only asks the locale.
    let isText = !format.isZip || String(validating: entry.path, as: UTF8.self) != nil
    let result = (isText ? NameEncoding.utf8 : .bytes).during { unsafe header.write(to: archive) }
    // "Partial success" means that names were written as bytes.
    try check(result >= ARCHIVE_WARN)
    if format == .plain {
      remaining = .max
    } else {
      remaining = entry.attributes.kind == .file && entry.hardLinkOf == nil ? entry.attributes.size : 0
    }
  }

  package mutating func write(_ bytes: Span<UInt8>) throws {
    guard Int64(bytes.count) <= remaining else { throw ArchiveLibraryError("it has more bytes than it should") }
    guard bytes.count > 0 else { return }
    let archive = unsafe self.archive
    let count = unsafe bytes.withUnsafeBytes { unsafe archive_write_data(archive, $0.baseAddress, $0.count) }
    try check(count == bytes.count)
    remaining -= Int64(bytes.count)
  }

  package mutating func finish() throws {
    guard remaining == 0 || format == .plain else { throw ArchiveLibraryError("the last entry is not whole") }
    let archive = unsafe self.archive
    let result = NameEncoding.utf8.during { unsafe archive_write_close(archive) }
    try check(result == ARCHIVE_OK)
    isFinished = true
  }

  private func check(_ isGood: Bool) throws {
    if let failure = outlet.failure { throw failure }
    guard isGood else { throw unsafe ArchiveLibraryError(of: archive) }
  }
}

// MARK: The sink

/// What the library's callback finds behind its pointer.
private final class Outlet {
  let sink: (Span<UInt8>) throws -> Void
  var failure: (any Error)?

  init(_ sink: @escaping (Span<UInt8>) throws -> Void) { self.sink = sink }
}

/// The library's write callback: how many bytes were taken, or -1.
private func takeBytes(
  _ archive: OpaquePointer?, _ context: UnsafeMutableRawPointer?, _ bytes: UnsafeRawPointer?, _ count: Int
) -> Int {
  guard let context = unsafe context, let bytes = unsafe bytes else { return -1 }
  let outlet = unsafe Unmanaged<Outlet>.fromOpaque(context).takeUnretainedValue()
  guard outlet.failure == nil else { return -1 }
  let buffer = unsafe UnsafeRawBufferPointer(start: bytes, count: count).assumingMemoryBound(to: UInt8.self)
  do {
    try unsafe outlet.sink(buffer.span)
    return count
  } catch {
    outlet.failure = error
    return -1
  }
}
