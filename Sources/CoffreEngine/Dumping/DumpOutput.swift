package import CoffreCore
import CoffreSystem

/// Where a dump goes.
package enum DumpTarget: Sendable {
  case standardOutput
  /// Replaced when the new content is whole. What is no regular file, such as a fifo, is written to as it stands.
  case file(PathBytes)
}

/// Gathers what is written into large pieces.
final class DumpOutput: ByteSink {
  private static let capacity = 256 << 10

  private let place: any DumpPlace
  private var buffer: [UInt8] = []
  private(set) var bytesWritten: Int64 = 0

  init(_ target: DumpTarget) throws {
    switch target {
    case .standardOutput: place = OutputStreamPlace()
    case .file(let path): place = try FilePlace(path)
    }
    buffer.reserveCapacity(Self.capacity)
  }

  func write(_ bytes: Span<UInt8>) throws {
    bytesWritten += Int64(bytes.count)
    if buffer.count + bytes.count > Self.capacity { try flush() }
    if bytes.count >= Self.capacity {
      try place.write(bytes)
    } else {
      append(bytes, to: &buffer)
    }
  }

  /// Brings everything to its place; a file appears under its name now.
  func finish() throws {
    try flush()
    try place.finish()
  }

  /// Removes what was begun; after `finish` it does nothing.
  func close() { place.close() }

  private func flush() throws {
    guard !buffer.isEmpty else { return }
    let full = buffer
    try place.write(full.span)
    buffer.removeAll(keepingCapacity: true)
  }
}

private protocol DumpPlace: AnyObject {
  func write(_ bytes: Span<UInt8>) throws
  func finish() throws
  func close()
}

private final class OutputStreamPlace: DumpPlace {
  func write(_ bytes: Span<UInt8>) throws { try StandardStream.output.write(bytes) }
  func finish() {}
  func close() {}
}

/// A file that is written beside its place and renamed into it.
private final class FilePlace: DumpPlace {
  private let path: PathBytes
  private let folder: FileDescriptor
  private let name: PathBytes
  /// `nil` where something is written to directly.
  private var temporary: PathBytes?
  private let file: FileDescriptor

  init(_ path: PathBytes) throws {
    self.path = path
    let existing = try? FileDescriptor.attributes(ofPath: path, .following)
    if existing?.kind == .directory { throw DumpError.targetIsFolder(displayed(path)) }
    // A link is followed to where it leads: what it names is replaced, not the link.
    let real = try resolved(path)
    let (folderPath, name) = splitPath(real)
    self.name = name
    folder = try FileDescriptor.openDirectory(path: folderPath)
    if let existing, existing.kind != .file {
      file = try FileDescriptor.open(path, for: .writing)
      return
    }
    let temporary = temporaryName()
    file = try folder.open(temporary, for: .writing, [.create, .exclusive, .noFollow], permissions: 0o666)
    self.temporary = temporary
  }

  func write(_ bytes: Span<UInt8>) throws {
    do throws(SystemError) {
      try file.write(bytes)
    } catch {
      // People know the file by its own name.
      throw SystemError(code: error.code, operation: error.operation, path: path)
    }
  }

  func finish() throws {
    guard let temporary else { return }
    try file.synchronize()
    try folder.rename(temporary, to: folder, name, replacing: true)
    self.temporary = nil
    try folder.synchronize()
  }

  func close() {
    guard let temporary else { return }
    try? folder.removeFile(temporary)
    self.temporary = nil
  }
}

/// Where symbolic links lead in the end, by the last component only; a chain without end is left to the system to refuse.
private func resolved(_ path: PathBytes) throws(SystemError) -> PathBytes {
  var path = path
  for _ in 0..<40 {
    guard let found = try? FileDescriptor.attributes(ofPath: path), found.kind == .symlink else { return path }
    let (folder, name) = splitPath(path)
    let target = try FileDescriptor.openDirectory(path: folder).readLink(name)
    path = target.first == UInt8(ascii: "/") ? target : joined(folder, target)
  }
  return path
}
