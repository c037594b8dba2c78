import CoffreCore
import CoffreSystem
import SQLiteKit

/// The image of a database at one instant, in a file without a name: nobody else can open it, and it is gone with this
/// process, however that ends.
final class PrivateCopy: ReadOnlyBytes, Sendable {
  private let file: FileDescriptor
  /// In bytes; whole pages.
  let size: Int64
  let pageSize: Int64

  /// Left free for others where the copy lies.
  private static let reserve: Int64 = 1 << 20

  /// Copies through SQLite itself, into the folder for temporary files.
  init(of source: SQLiteSource, cancellation: Cancellation) throws(SourceError) {
    let path = source.place.path
    let (pages, pageSize) = try source.size()
    // Of an empty file, SQLite makes a database of one page.
    let expected = max(pages, 1) * pageSize
    let folder = temporaryDirectory()
    try Self.checkRoom(for: expected, in: folder)
    let made = try Self.make(in: folder, for: path, cancellation)
    do throws(SQLiteError) {
      try made.connection.run(#"PRAGMA journal_mode = OFF"#)
      try made.connection.run(#"PRAGMA synchronous = OFF"#)
      try made.connection.run(#"PRAGMA locking_mode = EXCLUSIVE"#)
      try source.connection.copyPages(to: made.connection)
    } catch {
      guard error.reason != .noSpace else { throw Self.noRoom(for: expected, in: folder) }
      throw SourceError(error, "copy", path)
    }
    file = made.takeFile()
    self.pageSize = pageSize
    size = expected
    try prove(path)
  }

  func read(at offset: Int64, into buffer: inout MutableSpan<UInt8>) throws(SystemError) -> Int {
    try file.read(into: &buffer, at: offset)
  }

  /// The copy is as long as it must be, and says so itself (sqlite.org/fileformat2.html, "The Database Header").
  private func prove(_ path: PathBytes) throws(SourceError) {
    do throws(SystemError) {
      let found = try file.attributes().size
      var header = [UInt8](repeating: 0, count: 100)
      var span = header.mutableSpan
      let count = try file.read(into: &span, at: 0)
      guard found == size, count == 100, SQLiteHeader(header)?.size == size else {
        throw SystemError(code: 0, operation: "read", path: path)
      }
    } catch {
      guard error.code != 0 else {
        throw SourceError(
          .notWhole, "copy", path, because: "the copy that SQLite made is not as long as the database")
      }
      throw SourceError(.notWhole, "copy", path, because: error.cause)
    }
  }
}

// MARK: The file

extension PrivateCopy {
  /// A file that has lost its name already, and a connection to it.
  private final class Made {
    private var file: FileDescriptor?
    let connection: SQLiteConnection

    init(_ file: consuming FileDescriptor, _ connection: SQLiteConnection) {
      self.file = consume file
      self.connection = connection
    }

    func takeFile() -> FileDescriptor {
      guard let file = file.take() else { preconditionFailure("it is taken once") }
      return file
    }
  }

  private static func make(
    in folder: PathBytes, for path: PathBytes, _ cancellation: Cancellation
  ) throws(SourceError) -> Made {
    do throws(SystemError) {
      var opened: SQLiteConnection?
      // SQLite opens it by its name; from then on only the two of them reach it.
      let file = try FileDescriptor.nameless(in: folder) { name throws(SystemError) in
        do throws(SQLiteError) {
          opened = try SQLiteConnection(name, for: .writing, cancellation: cancellation)
        } catch {
          throw SystemError(code: 0, operation: error.text, path: name)
        }
      }
      guard let connection = opened else { preconditionFailure("it was opened, or an error was thrown") }
      return Made(file, connection)
    } catch {
      throw SourceError(
        error.isNoSpace ? .noSpace : .notWhole, "make a private copy in", folder,
        because: error.code == 0 ? .verbatim(error.operation) : error.cause,
        advice: "Name another folder in the variable TMPDIR.")
    }
  }

  private static func checkRoom(for size: Int64, in folder: PathBytes) throws(SourceError) {
    let free: Int64
    do throws(SystemError) {
      free = try freeSpace(at: folder)
    } catch {
      throw SourceError(
        .notWhole, "make a private copy in", folder, because: error.cause,
        advice: "Name another folder in the variable TMPDIR.")
    }
    guard free >= size + reserve else { throw noRoom(for: size, in: folder) }
  }

  private static func noRoom(for size: Int64, in folder: PathBytes) -> SourceError {
    SourceError(
      .noSpace, "make a private copy in", folder, because: "the copy of the database takes \(byteText(size))",
      advice: "Free some space there, or name another folder in the variable TMPDIR.")
  }
}
