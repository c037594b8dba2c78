import CoffreCore
import CoffreSystem

/// The statements of a script of the snapshot, one after the other; never the whole script in memory.
final class ScriptReader {
  let file: PathBytes
  private let reader: any ByteReader
  private let progress: (Int64) -> Void
  private var splitter = StatementSplitter()
  private var isAtEnd = false

  init(
    _ file: PathBytes, of contents: any SnapshotContents, progress: @escaping @Sendable (Int64) -> Void
  ) throws(SourceError) {
    self.file = file
    self.progress = progress
    reader = try contents.read(file)
  }

  /// Of a text that comes from elsewhere.
  init(_ reader: any ByteReader, named file: PathBytes) {
    self.file = file
    self.reader = reader
    progress = { _ in }
  }

  /// - Returns: `nil` behind the last one.
  func next() throws(SourceError) -> StatementSplitter.Item? {
    while true {
      if let item = splitter.next() { return try checked(item) }
      if isAtEnd { return nil }
      var buffer = makeBuffer(256 << 10)
      var span = buffer.mutableSpan
      let count = try reader.read(into: &span)
      progress(Int64(count))
      if count == 0 {
        isAtEnd = true
        splitter.end()
      } else {
        splitter.feed(buffer.span.extracting(0..<count))
      }
    }
  }

  private func checked(_ item: StatementSplitter.Item) throws(SourceError) -> StatementSplitter.Item {
    if case .statement(let statement) = item, statement.bytes.contains(0) {
      throw SourceError(.hostile, "run", file, because: "there is a zero byte in it, which no dump has")
    }
    return item
  }
}

/// Statements that a dump's own program wrote.
extension ScriptReader {
  /// The next statement of a dump.
  ///
  /// - Throws: for a command of psql, other than the marks around the dump: it could start programs.
  func nextOfDump() throws(SourceError) -> SQLStatement? {
    while let item = try next() {
      switch item {
      case .statement(let statement): return statement
      case .command(let line):
        let word = line.prefix { !SQLLexer.isSpace($0) }
        guard word.elementsEqual(Array("\\restrict".utf8)) || word.elementsEqual(Array("\\unrestrict".utf8)) else {
          throw SourceError(.hostile, "run", file, because: "the command '\(displayed(word))' has no place in a dump")
        }
      }
    }
    return nil
  }

  /// All that are left, of a dump that is known to be small.
  func statements() throws(SourceError) -> [SQLStatement] {
    var statements: [SQLStatement] = []
    while let next = try nextOfDump() { statements.append(next) }
    return statements
  }
}
