import ArchiveKit
import CoffreCore

/// An archive written by libarchive; errors say which entry they concern.
final class LibraryWriter: ArchiveWriter {
  private var stream: ArchiveStream
  private let format: String
  private let prepare: (inout ArchiveEntry) -> AccessControl
  private var path: PathBytes = []

  /// - Parameter prepare: turns attributes into what the format has a place of its own for.
  init(
    _ format: ArchiveStream.Format, named name: String, into sink: any ByteSink,
    prepare: @escaping (inout ArchiveEntry) -> AccessControl = { _ in AccessControl() }
  ) throws {
    self.format = name
    self.prepare = prepare
    do {
      stream = try ArchiveStream(format) { try sink.write($0) }
    } catch let error as ArchiveLibraryError {
      throw ArchiveError(format: name, path: [], because: error.cause)
    }
  }

  func begin(_ entry: ArchiveEntry) throws {
    path = entry.path
    var entry = entry
    let control = prepare(&entry)
    try explained { try stream.begin(entry, access: control.access, inherited: control.inherited) }
  }

  func write(_ bytes: Span<UInt8>) throws {
    do {
      try stream.write(bytes)
    } catch let error as ArchiveLibraryError {
      throw ArchiveError(format: format, path: path, because: error.cause)
    }
  }

  func finish() throws {
    path = []
    try explained { try stream.finish() }
  }

  /// What the sink throws passes through as it is.
  private func explained(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as ArchiveLibraryError {
      throw ArchiveError(format: format, path: path, because: error.cause)
    }
  }
}

extension ArchiveLibraryError {
  var cause: Message { isQuoted ? .verbatim(description) : .word(description) }
}
