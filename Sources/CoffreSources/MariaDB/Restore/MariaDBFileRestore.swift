import CoffreCore
import CoffreSystem
import MariaDBKit

/// Puts a dump that mariadb-dump or mysqldump wrote on a server, as a new database, by the vendor's own program.
///
/// If it fails, what it made goes.
final class MariaDBFileRestore: DatabaseFileRestore {
  private let settings: DatabaseRestoreSettings
  private let file: PathBytes
  let size: Int64?

  /// - Parameter file: absolute, of statements, not compressed.
  init(_ settings: DatabaseRestoreSettings, file: PathBytes) throws(SourceError) {
    self.settings = settings
    self.file = file
    let dump = try DumpFile(file)
    guard dump.form == .script, let size = dump.size else {
      throw SourceError(
        .failed, "read", file, because: "it is no plain file of statements",
        advice: "Decompress it first (gzip -d, zstd -d), and give the file that comes out.")
    }
    self.size = size
  }

  func run(
    cancellation: Cancellation, progress: @escaping @Sendable (Int64) -> Void
  ) throws -> (name: String, notes: [SourceNote]) {
    let remark = try check()
    let target = try MariaDBTarget(settings, cancellation: cancellation)
    let stem = try DumpFile(file).stem
    let name = settings.targetName ?? RestoreNames.restored(stem, at: settings.now)
    try RestoreGoal.check(name)
    let connection = try target.connect()
    let quoted = MariaDBQuoting.identifier(name)
    guard
      try !MariaDBTarget.asked(
        "ask about", name,
        { () throws(MariaDBError) in
          try MariaDBTarget.exists(name, on: connection)
        })
    else {
      throw SourceError(
        .exists, "restore to", Array(name.utf8), because: "the database exists", advice: "Choose another name.")
    }
    try MariaDBTarget.asked("create", name) { () throws(MariaDBError) in
      _ = try connection.execute(#"CREATE DATABASE \#(quoted)"#)
    }
    do {
      try load(into: name, target, cancellation)
      progress(size ?? 0)
    } catch {
      _ = try? target.with(Cancellation()).connect().execute(#"DROP DATABASE IF EXISTS \#(quoted)"#)
      throw error
    }
    let tables = try MariaDBTarget.asked("ask about", name) { () throws(MariaDBError) in
      try MariaDBTable.all(of: name, on: connection).count
    }
    let made = SourceNote(subject: displayed(file), message: "made \(counted(tables, "table"))", isGood: true)
    return (name, [made] + (remark.map { [$0] } ?? []))
  }

  private func load(into name: String, _ target: MariaDBTarget, _ cancellation: Cancellation) throws {
    let installed = try settings.tools ?? InstalledTools.find(.mariadb, cancellation: cancellation)
    let client = try MariaDBClient(
      try installed.choose(forMajor: 0), target.settings.location, on: target.settings.location.server,
      password: settings.password)
    let child = try client.start(
      "mariadb", ["--batch", #"--execute=source \#(displayed(file))"#, "--database=\(name)"])
    // It prints what a script selects; nobody reads that.
    let said = try cancellation.whenCancelled(
      { child.endSoon() },
      during: { () throws(SystemError) in
        var buffer = makeBuffer(64 << 10)
        while true {
          var span = buffer.mutableSpan
          if try child.read(into: &span) == 0 { return try child.wait() }
        }
      })
    if cancellation.isCancelled {
      throw SourceError(.cancelled, "bring back", file, because: "the run was cancelled")
    }
    guard said.isSuccess else {
      let words = lastLines(of: child.capturedErrors())
      throw SourceError(
        .failed, "bring back", file, because: words.isEmpty ? "\("mariadb") \(said.message)" : .verbatim(words))
    }
  }

  /// - Returns: a warning for a file whose end says nothing.
  /// - Throws: for the dump of several databases, which would not go where it is told to.
  private func check() throws(SourceError) -> SourceNote? {
    var tail: [UInt8] = []
    var found: String?
    do throws(SystemError) {
      let opened = try FileDescriptor.open(file, for: .reading)
      var piece = [UInt8](repeating: 0, count: 1 << 20)
      var position = 0
      var begun: [UInt8] = []
      while true {
        let count = try opened.readFully(into: &piece, from: position)
        guard count > 0 else { break }
        position += count
        tail = (tail + piece[..<count]).suffix(4096)
        begun += piece[..<count]
        let lines = begun.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for line in lines.dropLast() where found == nil { found = Self.leavesDatabase(line) }
        begun = Array((lines.last ?? []).prefix(64))
      }
    } catch {
      throw SourceError(.failed, "read", file, because: error.cause)
    }
    if let found {
      throw SourceError(
        .failed, "bring back", file, because: "it names its databases itself: \(.verbatim(found))",
        advice: "Run it with the vendor's program, on a server made for it: mariadb < FILE.")
    }
    let end = displayed(tail)
    guard !end.contains("-- Dump completed") else { return nil }  // not for people
    return SourceNote(
      subject: displayed(file), message: "its end does not say that it is whole; look whether anything is missing")
  }

  /// Lines that lead elsewhere, or let the program run others.
  private static func leavesDatabase(_ line: ArraySlice<UInt8>) -> String? {
    let text = displayed(line.prefix(64))
    let upper = text.uppercased()
    let isElsewhere =
      upper.hasPrefix("USE ") || upper.hasPrefix(#"CREATE DATABASE"#) || upper.hasPrefix(#"DROP DATABASE"#)
      || upper.hasPrefix("SYSTEM ") || upper.hasPrefix("SOURCE ") || text.hasPrefix("\\")
    return isElsewhere ? text : nil
  }
}
