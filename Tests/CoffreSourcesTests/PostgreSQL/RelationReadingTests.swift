import PostgresKit
import Testing

@testable import CoffreSources

/// Relations, columns and keys, from recorded answers.
@Suite("Reading PostgreSQL's relations")
struct RelationReadingTests {
  private func relations(_ answer: String = RecordedCatalog.relations) throws -> [PostgresRelation] {
    try PostgresRelation.all(on: RecordedServer(["relations": answer]))
  }

  private func relation(_ name: String) throws -> PostgresRelation {
    try #require(try relations().first { relation in relation.name == name })
  }

  // MARK: Relations

  @Test func `rows are taken of ordinary tables and of those an extension marked`() throws {
    let names = try relations().filter(\.holdsRows).map(\.name)
    #expect(
      names == [
        "plain", "bare", #"we're \ "odd""#, "parts_1_0", "moods_0_0", "mother", "child", "quick", "cfg",
      ])
    #expect(try relations().filter(\.isLeftToExtension).map(\.name) == ["unmarked"])
    #expect(try relation("cfg").configuration == "WHERE id > 1")
  }

  @Test func `a relation is read with all its facts`() throws {
    let child = try relation("child")
    #expect(child.oid == 16590 && child.parents == [16587] && !child.isPartition)
    #expect(child.kind == .table && child.persistence == .permanent && child.accessMethod == "heap")
    #expect(try relation("quick").persistence == .unlogged)
    #expect(try relation("unmarked").estimatedRows == 1)
    #expect(try relation("mv_empty").isPopulated == false)
    #expect(try relation(#"we're \ "odd""#).quotedName() == #""public"."we're \ ""odd""""#)
  }

  @Test(arguments: ["-1", "∅"])
  func `a table that was never looked at has no estimate`(_ value: String) throws {
    let changed = RecordedCatalog.relations.replacing("|heap|t|f|1|", with: "|heap|t|f|\(value)|")
    let table = try relations(changed).first { relation in relation.name == "unmarked" }
    #expect(table != nil && table?.estimatedRows == nil)
  }

  @Test func `a table dropped since the snapshot is told`() throws {
    let gone = RecordedCatalog.relations.replacing("|{16587}|heap|t|f|∅|∅|∅|t|t", with: "|{16587}|heap|t|f|∅|∅|∅|t|∅")
    #expect(try relations(gone).filter(\.wasDropped).map(\.name) == ["child"])
  }

  @Test(arguments: [
    ("16526|public|plain|r|p|", "16526|∅|plain|r|p|", "NULL as 'schema'"),
    ("16526|public|plain|r|p|", "16526|public|pl\u{FFFD}in|r|p|", "'pl\u{FFFD}in' as 'name'"),
    ("16526|public|plain|r|p|", "x|public|plain|r|p|", "'x' as 'oid'"),
    ("16526|public|plain|r|p|", "16526|public|plain|x|p|", "'x' as 'kind'"),
    ("|{16587}|", "|{16587,NULL}|", "'{16587,NULL}' as 'parents'"),
    ("|{16587}|", "|∅|", "NULL as 'parents'"),
    ("|quick|r|u|f|", "|quick|r|u|no|", "'no' as 'is_partition'"),
  ])
  func `a malformed value is an error that names the query`(_ old: String, _ new: String, _ told: String) throws {
    let answer = RecordedCatalog.relations.replacing(old, with: new)
    let error = try #require(throws: PostgresError.self) { try relations(answer) }
    #expect(error.reason == .unexpected)
    #expect(error.text == "the query 'relations' brought \(told)")
  }

  @Test func `a refused question is no empty list`() {
    #expect(throws: PostgresError.self) { try PostgresRelation.all(on: RecordedServer([:])) }
  }

  // MARK: Parts

  @Test func `parts know their root, and which are loaded through it`() throws {
    let server = RecordedServer(["unsteady-partitions": "oid\n16575"])
    let tree = try RelationTree(try relations(), on: server)
    let part = try relation("parts_1_0")
    let child = try relation("child")
    let mood = try relation("moods_0_0")
    let moods = try relation("moods")
    #expect(tree.root(of: part).name == "parts")
    #expect(tree.root(of: child).name == "child", "an heir is no part")
    #expect(tree.root(of: mood) == moods)
    #expect(tree.isLoadedThroughRoot(mood))
    #expect(!tree.isLoadedThroughRoot(part))
    #expect(!tree.isLoadedThroughRoot(moods), "it has no rows of its own")
  }

  // MARK: Columns and keys

  @Test func `columns come by table, generated ones are not copied`() throws {
    let tables = [UInt32(16526), 16535, 16538, 16548].map { oid in PostgresRelation.table(oid) }
    let columns = try PostgresColumn.all(of: tables, on: RecordedServer(["columns": RecordedCatalog.columns]))
    #expect(columns[16526]?.filter(\.isCopied).map(\.name) == ["id", "t"])
    #expect(columns[16538]?.map(\.name) == ["A b", "é"])
    #expect(columns[16535] == nil, "a table without columns")
    let last = try #require(columns[16548]?.last)
    #expect(last.number == 3 && last.type == "character varying(20)" && last.isRequired)
    #expect(columns[16548]?.first?.identity == .byDefault)
  }

  @Test func `thousands of tables take few questions`() throws {
    let server = RecordedServer(["columns": "relation|number|name|type|is_required|identity|generation"])
    let tables = (1...4500).map { oid in PostgresRelation.table(UInt32(oid)) }
    #expect(try PostgresColumn.all(of: tables, on: server).isEmpty)
    #expect(server.commands.count == 3)
    #expect(server.lists.first?.hasPrefix("{1,2,3,") == true)
    #expect(server.lists.last?.hasSuffix(",4499,4500}") == true)
  }

  @Test func `columns of a table that was not asked for are an error`() {
    let server = RecordedServer(["columns": RecordedCatalog.columns])
    #expect(throws: PostgresError.self) { try PostgresColumn.all(of: [.table(16526)], on: server) }
  }

  @Test func `each table has its best key`() throws {
    let tables = [UInt32(16526), 16538, 16548].map { oid in PostgresRelation.table(oid) }
    let keys = try PostgresKey.all(of: tables, on: RecordedServer(["keys": RecordedCatalog.keys]))
    #expect(keys[16526]?.isPrimary == true && keys[16526]?.columns == [1])
    #expect(keys[16548]?.isPrimary == false && keys[16548]?.columns == [2, 3])
  }

  @Test(arguments: ["16526|again|f|{2}", "16540|empty|t|{}"])
  func `two keys or an empty one are an error`(_ row: String) {
    let server = RecordedServer(["keys": "\(RecordedCatalog.keys)\n\(row)"])
    #expect(throws: PostgresError.self) { try PostgresKey.all(of: [.table(16526)], on: server) }
  }

  // MARK: Storage

  @Test func `a table that was truncated since the snapshot is told`() throws {
    let server = RecordedServer(["storage": "oid|blocks|bytes|was_rewritten\n8|1|16384|f\n7|0|0|t"])
    let storages = try RelationStorage.all(of: [.table(8), .table(7)], on: server)
    #expect(storages.map(\.wasRewritten) == [false, true])
    #expect(storages.first?.blocks == 1 && storages.first?.sizeInBytes == 16384)
  }

  @Test func `a table that the server says nothing of is an error`() {
    let server = RecordedServer(["storage": "oid|blocks|bytes|was_rewritten\n8|1|16384|f"])
    #expect(throws: PostgresError.self) { try RelationStorage.all(of: [.table(8), .table(7)], on: server) }
  }
}
