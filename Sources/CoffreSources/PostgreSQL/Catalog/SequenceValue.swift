package import PostgresKit

/// Where a sequence stands.
package struct SequenceValue: Sendable, Hashable {
  package let sequence: PostgresSequence
  package let last: Int64
  /// Whether `last` was given away, so that the next value is another.
  package let isCalled: Bool

  /// Puts a sequence of this name there; one line, without a newline.
  package func command() throws(PostgresError) -> String {
    let name = try quotedLiteral(quotedName(sequence.schema, sequence.name))
    return "SELECT pg_catalog.setval(\(name), \(last), \(isCalled));"  // not for people
  }
}

extension SequenceValue {
  /// As they are now, for no snapshot holds sequences still: asked when the snapshot stands, they are past all its rows.
  package static func all(
    of sequences: [PostgresSequence], on server: any PostgresQuerying
  ) throws(PostgresError) -> [SequenceValue] {
    var found: [SequenceValue] = []
    found.reserveCapacity(sequences.count)
    let limit = 500
    for start in stride(from: 0, to: sequences.count, by: limit) {
      let batch = Array(sequences[start..<min(start + limit, sequences.count)])
      let query = try Self.query(of: batch, version: server.majorVersion)
      let states = try query.read(on: server, as: State.init(_:))
      guard states.map(\.oid) == batch.map(\.oid) else {
        throw query.unexpected("told of \(states.count) sequences instead of \(batch.count)")  // not for people
      }
      for (sequence, state) in zip(batch, states) {
        found.append(SequenceValue(sequence: sequence, last: state.last, isCalled: state.isCalled))
      }
    }
    return found
  }

  static func query(of sequences: [PostgresSequence], version: Int) throws(PostgresError) -> CatalogQuery {
    let source = try version < 18 ? union(of: sequences) : functionCalls
    return CatalogQuery(
      "sequence-values", [("oid", "v.oid"), ("last", "v.last_value"), ("is_called", "v.is_called")],
      from: #"(\#(source)) v ORDER BY v.position"#,
      values: version < 18 ? [] : [arrayText(of: sequences.map(\.oid))])
  }

  /// NULL, which is no value, where the right is missing or the sequence is gone.
  private static let functionCalls = #"""
    SELECT w.position, w.oid, d.last_value, d.is_called
    FROM pg_catalog.unnest($1::pg_catalog.oid[]) WITH ORDINALITY AS w(oid, position)
    CROSS JOIN LATERAL pg_catalog.pg_get_sequence_data(w.oid::pg_catalog.regclass) AS d
    """#

  /// Before 18 the value stands in the sequence alone, as in a table.
  private static func union(of sequences: [PostgresSequence]) throws(PostgresError) -> String {
    var parts: [String] = []
    for (position, sequence) in sequences.enumerated() {
      let name = try quotedName(sequence.schema, sequence.name)
      parts.append(
        #"SELECT \#(position) AS position, \#(sequence.oid) AS oid, last_value, is_called FROM \#(name)"#)
    }
    return parts.joined(separator: #" UNION ALL "#)
  }
}

/// What a server answers about one sequence.
private struct State {
  let oid: UInt32
  let last: Int64
  let isCalled: Bool

  init(_ row: CatalogRow) throws(PostgresError) {
    oid = try row.number("oid")
    last = try row.number("last")
    isCalled = try row.flag("is_called")
  }
}
