import CoffreCore
import CoffreSystem
import SQLiteKit

/// Puts a file into the place of a database: an image, or a script of commands, plain or compressed. Its content tells
/// which it is.
final class SQLiteFileRestore: DatabaseFileRestore {
  private let settings: DatabaseRestoreSettings
  private let file: DumpFile

  init(_ settings: DatabaseRestoreSettings, file: PathBytes) throws(SourceError) {
    self.settings = settings
    self.file = try DumpFile(file)
    guard self.file.form != .archive else {
      throw SourceError(
        .failed, "read", file, because: "it is a dump of PostgreSQL",
        advice: "Name a file of SQLite, or a script that the sqlite3 program wrote.")
    }
  }

  var size: Int64? { file.size }

  func run(
    cancellation: Cancellation, progress: @escaping @Sendable (Int64) -> Void
  ) throws -> (name: String, notes: [SourceNote]) {
    let target = try SQLiteTarget(settings, cancellation: cancellation)
    try target.demandConsent()
    let aside = target.asideName()
    do throws(SourceError) {
      try load(into: aside, of: target, cancellation, progress)
      return (displayed(target.path), try target.install(aside))
    } catch {
      for ending in [""] + SQLiteTarget.companions { try? removeFile(aside + Array(ending.utf8)) }
      throw error
    }
  }

  private func load(
    into aside: PathBytes, of target: SQLiteTarget, _ cancellation: Cancellation,
    _ progress: @escaping @Sendable (Int64) -> Void
  ) throws(SourceError) {
    let reader = try file.open(cancellation) { () throws(SourceError) in
      throw SourceError(.toolMissing, "read", file.path, because: "it is a dump of PostgreSQL")
    }
    let head = try Self.head(of: reader)
    let created = try target.create(aside)
    guard head.starts(with: SQLiteHeader.magic) else {
      _ = consume created
      try SQLiteScriptRun(aside, of: target, named: file.path, cancellation).run(reader, after: head, progress)
      return try check(aside, target, cancellation)
    }
    if case .script = file.form {
      // A log of changes may lie beside it.
      _ = consume created
      return try copyThroughSQLite(to: aside, of: target, cancellation)
    }
    _ = try writeImage(reader, after: head, to: created, of: target, cancellation, progress)
    _ = consume created
    try check(aside, target, cancellation)
  }

  private static func head(of reader: any ByteReader) throws(SourceError) -> [UInt8] {
    var head: [UInt8] = []
    while head.count < SQLiteHeader.count {
      var buffer = makeBuffer(SQLiteHeader.count - head.count)
      var span = buffer.mutableSpan
      let count = try reader.read(into: &span)
      guard count > 0 else { break }
      append(buffer.span.extracting(0..<count), to: &head)
    }
    return head
  }

  private func copyThroughSQLite(
    to aside: PathBytes, of target: SQLiteTarget, _ cancellation: Cancellation
  ) throws(SourceError) {
    var location = DatabaseLocation(kind: .sqlite)
    location.database = displayed(file.path)
    let source = try SQLiteSource(
      try SQLitePlace(location), patience: .seconds(60), cancellation: cancellation)
    do throws(SQLiteError) {
      let connection = try SQLiteConnection(aside, for: .writing, cancellation: cancellation)
      try connection.run(#"PRAGMA journal_mode = OFF"#)
      try connection.run(#"PRAGMA locking_mode = EXCLUSIVE"#)
      try source.connection.copyPages(to: connection)
    } catch {
      throw SourceError(restoring: error, target.path)
    }
    try check(aside, target, cancellation)
  }

  /// Nothing else says that such a file is whole.
  private func check(_ aside: PathBytes, _ target: SQLiteTarget, _ cancellation: Cancellation) throws(SourceError) {
    let image = try OpenImage(aside)
    let found: [String]
    do throws(SQLiteError) {
      found = try SQLiteConnection(reading: image, cancellation: cancellation).run(#"PRAGMA quick_check(5)"#)
        .compactMap { $0.first?.string }
    } catch {
      throw SourceError(restoring: error, target.path)
    }
    guard found == ["ok"] else {
      throw SourceError(
        .failed, "restore to", target.path,
        because: "the file is damaged: \(.verbatim(found.joined(separator: "; ")))",
        advice: "Save what can be read with `sqlite3 FILE .recover`.")
    }
  }
}

/// A file that nobody else writes to, read without a lock.
final class OpenImage: ReadOnlyBytes, Sendable {
  private let file: FileDescriptor
  let size: Int64

  init(_ path: PathBytes) throws(SourceError) {
    do throws(SystemError) {
      file = try FileDescriptor.open(path, for: .reading)
      size = try file.attributes().size
    } catch {
      throw SourceError(.failed, "read", path, because: error.cause)
    }
  }

  func read(at offset: Int64, into buffer: inout MutableSpan<UInt8>) throws -> Int {
    try file.read(into: &buffer, at: offset)
  }
}
