import CoffreCore
import PostgresKit
import Testing

@testable import CoffreSources

/// What a role may not read is told before a backup takes the rest.
@Suite("Rights missing in PostgreSQL")
struct MissingRightsTests {
  private let none = LargeObjects(count: 0, unreadableCount: 0, unreadable: [])

  private func facts(_ server: String) throws -> ServerFacts {
    try ServerFacts.read(on: RecordedServer(["server": server, "system-identifier": "identifier\n1"]))
  }

  @Test func `each object comes with what to do`() throws {
    let server = RecordedServer([
      "relations": RecordedCatalog.relationsOfLeanRole, "sequences": RecordedCatalog.sequences,
      "hidden-user-mappings": "server|user\nsrv|public", "subscriptions": "total\n1",
    ])
    let objects = LargeObjects(count: 9, unreadableCount: 2, unreadable: [50001, 50002])
    let missing = try MissingRights.find(
      relations: PostgresRelation.all(on: server), sequences: PostgresSequence.all(on: server), largeObjects: objects,
      facts: facts(RecordedCatalog.serverForLeanRole), withDefinitions: true, on: server)
    let told = missing.map { one in "\(one.object): \(one.reason)" }
    #expect(
      told == [
        "table public.bare: the role 'lean' may not read it: grant SELECT on it, or pg_read_all_data",
        "table Odd \"s\".t: the role 'lean' may not use the schema 'Odd \"s\"': grant USAGE on it, or "
          + "pg_read_all_data",
        "table public.quick: it is unlogged, and this server is a standby, which does not have its content: "
          + "use the primary",
        "table public.guarded: row security hides rows of it from the role 'lean': use a role with BYPASSRLS",
        "sequence public.plain_id_seq: the role 'lean' may not read it: grant SELECT on it, or pg_read_all_data",
        "sequence Odd \"s\".t_id_seq: the role 'lean' may not use the schema 'Odd \"s\"': grant USAGE on it, or "
          + "pg_read_all_data",
        "large objects 50001, 50002: the role 'lean' may not read 2 large objects: grant SELECT on them, or use a "
          + "superuser",
        "user mapping srv public: its options can be read by a superuser, the user's own role or the server's owner "
          + "only",
        "subscriptions: the definition of 1 subscription can be read by a superuser only",
      ])
  }

  @Test func `a superuser misses nothing, and is not asked for subscriptions`() throws {
    let server = RecordedServer(["relations": RecordedCatalog.relations, "hidden-user-mappings": "server|user"])
    let missing = try MissingRights.find(
      relations: PostgresRelation.all(on: server), sequences: [], largeObjects: none,
      facts: facts(RecordedCatalog.server), withDefinitions: true, on: server)
    #expect(missing.isEmpty)
  }

  @Test func `passwords of roles are told apart`() throws {
    #expect(MissingRights.findInGlobals(try facts(RecordedCatalog.server)).isEmpty)
    let missing = MissingRights.findInGlobals(try facts(RecordedCatalog.serverForLeanRole))
    #expect(missing.map(\.object) == ["role passwords"])
    #expect(
      missing.first?.reason == "the role 'lean' may not read pg_authid: restored roles need new passwords")
  }
}
