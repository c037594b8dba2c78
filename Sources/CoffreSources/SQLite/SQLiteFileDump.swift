import CoffreCore
import CoffreSystem
import SQLiteKit

/// All of a database in one file: its image, or the commands that make it anew.
final class SQLiteFileDump: DatabaseFileDump {
  /// What the file is, by the end of its name.
  enum Form: Sendable, Hashable {
    case image, script

    /// - Returns: `nil` for an end that says nothing.
    init?(ofFile path: PathBytes) {
      let name = displayed(path).lowercased()
      if [".db", ".sqlite", ".sqlite3", ".db3"].contains(where: { name.hasSuffix($0) }) {
        self = .image
      } else if name.hasSuffix(".sql") {
        self = .script
      } else {
        return nil
      }
    }
  }

  private let settings: DatabaseSettings
  private let form: Form
  private let place: SQLitePlace

  init(_ settings: DatabaseSettings, form: Form) throws(SourceError) {
    self.settings = settings
    self.form = form
    place = try SQLitePlace(settings.location)
  }

  func open(cancellation: Cancellation, said: @escaping @Sendable (String) -> Void) throws -> any ByteReader {
    let source = try SQLiteSource(place, patience: settings.lockTimeout, cancellation: cancellation)
    let copy = try PrivateCopy(of: source, cancellation: cancellation)
    switch form {
    case .image: return ImageReader(copy, 0..<copy.size, path: place.path) { _ in }
    case .script:
      do throws(SQLiteError) {
        return try SQLiteScriptReader(
          try SQLiteConnection(reading: copy, cancellation: cancellation), of: place.path)
      } catch {
        throw SourceError(error, "read the copy of", place.path)
      }
    }
  }

  /// The header of an image says how long it must be.
  func prove(_ file: PathBytes, cancellation: Cancellation) throws {
    guard form == .image else { return }
    do throws(SystemError) {
      let opened = try FileDescriptor.open(file, for: .reading)
      let attributes = try opened.attributes()
      var header = [UInt8](repeating: 0, count: SQLiteHeader.count)
      let count = try opened.readFully(into: &header, from: 0)
      guard SQLiteHeader(header[..<count])?.size == attributes.size else {
        throw SystemError(code: 0, operation: "read", path: file)
      }
    } catch {
      throw SourceError(
        .notWhole, "write a dump of", place.path,
        because: error.code == 0 ? "the written file is no whole database" : error.cause)
    }
  }
}
