package import CoffreCore

extension FileDescriptor {
  /// Makes a file for this process alone: it loses its name at once, so nobody else can open it, and it is gone with the
  /// process, however that ends.
  ///
  /// - Parameter body: told its absolute path while it has one, for what opens files by their names alone.
  package static func nameless(
    in folder: PathBytes, whileNamed body: (PathBytes) throws(SystemError) -> Void = { _ in }
  ) throws(SystemError) -> FileDescriptor {
    let path = joined(try absolutePath(of: folder), Array("coffre-".utf8) + temporaryName())
    let file = try open(path, for: .readingAndWriting, [.create, .exclusive, .noFollow])
    do throws(SystemError) {
      try body(path)
    } catch {
      try? CoffreSystem.removeFile(path)
      throw error
    }
    try CoffreSystem.removeFile(path)
    return file
  }
}
