import ArchiveKit
import CoffreCore

/// A compression that is read, by what its bytes begin with.
enum Decompression: String, CaseIterable {
  case gzip = "gz"
  case bzip2 = "bz2"
  case xz
  case zstd = "zst"
  case lz4
  case lzma
  case compress = "Z"

  init?(_ start: [UInt8]) {
    let found = Self.allCases.first { compression in
      compression.magics.contains { magic in start.starts(with: magic) }
    }
    guard let found else { return nil }
    self = found
  }

  private var magics: [[UInt8]] {
    switch self {
    case .gzip: [[0x1F, 0x8B, 8]]
    case .bzip2: [Array("BZh".utf8)]
    case .xz: [[0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]]
    // A frame, or one of those that are passed over: pzstd begins with one.
    case .zstd: [[0x28, 0xB5, 0x2F, 0xFD]] + (0x50...0x5F).map { [$0, 0x2A, 0x4D, 0x18] }
    case .lz4: [[0x04, 0x22, 0x4D, 0x18]]
    case .lzma: [[0x5D, 0, 0]]
    case .compress: [[0x1F, 0x9D]]
    }
  }

  /// What is in it, from front to back. Its end is proved when it is read.
  func open(_ input: any ArchiveInput) throws -> any ArchiveInput {
    self == .gzip ? GzipInput(input) : try LibraryInput(input, rawValue)
  }
}

/// What libarchive decompresses.
private final class LibraryInput: ArchiveInput {
  private let source: ArchiveSource
  private let name: String
  private let isEmpty: Bool

  init(_ input: any ArchiveInput, _ name: String) throws {
    self.name = name
    do {
      source = try ArchiveSource(.compression, size: input.size) { try input.read(at: $0, into: &$1) }
      isEmpty = try source.next() == nil
      // It only begins like one.
      guard source.isCompressed else {
        throw ArchiveError(.damaged, format: name, because: "its header is malformed")
      }
    } catch let error as ArchiveLibraryError {
      throw Self.damage(error, name)
    }
  }

  var size: Int64? { nil }

  func read(at _: Int64, into buffer: inout MutableSpan<UInt8>) throws -> Int {
    guard !isEmpty else { return 0 }
    do {
      return try source.read(into: &buffer)
    } catch let error as ArchiveLibraryError {
      throw Self.damage(error, name)
    }
  }

  private static func damage(_ error: ArchiveLibraryError, _ name: String) -> ArchiveError {
    ArchiveError(.damaged, format: name, because: error.cause)
  }
}
