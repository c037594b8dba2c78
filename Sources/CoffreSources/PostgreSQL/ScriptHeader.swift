import CoffreCore
import CoffreSystem

/// Leaves out of a script's first lines what the server that it comes from would refuse: a pg_dump that is newer than the
/// server writes settings which only newer servers know, and `psql` with `ON_ERROR_STOP` would end there.
final class ScriptHeader: ByteReader {
  private let script: any ByteReader
  /// Whole lines, with their newlines.
  private let unwanted: [[UInt8]]
  /// What was looked at and not handed out yet.
  private var ready: ArraySlice<UInt8> = []
  private var isInHeader = true

  /// Settings that pg_dump writes since a version, whatever the server's.
  private static let settings = [(name: "transaction_timeout", since: 17)]

  /// - Returns: the script itself where nothing is to be left out.
  static func filtered(_ script: any ByteReader, tool: Int, server: Int) -> any ByteReader {
    let unwanted = settings.filter { tool >= $0.since && server < $0.since }
    guard !unwanted.isEmpty else { return script }
    return ScriptHeader(script, without: unwanted.map { Array("SET \($0.name) = 0;\n".utf8) })  // not for people
  }

  private init(_ script: any ByteReader, without unwanted: [[UInt8]]) {
    self.script = script
    self.unwanted = unwanted
  }

  var attributes: EntryAttributes? { script.attributes }
  func isUnchanged() throws(SourceError) -> Bool { try script.isUnchanged() }

  func read(into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int {
    if isInHeader { try readHeader() }
    guard !ready.isEmpty else { return try script.read(into: &buffer) }
    let count = min(buffer.count, ready.count)
    copy(ready.span.extracting(0..<count), into: &buffer)
    ready = ready.dropFirst(count)
    return count
  }

  /// The settings stand within the first pages; what looks like one further down is somebody's function.
  private static let headerSize = 4096

  private func readHeader() throws(SourceError) {
    isInHeader = false
    var head: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: Self.headerSize)
    while head.count < Self.headerSize {
      var span = piece.mutableSpan
      let count = try script.read(into: &span)
      guard count > 0 else { break }
      head += piece[..<count]
    }
    var kept: [UInt8] = []
    var rest = head[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      let line = rest[...end]
      guard Self.isOfHeader(line) else { break }
      if !unwanted.contains(where: { line.elementsEqual($0) }) { kept += line }
      rest = rest[(end + 1)...]
    }
    ready = (kept + rest)[...]
  }

  private static func isOfHeader(_ line: ArraySlice<UInt8>) -> Bool {
    [#"--"#, "\n", #"SET "#, #"SELECT pg_catalog.set_config("#, #"\restrict "#].contains { line.starts(with: $0.utf8) }
  }
}
