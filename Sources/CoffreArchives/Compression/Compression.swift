import ArchiveKit
import CoffreCore
import ZstdKit

/// What a stream of bytes is made smaller with.
enum Compression: String, Sendable, CaseIterable {
  case gzip = "gz"
  case zstd = "zst"
  case xz = "xz"

  /// Ends of a tar's file name in one word.
  var shortTarExtension: String {
    switch self {
    case .gzip: "tgz"
    case .zstd: "tzst"
    case .xz: "txz"
    }
  }

  var levels: ClosedRange<Int> {
    switch self {
    case .gzip: 1...9
    case .zstd: ZstdStream.levels
    case .xz: XZEffort.levels
    }
  }

  /// The level of `automatic`: gzip and zstd have their tools' own; xz's threads each take several times the dictionary, and
  /// from level 5 on (8 MiB) two of them more than 200 MiB.
  private var middle: Int {
    switch self {
    case .gzip: 6
    case .zstd: 3
    case .xz: 4
    }
  }

  /// - Parameter file: whose content it will be, for what the format says of it; `nil` for an archive.
  func sink(into sink: any ByteSink, _ settings: ArchiveSettings, of file: ArchiveEntry? = nil) throws -> any EndingSink
  {
    let level = try settings.level(in: levels, of: rawValue) ?? middle
    return switch self {
    case .gzip:
      try GzipSink(
        into: sink, level: level, storesStubborn: settings.level == .automatic, threadCount: settings.threadCount,
        header: GzipHeader(file))
    case .zstd:
      ZstdSink(into: sink, level: level, threadCount: settings.threadCount, size: file?.attributes.size)
    case .xz: try XZSink(into: sink, xzEffort(level, settings))
    }
  }
}

private func xzEffort(_ level: Int, _ settings: ArchiveSettings) -> XZEffort {
  let usual = XZEffort(level: level, threads: max(1, settings.threadCount))
  guard let limit = settings.memoryLimit else { return usual }
  return usual.fitting(into: limit, keepingLevel: settings.level != .automatic)
}

private final class ZstdSink: EndingSink {
  private let stream: ZstdStream

  init(into sink: any ByteSink, level: Int, threadCount: Int, size: Int64?) {
    stream = ZstdStream(level: level, threads: threadCount, size: size) { try sink.write($0) }
  }

  func write(_ bytes: Span<UInt8>) throws { try stream.write(bytes) }
  func finish() throws { try stream.finish() }
}

private final class XZSink: EndingSink {
  private var stream: ArchiveStream

  init(into sink: any ByteSink, _ effort: XZEffort) throws {
    do {
      stream = try ArchiveStream(.plain, through: .xz(level: effort.level, threads: effort.threads)) {
        try sink.write($0)
      }
      try stream.begin(
        ArchiveEntry(
          path: Array("data".utf8),
          attributes: EntryAttributes(kind: .file, permissions: 0o600, modified: Timestamp(seconds: 0, nanoseconds: 0)))
      )
    } catch let error as ArchiveLibraryError {
      throw ArchiveError(format: "xz", because: error.cause)
    }
  }

  func write(_ bytes: Span<UInt8>) throws {
    do {
      try stream.write(bytes)
    } catch let error as ArchiveLibraryError {
      throw ArchiveError(format: "xz", because: error.cause)
    }
  }

  func finish() throws {
    do {
      try stream.finish()
    } catch let error as ArchiveLibraryError {
      throw ArchiveError(format: "xz", because: error.cause)
    }
  }
}

extension ArchiveSettings {
  /// - Returns: `nil` for the format's own middle way.
  /// - Throws: if the format has no such level.
  func level(in levels: ClosedRange<Int>, of format: String) throws(ArchiveError) -> Int? {
    guard case .exactly(let wanted) = level else { return nil }
    guard levels.contains(wanted) else {
      throw ArchiveError(
        .unsupported, format: format,
        because: "levels of \(format) go from \(levels.lowerBound) to \(levels.upperBound)")
    }
    return wanted
  }
}
