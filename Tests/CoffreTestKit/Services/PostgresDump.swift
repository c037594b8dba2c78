/// What `pg_dump` says of a database, without what differs from one equal database to the next: versions, random keys, the
/// order of rows, and the partition that a row of a table divided by a hash of an enum has come to.
package struct PostgresDump: Sendable, Equatable, CustomStringConvertible {
  /// Without line ends. Bytes: a dump is in its database's encoding.
  package let lines: [[UInt8]]

  /// - Parameter dump: plain text.
  package init(normalising dump: [UInt8]) {
    var parts: [Part] = []
    var places: [[UInt8]: Int] = [:]
    var place: Int?
    for slice in dump.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      let line = Array(slice)
      if let open = place {
        if line == Self.endOfRows { place = nil } else { parts[open].rows.append(line) }
      } else if line.starts(with: "COPY ".utf8), line.suffix(12).elementsEqual(" FROM stdin;".utf8) {
        // Rows that go through a partitioned table come in a block for each partition, all with the same first line.
        if let known = places[line] {
          place = known
        } else {
          places[line] = parts.count
          place = parts.count
          parts.append(Part(line: line))
        }
      } else if !Self.isFleeting(line) {
        parts.append(Part(line: line))
      }
    }
    lines = parts.flatMap { part in [part.line] + part.rows.sorted { $0.lexicographicallyPrecedes($1) } }
  }

  /// A line, and the rows that follow it.
  private struct Part {
    let line: [UInt8]
    var rows: [[UInt8]] = []
  }

  private static let endOfRows = Array("\\.".utf8)

  private static func isFleeting(_ line: [UInt8]) -> Bool {
    ["\\restrict ", "\\unrestrict ", "-- Dumped from database version ", "-- Dumped by pg_dump version "]
      .contains { line.starts(with: $0.utf8) }
  }

  /// Only how long it is: dumps are compared as wholes, and `difference` tells where they part.
  package var description: String { "a dump of \(lines.count) lines" }

  /// Whether some line is this one.
  package func contains(_ line: String) -> Bool { lines.contains(Array(line.utf8)) }

  /// The same without the order of lines: `pg_dump` writes the members of an operator family that have one number in the
  /// order in which the server finds them.
  package var withoutOrder: PostgresDump {
    PostgresDump(
      sorted: lines.map { line in
        let last = line.lastIndex { !Self.separators.contains($0) } ?? -1
        return Array(line.prefix(last + 1))
      }.sorted { $0.lexicographicallyPrecedes($1) })
  }

  private init(sorted lines: [[UInt8]]) { self.lines = lines }

  /// What stands behind a member of a list, according to its place there.
  private static let separators = Array(" ,;".utf8)

  /// The first lines in which they differ, for people; `nil` if they are equal.
  package func difference(from other: PostgresDump) -> String? {
    guard self != other else { return nil }
    let index = zip(lines, other.lines).enumerated().first { $0.element.0 != $0.element.1 }?.offset
    let start = max(0, (index ?? min(lines.count, other.lines.count)) - 3)
    let (mine, theirs) = (Self.excerpt(lines, from: start), Self.excerpt(other.lines, from: start))
    return "from line \(start + 1) on, of \(lines.count) and \(other.lines.count):\n\(mine)\ninstead of\n\(theirs)"
  }

  private static func excerpt(_ lines: [[UInt8]], from start: Int) -> String {
    lines.dropFirst(start).prefix(8).map { "  " + shown(Array($0.prefix(200))) }.joined(separator: "\n")
  }
}
