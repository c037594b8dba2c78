import CArchive
package import CoffreCore
import Glibc

/// One archive that is being read through libarchive; its bytes come from a closure, from anywhere in it.
///
/// Found by content. Only formats that hold their entries themselves are read: none that names files of this machine.
/// Used by one thread at a time.
@safe package final class ArchiveSource {
  private let archive: OpaquePointer
  private let inlet: Inlet
  /// Of the entry that came last.
  private var position: Int64 = 0
  /// A piece of content that the library lends until the next one is asked for.
  private var piece: UnsafeRawBufferPointer
  private var pieceOffset: Int64 = 0
  private var isAtEnd = true
  private var size: Int64 = 0
  private var isSparse = false
  private let names: NameEncoding
  private var hasEntry = false
  /// Of a tar, known once `next` gave `nil`: how many bytes behind the last entry the library took for the archive's end.
  /// Two blocks of 512 zeros are one; it takes any end of the bytes for one, too.
  package private(set) var endSize: Int64 = 0

  /// - Parameters:
  ///   - size: of the archive, in bytes; `nil` if it can only be read from front to back.
  ///   - isTar: names are bytes there. In a locale of UTF-8 the library would compose their characters anew, and two names
  ///     could become one; other formats have names in UTF-16, or tell their encoding.
  ///   - password: of zip and the like.
  ///   - read: fills the buffer from the front with what lies at an offset; fewer bytes than there is room for at the end
  ///     only. What it throws comes out of the call that needed them.
  package init(
    _ layer: Layer, size: Int64?, isTar: Bool = false, password: Secret? = nil,
    read: @escaping (Int64, inout MutableSpan<UInt8>) throws -> Int
  ) throws {
    guard let archive = unsafe archive_read_new() else { preconditionFailure("out of memory") }
    unsafe self.archive = archive
    unsafe piece = UnsafeRawBufferPointer(start: nil, count: 0)
    names = isTar ? .bytes : .utf8
    inlet = Inlet(size: size ?? .max, read: read)
    let results = unsafe Self.support(layer, archive)
    guard results.allSatisfy({ $0 == ARCHIVE_OK }) else { throw unsafe ArchiveLibraryError(of: archive) }
    if let password { unsafe Self.add(password, to: archive) }
    let context = unsafe Unmanaged.passUnretained(inlet).toOpaque()
    unsafe archive_read_set_read_callback(archive, giveBytes)
    if size != nil {
      unsafe archive_read_set_skip_callback(archive, passBytes)
      unsafe archive_read_set_seek_callback(archive, moveTo)
    }
    unsafe archive_read_set_callback_data(archive, context)
    let result = unsafe archive_read_open1(archive)
    try check(result >= ARCHIVE_WARN)
  }

  deinit { unsafe archive_read_free(archive) }

  /// What of libarchive is used.
  package enum Layer: Sendable {
    /// A compression alone: what is in it comes as one entry without a name.
    case compression
    /// Archives as they are.
    case archive
  }

  /// libarchive would run other programs for some filters, and read files that an mtree names: both stay out. So does its
  /// way to read a zip from front to back, as that knows neither modes nor whether the end is there.
  private static func support(_ layer: Layer, _ archive: OpaquePointer) -> [Int32] {
    switch layer {
    case .compression:
      unsafe [
        archive_read_support_filter_bzip2(archive), archive_read_support_filter_xz(archive),
        archive_read_support_filter_lzma(archive), archive_read_support_filter_zstd(archive),
        archive_read_support_filter_lz4(archive), archive_read_support_filter_compress(archive),
        archive_read_support_format_raw(archive), archive_read_support_format_empty(archive),
      ]
    case .archive:
      unsafe [
        archive_read_support_format_tar(archive), archive_read_support_format_gnutar(archive),
        archive_read_support_format_zip_seekable(archive), archive_read_support_format_7zip(archive),
        archive_read_support_format_rar(archive), archive_read_support_format_rar5(archive),
        archive_read_support_format_cpio(archive),
      ]
    }
  }

  private static func add(_ password: Secret, to archive: OpaquePointer) {
    var text = password.exposedBytes + [0]
    defer { for index in text.indices { text[index] = 0 } }
    unsafe text.withUnsafeBytes { buffer in
      guard let start = buffer.baseAddress else { return }
      _ = unsafe archive_read_add_passphrase(archive, start.assumingMemoryBound(to: CChar.self))
    }
  }

}

