import CoffreCore
import CoffreSystem

/// A file that has no name: gone with the process that writes it.
final class Spool {
  let file: FileDescriptor

  init(in folder: PathBytes) throws(SystemError) {
    let directory = try FileDescriptor.openDirectory(path: folder)
    let name = temporaryName()
    file = try directory.open(name, for: .readingAndWriting, [.create, .exclusive, .noFollow])
    try directory.removeFile(name)
  }

  func read(into buffer: inout [UInt8]) throws(SystemError) -> Int {
    var span = buffer.mutableSpan
    return try file.read(into: &span)
  }
}
