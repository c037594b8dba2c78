import ArchiveKit
import CoffreCore

/// An archive that libarchive reads; errors say which entry they concern.
final class LibraryReader: ArchiveReader {
  private let source: ArchiveSource
  private let file: FileInput
  private let input: any ArchiveInput
  private let compression: Decompression?
  private let hasPassword: Bool
  private let limit: Int64
  private var path: PathBytes = []
  private var first: SourceEntry?
  private var hasFirst = true
  private var remaining: Int64?
  let format: String

  /// - Parameters:
  ///   - file: the archive's own bytes, for their count.
  ///   - input: what is read: the file, or what was in its encryption and compression.
  ///   - compression: that `input` was in.
  ///   - limit: of what may stand behind the archive's end, in bytes.
  init(
    _ file: FileInput, _ input: any ArchiveInput, in compression: Decompression?, limit: Int64, password: Secret?
  ) throws {
    self.file = file
    self.limit = limit
    self.input = input
    self.compression = compression
    hasPassword = password != nil
    let start = ArchiveStart(try input.bytes(at: 0, count: ArchiveStart.size))
    do {
      source = try ArchiveSource(
        .archive, size: input.size, isTar: start.isArchive(named: []), password: password
      ) { try input.read(at: $0, into: &$1) }
      first = try source.next()
    } catch let error as ArchiveLibraryError {
      throw Self.error(error, format: try Self.likelyName(of: input), path: [], hasPassword: password != nil)
    }
    format = Self.name(of: source.format) + (compression.map { "." + $0.rawValue } ?? "")
  }

  var size: Int64 { file.length }
  var bytesRead: Int64 { file.bytesRead }
  var provesEntries: Bool { [.zip, .sevenZip, .rar].contains(source.format) }

  func next() throws -> ArchiveEntry? {
    path = []
    let found: SourceEntry?
    if hasFirst {
      found = first
      first = nil
      hasFirst = false
    } else {
      found = try explained { try source.next() }
    }
    guard let found else {
      try finish()
      return nil
    }
    var entry = found.entry
    entry.details.extendedAttributes += AccessControl.attributes(found.access, found.inherited)
    if source.format == .sevenZip { entry.path = SevenZipName.bytes(of: entry.path) }
    path = entry.path
    if entry.isEncrypted, !hasPassword {
      throw ArchiveError(.keyMissing, format: format, path: path, because: "it is encrypted with a password")
    }
    remaining = entry.hasSize && entry.attributes.kind == .file && entry.hardLinkOf == nil ? entry.attributes.size : nil
    return entry
  }

  /// Two blocks of zeros, in bytes.
  private static let tarEndSize: Int64 = 1024

  /// Looks at what the library does not: whether the end is there, and right.
  private func finish() throws {
    if source.format == .tar, source.endSize < Self.tarEndSize { throw damage("it has no end: it was cut short") }
    guard input.size == nil else { return }
    // The checksum of a compression stands behind the last byte that a tar needs.
    var buffer = [UInt8](repeating: 0, count: 256 << 10)
    var size: Int64 = 0
    while true {
      var span = buffer.mutableSpan
      let count = try input.read(at: .max, into: &span)
      guard count > 0 else { return }
      size += Int64(count)
      guard size <= limit else { throw ArchiveError.unpacks(toMoreThan: limit, format: format) }
    }
  }

  func read(into buffer: inout MutableSpan<UInt8>) throws -> Int {
    let count: Int
    do {
      count = try source.read(into: &buffer)
    } catch let error as ArchiveLibraryError {
      throw Self.error(error, format: format, path: path, hasPassword: hasPassword)
    }
    guard let left = remaining else { return count }
    guard Int64(count) <= left, count > 0 || left == 0 else { throw damage("its length is another than it says") }
    remaining = left - Int64(count)
    return count
  }

  private func damage(_ cause: Message) -> ArchiveError {
    ArchiveError(.damaged, format: format, path: path, because: cause)
  }

  private func explained<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as ArchiveLibraryError {
      throw Self.error(error, format: format, path: path, hasPassword: hasPassword)
    }
  }
}

// MARK: Words

extension LibraryReader {
  /// The library tells what happened in words alone.
  private static func error(_ error: ArchiveLibraryError, format: String, path: PathBytes, hasPassword: Bool)
    -> ArchiveError
  {
    let text = error.description.lowercased()
    let reason: ArchiveError.Reason
    if text.contains("passphrase") || text.contains("encrypt") {
      // "Passphrase required", "Incorrect passphrase", and what is encrypted in a way it cannot open.
      reason = text.contains("incorrect") ? .wrongKey : hasPassword ? .unsupported : .keyMissing
    } else if text.contains(#"unrecognized archive format"#) {
      // It begins like one and is none: its end, where the list of entries stands, is missing.
      reason = format.isEmpty ? .unknownFormat : .damaged
    } else if text.contains("unsupported") || text.contains(#"not supported"#) {
      reason = .unsupported
    } else {
      reason = .damaged
    }
    // What the library says of a 7z with encrypted names would send people the wrong way.
    let cause: Message = reason == .keyMissing ? "it is encrypted with a password" : error.cause
    return ArchiveError(reason, format: format, path: path, because: cause)
  }

  /// What an archive that cannot be opened was meant to be; empty if it is not known.
  private static func likelyName(of input: any ArchiveInput) throws -> String {
    guard input.size != nil else { return "" }
    let start = try input.bytes(at: 0, count: 8)
    if start.starts(with: [0x50, 0x4B]) { return "zip" }
    if start.starts(with: #"Rar!"#.utf8) { return "rar" }
    return try SevenZipName.isArchive(input) ? "7z" : ""
  }

  private static func name(of format: ArchiveSource.Format) -> String {
    switch format {
    case .tar: "tar"
    case .zip: "zip"
    case .sevenZip: "7z"
    case .rar: "rar"
    case .cpio: "cpio"
    case .plain: ""
    }
  }
}
