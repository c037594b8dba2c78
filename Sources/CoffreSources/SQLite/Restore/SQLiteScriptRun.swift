import CoffreCore
import CoffreSystem
import SQLiteKit

/// Runs a script of commands into a new database.
struct SQLiteScriptRun {
  private let aside: PathBytes
  private let target: SQLiteTarget
  private let file: PathBytes
  private let cancellation: Cancellation

  /// Of the largest command, in bytes: what SQLite takes.
  private static let largestCommand = 1_000_000_000
  private static let newline = UInt8(ascii: "\n")

  /// - Parameters:
  ///   - aside: the empty file that becomes the database.
  ///   - file: that is read, for errors.
  init(_ aside: PathBytes, of target: SQLiteTarget, named file: PathBytes, _ cancellation: Cancellation) {
    self.aside = aside
    self.target = target
    self.file = file
    self.cancellation = cancellation
  }

  func run(
    _ reader: any ByteReader, after head: [UInt8], _ progress: (Int64) -> Void
  ) throws(SourceError) {
    let connection = try open()
    var lines = Lines(head)
    var command: [UInt8] = []
    var commandLine = 0
    while let line = try lines.next(reader, progress) {
      if command.isEmpty {
        commandLine = lines.number
        if line.first == UInt8(ascii: ".") {
          throw failure("it has a command of the sqlite3 program itself, '\(displayed(line.prefix(40)))'", commandLine)
        }
        if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == Self.newline }) { continue }
      }
      guard !line.contains(0) else { throw failure("it holds a zero byte: it is no script", lines.number) }
      command += line
      guard command.count <= Self.largestCommand else { throw failure("a command is too long", commandLine) }
      // Looking at all of a long command for each of its lines would take for ever.
      guard Self.mayEnd(line), SQLiteConnection.isComplete(command) else { continue }
      try execute(command, commandLine, on: connection)
      command.removeAll(keepingCapacity: true)
    }
    try end(connection, rest: command, lines.number)
  }

  private func open() throws(SourceError) -> SQLiteConnection {
    do throws(SQLiteError) {
      let connection = try SQLiteConnection(aside, for: .writing, cancellation: cancellation)
      try connection.run(#"PRAGMA journal_mode = MEMORY"#)
      try connection.run(#"PRAGMA synchronous = OFF"#)
      connection.forbidOtherFiles()
      return connection
    } catch {
      throw SourceError(restoring: error, target.path)
    }
  }

  private func execute(_ command: [UInt8], _ line: Int, on connection: SQLiteConnection) throws(SourceError) {
    do throws(SQLiteError) {
      try connection.execute(bytes: command)
    } catch {
      guard error.reason != .cancelled, error.reason != .noSpace else {
        throw SourceError(restoring: error, target.path)
      }
      throw failure(error.message, line)
    }
  }

  /// A dump that is cut ends within its transaction, or within a command; `.dump` ends with a ROLLBACK if it met an error.
  private func end(_ connection: SQLiteConnection, rest: [UInt8], _ line: Int) throws(SourceError) {
    let text = String(decoding: rest, as: UTF8.self).split(separator: "\n").filter {
      let words = $0.drop { $0 == " " || $0 == "\t" || $0 == "\r" }
      return !words.isEmpty && !words.hasPrefix("--")
    }
    guard text.isEmpty else { throw failure("it ends within a command: it is not whole", line) }
    guard connection.isOutsideTransaction else {
      throw failure("it ends within a transaction: it is not whole", line)
    }
    let count: Int64
    do throws(SQLiteError) {
      count = try connection.value(#"SELECT count(*) FROM sqlite_master"#).integer ?? 0
    } catch {
      throw SourceError(restoring: error, target.path)
    }
    guard count > 0 else { throw failure("nothing is in the database that it makes", line) }
    do throws(SystemError) {
      try FileDescriptor.open(aside, for: .readingAndWriting).synchronize()
    } catch {
      throw target.failure(error)
    }
  }

  private func failure(_ cause: Message, _ line: Int) -> SourceError {
    SourceError(
      .failed, "run", file, because: "line \(line): \(cause)",
      advice: "Make a new dump of the original; nothing was changed here.")
  }

  private static func mayEnd(_ line: [UInt8]) -> Bool {
    line.contains(UInt8(ascii: ";"))
  }
}

/// The lines of a script, each with its end.
private struct Lines {
  private var rest: ArraySlice<UInt8>
  private var isAtEnd = false
  private(set) var number = 0

  init(_ head: [UInt8]) { rest = head[...] }

  mutating func next(_ reader: any ByteReader, _ progress: (Int64) -> Void) throws(SourceError) -> [UInt8]? {
    var line: [UInt8] = []
    while true {
      if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        line += rest[...end]
        rest = rest[(end + 1)...]
        number += 1
        return line
      }
      line += rest
      rest = []
      guard !isAtEnd else {
        number += 1
        return line.isEmpty ? nil : line
      }
      var buffer = makeBuffer(256 << 10)
      var span = buffer.mutableSpan
      let count = try reader.read(into: &span)
      isAtEnd = count == 0
      progress(Int64(count))
      rest = buffer[..<count]
    }
  }
}
