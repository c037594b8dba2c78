import PostgresKit
import Testing

@testable import CoffreSources

/// Sequences and large objects, which no snapshot of tables holds.
@Suite("Reading PostgreSQL's sequences")
struct SequenceReadingTests {
  @Test func `a sequence knows the column that owns it`() throws {
    let sequences = try PostgresSequence.all(on: RecordedServer(["sequences": RecordedCatalog.sequences]))
    #expect(sequences.map(\.name) == ["plain_id_seq", "t_id_seq", #"Seq "1""#, "cfg_id_seq"])
    let identity = PostgresSequence.Owner(schema: #"Odd "s""#, table: "t", column: "id", isIdentity: true)
    #expect(sequences[1].owner == identity)
    #expect(sequences[0].owner?.isIdentity == false)
    #expect(sequences[2].owner == nil && sequences[2].increment == -1)
    #expect(sequences.map(\.isLeftToExtension) == [false, false, false, true])
  }

  @Test(arguments: [13, 14, 15, 16, 17])
  func `before 18 values are read from the sequences themselves`(_ version: Int) throws {
    let server = RecordedServer(
      version: version * 10_000, ["sequence-values": "oid|last|is_called\n7|-9223372036854775808|t\n8|1|f"])
    let values = try SequenceValue.all(of: [.sequence(7, "Odd \"1\""), .sequence(8)], on: server)
    #expect(values.map(\.last) == [.min, 1] && values.map(\.isCalled) == [true, false])
    let command = try #require(server.commands.first)
    #expect(
      command.contains(
        #"SELECT 0 AS position, 7 AS oid, last_value, is_called FROM "public"."Odd ""1""" UNION ALL SELECT 1 AS"#))
    #expect(!command.contains("pg_get_sequence_data") && server.lists.isEmpty)
  }

  @Test func `since 18 a function tells them, and NULL is an error`() throws {
    let heading = "oid|last|is_called"
    let server = RecordedServer(version: 180_001, ["sequence-values": "\(heading)\n7|5|t"])
    #expect(try SequenceValue.all(of: [.sequence(7)], on: server).map(\.last) == [5])
    #expect(server.commands.first?.contains("pg_catalog.pg_get_sequence_data(w.oid::pg_catalog.regclass)") == true)
    #expect(server.lists == ["{7}"])
    let refused = RecordedServer(version: 180_001, ["sequence-values": "\(heading)\n7|∅|∅"])
    let error = try #require(throws: PostgresError.self) { try SequenceValue.all(of: [.sequence(7)], on: refused) }
    #expect(error.text == "the query 'sequence-values' brought NULL as 'last'")
  }

  @Test func `a value that is missing is an error`() {
    let server = RecordedServer(["sequence-values": "oid|last|is_called\n7|5|t"])
    #expect(throws: PostgresError.self) { try SequenceValue.all(of: [.sequence(7), .sequence(8)], on: server) }
  }

  @Test func `five hundred sequences are asked at a time`() throws {
    let sequences = (1...500).map { oid in PostgresSequence.sequence(UInt32(oid)) }
    let rows = (1...500).map { oid in "\(oid)|\(oid)|t" }.joined(separator: "\n")
    let server = RecordedServer(["sequence-values": "oid|last|is_called\n\(rows)"])
    #expect(try SequenceValue.all(of: sequences, on: server).count == 500)
    #expect(server.commands.count == 1)
    // The second batch has one sequence, to which the recorded answer does not fit.
    #expect(throws: PostgresError.self) { try SequenceValue.all(of: sequences + [.sequence(501)], on: server) }
    #expect(server.commands.count == 3)
  }

  @Test func `the command that restores a value survives odd names`() throws {
    let value = SequenceValue(sequence: .sequence(7, #"we're \ "odd""#), last: -2, isCalled: false)
    #expect(
      try value.command() == #"SELECT pg_catalog.setval( E'"public"."we''re \\ ""odd"""', -2, false);"#)
  }

  @Test func `unreadable large objects are told`() throws {
    let server = RecordedServer(["large-objects": "total|unreadable|examples\n2|1|{50001}"])
    let objects = try LargeObjects.read(on: server)
    #expect(objects == LargeObjects(count: 2, unreadableCount: 1, unreadable: [50001]))
  }
}
