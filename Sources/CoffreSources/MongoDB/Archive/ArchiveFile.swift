import CoffreCore
import CoffreSystem

/// An archive that is read at many places, by several threads: as it lies there, or, of one that is compressed, a copy
/// without a name, which nobody else can open and which is gone with this process.
final class ArchiveFile: Sendable {
  /// For people.
  let name: PathBytes
  private let file: FileDescriptor

  init(_ path: PathBytes) throws(SourceError) {
    name = path
    do throws(SystemError) {
      file = try FileDescriptor.open(path, for: .reading)
    } catch {
      throw SourceError(error.isNoPermission ? .noPermission : .failed, "read", path, because: error.cause)
    }
  }

  /// Unpacks it into the folder for temporary files: documents of one collection lie in many places of an archive.
  init(unpacking dump: DumpFile, _ cancellation: Cancellation) throws(SourceError) {
    name = dump.path
    let reader = try dump.open(cancellation) { () throws(SourceError) in
      throw SourceError(.failed, "read", dump.path, because: "it is a dump of PostgreSQL")
    }
    let folder = temporaryDirectory()
    do throws(SystemError) {
      file = try FileDescriptor.nameless(in: folder)
    } catch {
      throw Self.failure(error, folder)
    }
    var buffer = makeBuffer(1 << 20)
    while true {
      var span = buffer.mutableSpan
      let count = try reader.read(into: &span)
      guard count > 0 else { break }
      do throws(SystemError) {
        try file.write(buffer.span.extracting(0..<count))
      } catch {
        throw Self.failure(error, folder)
      }
    }
  }

  private static func failure(_ error: SystemError, _ folder: PathBytes) -> SourceError {
    SourceError(
      error.isNoSpace ? .noSpace : .failed, "unpack the archive in", folder, because: error.cause,
      advice: "Name another folder in the variable TMPDIR.")
  }

  /// - Returns: how many bytes were there; 0 at the end.
  func read(into buffer: inout MutableSpan<UInt8>, at offset: Int64) throws(SourceError) -> Int {
    do throws(SystemError) {
      return try file.read(into: &buffer, at: offset)
    } catch {
      throw SourceError(.failed, "read", name, because: error.cause)
    }
  }
}