// MARK: What it is

extension ArchiveSource {
  package enum Format: Sendable, Hashable {
    case tar, zip, sevenZip, rar, cpio
    /// One stream of bytes, or none.
    case plain
  }

  /// Known after the first `next`.
  package var format: Format {
    switch unsafe archive_format(archive) & 0xff0000 {  // ARCHIVE_FORMAT_BASE_MASK
    case 0x30000: .tar
    case 0x50000: .zip
    case 0xE0000: .sevenZip
    case 0xD0000, 0x100000: .rar
    case 0x10000: .cpio
    default: .plain
    }
  }
}

extension ArchiveSource {
  /// Whether a compression was found; otherwise its bytes come as they are. Known after the first `next`.
  package var isCompressed: Bool { unsafe archive_filter_code(archive, 0) != 0 }
}

// MARK: Reading

extension ArchiveSource {
  /// The next entry.
  ///
  /// - Returns: `nil` after the last.
  package func next() throws -> SourceEntry? {
    var header: OpaquePointer?
    unsafe piece = UnsafeRawBufferPointer(start: nil, count: 0)
    position = 0
    pieceOffset = 0
    if hasEntry, format == .tar {
      // The library would do it below; here it is seen where the entry ends.
      let passed = unsafe archive_read_data_skip(archive)
      try check(passed >= ARCHIVE_WARN && passed != ARCHIVE_EOF)
      hasEntry = false
    }
    let end = unsafe archive_filter_bytes(archive, 0)
    let result = names.during { unsafe archive_read_next_header(archive, &header) }
    if result == ARCHIVE_EOF {
      if let failure = inlet.failure { throw failure }
      endSize = unsafe archive_filter_bytes(archive, 0) - end
      return nil
    }
    try check(result >= ARCHIVE_WARN)
    guard let header = unsafe header else { return nil }
    hasEntry = true
    var entry = names.during { unsafe SourceEntry(header) }
    if format == .tar { entry.entry.attributes.correctTimes() }
    if result == ARCHIVE_WARN { entry.entry.problem = warning }
    size = entry.entry.hasSize ? entry.entry.attributes.size : .max
    isSparse = unsafe archive_entry_sparse_count(header) > 0
    isAtEnd = entry.entry.attributes.kind != .file
    return entry
  }

  /// Content of the entry that came last; holes come as zeros.
  ///
  /// - Returns: how many bytes; 0 at its end.
  package func read(into buffer: inout MutableSpan<UInt8>) throws -> Int {
    guard buffer.count > 0, !isAtEnd else { return 0 }
    while unsafe pieceOffset + Int64(piece.count) <= position {
      var start: UnsafeRawPointer?
      var count = 0
      var offset: Int64 = 0
      let result = unsafe archive_read_data_block(archive, &start, &count, &offset)
      if result == ARCHIVE_EOF {
        unsafe piece = UnsafeRawBufferPointer(start: nil, count: 0)
        isAtEnd = true
        if let failure = inlet.failure { throw failure }
        // A hole at the end has no piece.
        guard size < .max, position < size else { return 0 }
        guard isSparse else { throw ArchiveLibraryError("the entry has fewer bytes than it should") }
        pieceOffset = size
        isAtEnd = false
        break
      }
      // A warning here is a wrong checksum or length.
      try check(result == ARCHIVE_OK)
      // Going backwards, or nowhere: nothing a sound archive does.
      guard offset >= position, count >= 0, offset <= Int64.max - Int64(count) else {
        throw ArchiveLibraryError("pieces of the entry overlap")
      }
      unsafe piece = UnsafeRawBufferPointer(start: start, count: count)
      pieceOffset = offset
    }
    if position < pieceOffset {
      let count = Int(min(Int64(buffer.count), pieceOffset - position))
      for index in 0..<count { buffer[index] = 0 }
      position += Int64(count)
      return count
    }
    let begin = Int(position - pieceOffset)
    let count = unsafe min(buffer.count, piece.count - begin)
    unsafe buffer.withUnsafeMutableBytes { target in
      guard let to = target.baseAddress, let from = unsafe piece.baseAddress else { return }
      unsafe to.copyMemory(from: from + begin, byteCount: count)
    }
    position += Int64(count)
    return count
  }

