import CoffreCore
import Testing

@testable import CoffreSources

@Suite("Leaving out roles that are missing")
struct RoleFilterTests {
  private func filtered(_ texts: String...) -> [String?] {
    var filter = RoleFilter(existing: ["alice", "Bob"].map { Array($0.utf8) })
    return texts.map { text in filter.decide(on: SQLStatement(text)).statement.map { displayed($0.bytes) } }
  }

  @Test(arguments: [
    "ALTER TABLE public.t OWNER TO alice", #"ALTER FUNCTION f(a integer) OWNER TO "Bob""#,
    "GRANT SELECT ON TABLE t TO PUBLIC", "GRANT SELECT(a),UPDATE(b) ON TABLE t TO alice WITH GRANT OPTION",
    "REVOKE ALL ON SCHEMA public FROM alice", "CREATE POLICY p ON t FOR SELECT TO alice USING (true)",
    "CREATE POLICY p ON t USING ((owner = CURRENT_USER))", "CREATE USER MAPPING FOR PUBLIC SERVER s",
    "ALTER DEFAULT PRIVILEGES FOR ROLE alice IN SCHEMA s GRANT SELECT ON TABLES TO PUBLIC",
    "CREATE TABLE grantees (owner text, \"to\" text)", "SELECT 'OWNER TO nobody'",
  ])
  func `what names nobody else stays as it is`(_ text: String) {
    #expect(filtered(text) == [text])
  }

  @Test(arguments: [
    "ALTER TABLE public.t OWNER TO carol", "ALTER FUNCTION f(a integer) OWNER TO bob",
    "GRANT SELECT ON TABLE t TO carol", "REVOKE ALL ON TABLE t FROM carol",
    "CREATE POLICY p ON t TO carol USING (true)",
    "CREATE USER MAPPING FOR carol SERVER s OPTIONS (password 'x')", "ALTER ROLE carol IN DATABASE d SET a TO 'b'",
    "ALTER DEFAULT PRIVILEGES FOR ROLE carol GRANT SELECT ON TABLES TO alice",
    "ALTER DEFAULT PRIVILEGES FOR ROLE alice REVOKE ALL ON TABLES FROM carol",
    "GRANT a TO alice GRANTED BY carol",
  ])
  func `what makes no sense without them is left out`(_ text: String) {
    var filter = RoleFilter(existing: ["alice", "Bob", "a"].map { Array($0.utf8) })
    let decision = filter.decide(on: SQLStatement(text))
    #expect(decision.statement == nil)
    #expect(decision.missing.count == 1)
  }

  @Test func `of a list the others stay`() {
    #expect(
      filtered("CREATE POLICY p ON t TO carol, alice, dave USING (a > 1)", "REVOKE ALL ON t FROM PUBLIC, carol") == [
        "CREATE POLICY p ON t TO alice USING (a > 1)", "REVOKE ALL ON t FROM PUBLIC",
      ])
  }

  @Test func `what is granted in the name of a missing role is left out`() {
    let texts = filtered(
      "SET SESSION AUTHORIZATION carol", "GRANT SELECT ON t TO alice", "RESET SESSION AUTHORIZATION",
      "GRANT SELECT ON u TO alice", "SET SESSION AUTHORIZATION 'Bob'", "GRANT SELECT ON v TO alice",
      "RESET SESSION AUTHORIZATION")
    #expect(
      texts == [
        nil, nil, nil, "GRANT SELECT ON u TO alice", "SET SESSION AUTHORIZATION 'Bob'", "GRANT SELECT ON v TO alice",
        "RESET SESSION AUTHORIZATION",
      ])
  }

  @Test func `people are told what was left out, and nothing secret of it`() {
    var filter = ScriptFilter(roles: [], tablespaces: [Array("fast".utf8)], majorVersion: 15)
    #expect(filter.filtered(SQLStatement("SET transaction_timeout = 0")) == nil)
    #expect(filter.filtered(SQLStatement("SET statement_timeout = 0")) != nil)
    #expect(filter.filtered(SQLStatement("SET default_tablespace = fast"))?.title == "SET default_tablespace")
    let replaced = filter.filtered(SQLStatement("SET default_tablespace = slow"))
    #expect(replaced.map { displayed($0.bytes) } == "SET default_tablespace = ''")
    _ = filter.filtered(SQLStatement("CREATE USER MAPPING FOR carol SERVER s OPTIONS (password 'geheim')"))
    let notes = filter.notes
    #expect(notes.map(\.subject) == ["role carol", "tablespace slow"])
    #expect(
      notes[0].message.description == "it does not exist here; left out: CREATE USER MAPPING FOR carol SERVER s OPTIONS"
    )
  }

  @Test func `since 17 the newest setting is known`() {
    var filter = ScriptFilter(roles: [], tablespaces: [], majorVersion: 17)
    #expect(filter.filtered(SQLStatement("SET transaction_timeout = 0")) != nil)
  }

  @Test func `globals about what exists are left alone`() {
    let filter = GlobalsFilter(roles: [Array("old".utf8), Array("older".utf8)], tablespaces: [Array("t1".utf8)])
    let known = [
      "CREATE ROLE old", "ALTER ROLE old WITH LOGIN PASSWORD 'x'", "ALTER ROLE old SET a TO 'b'", "GRANT old TO older",
      "COMMENT ON ROLE old IS 'c'", "CREATE TABLESPACE t1 LOCATION '/x'", "GRANT CREATE ON TABLESPACE t1 TO new",
    ]
    for text in known { #expect(filter.existingSubject(of: SQLStatement(text)) != nil, "\(text)") }
    let new = ["CREATE ROLE new", "GRANT old TO new", "GRANT new TO old", "CREATE TABLESPACE t2 LOCATION '/y'"]
    for text in new { #expect(filter.existingSubject(of: SQLStatement(text)) == nil, "\(text)") }
    #expect(GlobalsFilter.undoing(SQLStatement(#"CREATE ROLE "New""#)).map { displayed($0) } == #"DROP ROLE "New""#)
    #expect(GlobalsFilter.undoing(SQLStatement("ALTER ROLE x WITH LOGIN")) == nil)
  }

  @Test(
    arguments: [
      (#"ALTER ROLE "New" WITH NOSUPERUSER LOGIN NOREPLICATION"#, "New"), ("ALTER ROLE a WITH LOGIN PASSWORD 'x'", nil),
      ("ALTER ROLE a WITH NOSUPERUSER NOLOGIN", nil), ("ALTER ROLE a SET search_path TO login", nil),
      (#"ALTER ROLE a IN DATABASE "with" SET x TO login"#, nil), ("CREATE ROLE a", nil),
    ] as [(String, String?)])
  func `who may log in without a password is known by its statement`(_ statement: String, _ role: String?) {
    #expect(GlobalsFilter.roleWithoutPassword(SQLStatement(statement)).map { displayed($0) } == role)
  }
}
