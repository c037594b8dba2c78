import ArchiveKit
import CoffreCore

/// An archive that libarchive reads; errors say which entry they concern.
final class LibraryReader: ArchiveReader {
  private let source: ArchiveSource
  private let file: FileInput
  private let name: PathBytes
  private let hasPassword: Bool
  private var path: PathBytes = []
  private var first: SourceEntry?
  private var hasFirst = true
  private var remaining: Int64?
  private let ending: TarEnding
  let format: String

  /// - Parameters:
  ///   - file: the archive's own bytes, for their count.
  ///   - input: what is read: the file, or what was in its encryption.
  ///   - name: of the file: a single stream becomes a file of that name without its end.
  init(_ file: FileInput, _ input: any ArchiveInput, named name: PathBytes, password: Secret?) throws {
    self.file = file
    self.name = name
    hasPassword = password != nil
    let isGzip = GzipInput.isGzip(try input.bytes(at: 0, count: 3))
    let ending = TarEnding()
    self.ending = ending
    do {
      let plain: any ArchiveInput = isGzip ? GzipInput(input) : input
      source = try ArchiveSource(size: plain.size, password: password) { offset, buffer in
        let count = try plain.read(at: offset, into: &buffer)
        ending.look(at: buffer.span.extracting(0..<count), from: offset)
        return count
      }
      first = try source.next()
    } catch let error as ArchiveLibraryError {
      let isSevenZip = try SevenZipName.isArchive(input)
      throw Self.error(error, format: isSevenZip ? "7z" : "", path: [], hasPassword: password != nil)
    }
    let filters = (isGzip ? ["gzip"] : []) + source.filters
    guard source.format != .other, source.format != .plain || !filters.isEmpty else {
      throw ArchiveError(.unknownFormat, format: "", because: "no format fits its first bytes")
    }
    format = Self.name(of: source.format, filters)
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
    guard var entry = found?.entry else {
      if source.format == .tar, source.filters.isEmpty, !ending.isSeen {
        throw damage("it has no end: it was cut short")
      }
      return nil
    }
    if let found { entry.details.extendedAttributes += AccessControl.attributes(found.access, found.inherited) }
    if source.format == .sevenZip { entry.path = SevenZipName.bytes(of: entry.path) }
    path = entry.path
    if source.format == .plain {
      entry = stream(entry)
      path = entry.path
    }
    if entry.isEncrypted, !hasPassword {
      throw ArchiveError(.keyMissing, format: format, path: path, because: "it is encrypted with a password")
    }
    remaining = entry.hasSize && entry.attributes.kind == .file && entry.hardLinkOf == nil ? entry.attributes.size : nil
    return entry
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

  /// The one file of a stream, which has no name in it.
  private func stream(_ entry: ArchiveEntry) -> ArchiveEntry {
    let parts = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let isNamed = parts.count > 1 && parts.last.map { displayed($0) == format } == true
    let stem = isNamed ? Array(parts.dropLast().joined(separator: [UInt8(ascii: ".")])) : name
    var attributes = entry.attributes
    attributes.permissions = 0o644
    var file = ArchiveEntry(path: stem.isEmpty ? Array("data".utf8) : stem, attributes: attributes)
    file.hasSize = false
    return file
  }

  private func explained<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as ArchiveLibraryError {
      throw Self.error(error, format: format, path: path, hasPassword: hasPassword)
    }
  }

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
      reason = .unknownFormat
    } else if text.contains("unsupported") || text.contains(#"not supported"#) {
      reason = .unsupported
    } else {
      reason = .damaged
    }
    return ArchiveError(reason, format: format, path: path, because: error.cause)
  }

  private static func name(of format: ArchiveSource.Format, _ filters: [String]) -> String {
    let names = ["gzip": "gz", "bzip2": "bz2", "compress (.Z)": "Z"]
    let base: [String] =
      switch format {
      case .tar: ["tar"]
      case .zip: ["zip"]
      case .sevenZip: ["7z"]
      case .rar: ["rar"]
      case .cpio: ["cpio"]
      case .plain, .other: []
      }
    return (base + filters.reversed().map { names[$0] ?? ($0 == "zstd" ? "zst" : $0) }).joined(separator: ".")
  }
}

/// Whether the blocks of zeros at the end of a tar came by: libarchive takes any end for one.
private final class TarEnding {
  private var zeros = 0
  private(set) var isSeen = false

  func look(at bytes: Span<UInt8>, from offset: Int64) {
    guard bytes.count > 0 else { return }
    var index = bytes.count
    while index > 0, bytes[index - 1] == 0, bytes.count - index < 1024 { index -= 1 }
    let run = bytes.count - index
    zeros = run == bytes.count ? zeros + run : run
    isSeen = zeros >= 1024
  }
}