  /// What the library says of a header it took; names that are not text are none of our business: they are bytes here.
  private var warning: Message? {
    guard let text = unsafe archive_error_string(archive).map({ unsafe String(cString: $0) }) else { return nil }
    let isAboutText = ["convert", "charset", "UTF"].contains { text.contains($0) }
    return isAboutText ? nil : .verbatim(text)
  }

  private func check(_ isGood: Bool) throws {
    if let failure = inlet.failure { throw failure }
    guard isGood else { throw unsafe ArchiveLibraryError(of: archive) }
  }
}

// MARK: The bytes

/// What the library's callbacks find behind their pointer.
@safe private final class Inlet {
  let size: Int64
  let read: (Int64, inout MutableSpan<UInt8>) throws -> Int
  var offset: Int64 = 0
  var failure: (any Error)?
  /// Stays where it is: the library reads from it until the next call.
  let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)

  init(size: Int64, read: @escaping (Int64, inout MutableSpan<UInt8>) throws -> Int) {
    self.size = size
    self.read = read
  }

  deinit { unsafe buffer.deallocate() }
}

private func inlet(_ context: UnsafeMutableRawPointer?) -> Inlet? {
  unsafe context.map { unsafe Unmanaged<Inlet>.fromOpaque($0).takeUnretainedValue() }
}

/// The library's read callback: how many bytes there are, or -1.
private func giveBytes(
  _ archive: OpaquePointer?, _ context: UnsafeMutableRawPointer?, _ bytes: UnsafeMutablePointer<UnsafeRawPointer?>?
) -> Int {
  guard let inlet = unsafe inlet(context), inlet.failure == nil, let bytes = unsafe bytes else { return -1 }
  do {
    let target = unsafe inlet.buffer.bindMemory(to: UInt8.self)
    var span = unsafe target.mutableSpan
    let count = try inlet.read(inlet.offset, &span)
    inlet.offset += Int64(count)
    unsafe bytes.pointee = UnsafeRawPointer(inlet.buffer.baseAddress)
    return count
  } catch {
    inlet.failure = error
    return -1
  }
}

/// The library's skip callback: how many bytes were passed over.
private func passBytes(_ archive: OpaquePointer?, _ context: UnsafeMutableRawPointer?, _ count: Int64) -> Int64 {
  guard let inlet = unsafe inlet(context), count > 0 else { return 0 }
  let passed = min(count, max(0, inlet.size - inlet.offset))
  inlet.offset += passed
  return passed
}

/// The library's seek callback: where it stands then, or an error.
private func moveTo(
  _ archive: OpaquePointer?, _ context: UnsafeMutableRawPointer?, _ offset: Int64, _ whence: Int32
) -> Int64 {
  guard let inlet = unsafe inlet(context) else { return Int64(ARCHIVE_FATAL) }
  let base: Int64
  switch whence {
  case SEEK_SET: base = 0
  case SEEK_CUR: base = inlet.offset
  case SEEK_END: base = inlet.size
  default: return Int64(ARCHIVE_FATAL)
  }
  let (target, overflows) = base.addingReportingOverflow(offset)
  guard !overflows, target >= 0 else { return Int64(ARCHIVE_FATAL) }
  inlet.offset = min(target, inlet.size)
  return inlet.offset
}

extension EntryAttributes {
  /// The library reads the `-1.5` of a pax header as a second before 1970 and half a second after that.
  fileprivate mutating func correctTimes() {
    modified = modified.countedBackwards
    accessed = accessed.countedBackwards
  }
}

extension Timestamp {
  fileprivate var countedBackwards: Timestamp {
    guard seconds < 0, nanoseconds > 0 else { return self }
    return Timestamp(seconds: seconds - 1, nanoseconds: 1_000_000_000 - nanoseconds)
  }
}
