import CoffreCore
import CoffreSystem

/// A new folder for one test, removed with it.
final class TemporaryFolder: Sendable {
  let path: PathBytes
  let descriptor: FileDescriptor

  init(in parent: PathBytes = temporaryDirectory()) throws {
    path = joined(parent, temporaryName())
    try makeDirectories(path)
    descriptor = try FileDescriptor.openDirectory(path: path)
  }

  deinit { try? removeTree(path) }

  func path(_ name: String) -> PathBytes { joined(path, Array(name.utf8)) }

  func make(_ name: String, _ content: String = "") throws {
    try descriptor.open(name.bytes, for: .writing, [.create, .truncate]).write(content.bytes.span)
  }
}

extension String {
  var bytes: [UInt8] { Array(utf8) }
}

extension FileDescriptor {
  /// What is read from the current position to the end, as text.
  func text() throws -> String { String(decoding: try readToEnd(expecting: 16, limit: 1 << 24), as: UTF8.self) }
}

/// The error that `body` throws, or `nil`.
func failure(_ body: () throws(SystemError) -> Void) -> SystemError? {
  do throws(SystemError) {
    try body()
    return nil
  } catch {
    return error
  }
}
