import CoffreCore
import PostgresKit
import Testing

@testable import CoffreSources

/// What holds for the server and its databases, from recorded answers.
@Suite("Reading what a PostgreSQL server is")
struct ServerReadingTests {
  // MARK: Facts

  @Test func `a superuser has rights too many`() throws {
    let server = RecordedServer(["server": RecordedCatalog.server, "system-identifier": "identifier\n77106890360565"])
    let facts = try ServerFacts.read(on: server)
    #expect(facts.rights.tooMany == ["SUPERUSER", "CREATEROLE", "REPLICATION"])
    #expect(facts.versionText == "15.18 (Debian 15.18-0+deb12u1)" && facts.encoding == "UTF8")
    #expect(facts.freeConnections == 96 && facts.lockSlots == 6400 && facts.blockSizeInBytes == 8192)
    #expect(facts.snapshotLimit == nil && facts.systemIdentifier == "77106890360565" && !facts.isInRecovery)
  }

  @Test func `a lean role is not asked for more than it may know`() throws {
    let server = RecordedServer(["server": RecordedCatalog.serverForLeanRole])
    let facts = try ServerFacts.read(on: server)
    #expect(server.commands.count == 1 && facts.systemIdentifier == nil)
    #expect(facts.rights.tooMany.isEmpty && facts.isInRecovery && facts.snapshotLimit == "1h")
    #expect(facts.lockSlots == 64 * 110)
    #expect(facts.freeConnections == 1, "the database allows 7, of which 6 are in use")
  }

  @Test(arguments: [("|20|9|4|7|6|", "|99|-1|4|-1|6|", 0), ("|20|9|4|7|6|", "|20|-1|4|-1|6|", 75)])
  func `free connections are never negative, and unlimited ones the server's`(
    _ old: String, _ new: String, _ free: Int
  ) throws {
    let answer = RecordedCatalog.serverForLeanRole.replacing(old, with: new)
    #expect(try ServerFacts.read(on: RecordedServer(["server": answer])).freeConnections == free)
  }

  @Test func `no row is an error`() throws {
    let heading = try #require(RecordedCatalog.server.split(separator: "\n").first)
    let error = try #require(throws: PostgresError.self) {
      try ServerFacts.read(on: RecordedServer(["server": String(heading)]))
    }
    #expect(error.text == "the query 'server' brought 0 rows instead of one")
  }

  @Test func `an instant is exact to the microsecond`() throws {
    let heading = "taken_at|snapshot|wal_position|replayed_until"
    let primary = RecordedServer(["instant": "\(heading)\n1795285680326068|805:805:|0/289C6C0|∅"])
    let instant = try PostgresInstant.read(on: primary)
    #expect(instant.takenAt == Timestamp(seconds: 1_795_285_680, nanoseconds: 326_068_000))
    #expect(instant.snapshot == "805:805:" && instant.position == "0/289C6C0" && instant.replayedUntil == nil)
    let standby = RecordedServer(["instant": "\(heading)\n1|1:1:|∅|-1"])
    let replayed = try PostgresInstant.read(on: standby)
    #expect(replayed.replayedUntil == Timestamp(seconds: -1, nanoseconds: 999_999_000) && replayed.position == nil)
  }

  // MARK: Databases

  @Test func `databases that cannot be read are told with the reason`() throws {
    let found = try PostgresDatabase.all(on: RecordedServer(["databases": RecordedCatalog.databases]))
    #expect(found.readable.map(\.name) == [#"Odd "db" \é"#, "icu", "postgres", "template1"])
    #expect(found.readable.filter(\.isServersOwn).map(\.name) == ["postgres", "template1"])
    #expect(
      found.missing == [
        PostgresMissing(
          "database closed", "it allows no connections: see ALTER DATABASE … ALLOW_CONNECTIONS, or leave it out"),
        PostgresMissing("database forbidden", "the role may not connect to it: grant CONNECT on it to the role"),
        PostgresMissing("database invalid", "the server could not finish dropping it: run DROP DATABASE again"),
      ])
  }

  @Test func `a database keeps what stands outside of it`() throws {
    let found = try PostgresDatabase.all(on: RecordedServer(["databases": RecordedCatalog.databases])).readable
    let odd = try #require(found.first)
    #expect(odd.owner == "odd role" && odd.encoding == "LATIN1" && odd.connectionLimit == 7 && odd.rights == nil)
    #expect(odd.locale.provider == .system && odd.locale.collate == "C" && odd.locale.name == nil)
    let icu = found[1]
    #expect(icu.locale.provider == .icu && icu.locale.name == "fr-FR" && icu.locale.version == "153.120")
    #expect(icu.comment == "a comment" && icu.rights == "{=T/coffre,coffre=CTc/coffre,lean=c*/coffre}")
    #expect(found[3].isTemplate && found[3].tablespace == "pg_default")
  }

  @Test func `settings become clauses, lists word by word`() throws {
    let settings = try DatabaseSetting.all(on: RecordedServer(["database-settings": RecordedCatalog.settings]))
    #expect(settings.map(\.database) == ["icu", "icu", "icu", nil])
    #expect(settings.map(\.role) == ["lean", nil, nil, nil])
    let clauses = try settings.map { setting in try setting.clause() }
    #expect(
      clauses == [
        #"SET "work_mem" TO '4MB'"#, #"SET "search_path" TO 'a, b', 'public', 'q"q'"#,
        #"SET "odd.setting" TO  E'it''s = \\ this'"#, #"SET "statement_timeout" TO '1h'"#,
      ])
  }

  @Test(arguments: [("\"\"", "''"), ("", "''"), ("a", "'a'"), ("\"$user\", public", "'$user', 'public'")])
  func `a list of names`(_ value: String, _ words: String) throws {
    let setting = DatabaseSetting(database: "d", role: nil, name: "search_path", value: value)
    #expect(try setting.clause() == "SET \"search_path\" TO \(words)")
  }

  @Test(arguments: ["t|icu|t|∅|a=b", "t|∅|f|∅|a=b", "t|icu|f|∅|a", "t|icu|f|∅|=b"])
  func `a setting of nobody, or without a name, is an error`(_ row: String) throws {
    let heading = try #require(RecordedCatalog.settings.split(separator: "\n").first)
    let server = RecordedServer(["database-settings": "\(heading)\n\(row)"])
    #expect(throws: PostgresError.self) { try DatabaseSetting.all(on: server) }
  }

  @Test func `rights on databases come one by one`() throws {
    let grants = try DatabaseGrant.all(on: RecordedServer(["database-grants": RecordedCatalog.grants]))
    #expect(
      grants == [
        DatabaseGrant(database: "icu", right: "CONNECT", grantee: "lean", grantor: "coffre", mayGrant: true),
        DatabaseGrant(database: "icu", right: "TEMPORARY", grantee: nil, grantor: "coffre", mayGrant: false),
      ])
    let label = RecordedServer(["database-labels": "database|provider|label\nshop|selinux|x"])
    #expect(try DatabaseLabel.all(on: label) == [DatabaseLabel(database: "shop", provider: "selinux", label: "x")])
  }
}
