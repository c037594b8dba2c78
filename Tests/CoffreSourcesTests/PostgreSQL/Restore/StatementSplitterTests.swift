import CoffreCore
import Testing

@testable import CoffreSources

@Suite("Cutting scripts into statements")
struct StatementSplitterTests {
  /// The statements of a text that comes in pieces of some size; psql's own commands in angle brackets.
  private func split(_ text: String, piece: Int = .max) -> [String] {
    var splitter = StatementSplitter()
    var found: [String] = []
    func take() {
      while let item = splitter.next() {
        switch item {
        case .statement(let statement): found.append(displayed(statement.bytes))
        case .command(let line): found.append("<\(displayed(line))>")
        }
      }
    }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let next = Array(rest.prefix(piece))
      splitter.feed(next.span)
      take()
      rest = rest.dropFirst(next.count)
    }
    splitter.end()
    take()
    return found
  }

  @Test(arguments: [
    ("SELECT 1; SELECT 2;", ["SELECT 1", "SELECT 2"]),
    ("SELECT ';' ; SELECT 'it''s; ' ;", ["SELECT ';' ", "SELECT 'it''s; ' "]),
    (#"SELECT E'\';' ; SELECT '\' ; x"#, [#"SELECT E'\';' "#, #"SELECT '\' "#, "x"]),
    (#"SELECT "a;""b" ; y;"#, [#"SELECT "a;""b" "#, "y"]),
    ("-- a; b\nSELECT 1 -- c; d\n;", ["SELECT 1 -- c; d\n"]),
    ("/* a; /* b; */ c; */ SELECT 1;", ["SELECT 1"]),
    ("SELECT $$a;b$$, $x$ ; $$ ; $x$; z;", ["SELECT $$a;b$$, $x$ ; $$ ; $x$", "z"]),
    ("SELECT a$b;c$d FROM t;", ["SELECT a$b", "c$d FROM t"]),
    ("PREPARE p AS SELECT $1; SELECT $2;", ["PREPARE p AS SELECT $1", "SELECT $2"]),
    (
      "CREATE RULE r AS ON INSERT TO t DO (DELETE FROM a; DELETE FROM b); c;",
      [
        "CREATE RULE r AS ON INSERT TO t DO (DELETE FROM a; DELETE FROM b)", "c",
      ]
    ),
    (";;  ; a;", ["a"]), ("", []), ("  -- nothing\n", []),
    (#"SELECT 1 AS "é;è"; b;"#, [#"SELECT 1 AS "é;è""#, "b"]),
  ])
  func `semicolons inside of something end nothing`(_ text: String, _ statements: [String]) {
    #expect(split(text) == statements)
  }

  @Test(arguments: [
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 END; END",
    "CREATE OR REPLACE PROCEDURE p() LANGUAGE sql BEGIN ATOMIC INSERT INTO t VALUES (1); END",
  ])
  func `the body of a routine is a part of it`(_ routine: String) {
    #expect(split(routine + "; SELECT 2;") == [routine, "SELECT 2"])
  }

  @Test func `a transaction is no body`() {
    #expect(split("BEGIN; SELECT 1; COMMIT;") == ["BEGIN", "SELECT 1", "COMMIT"])
  }

  @Test func `lines of psql are told apart, and backslashes within statements are not`() {
    #expect(
      split("\\restrict abc\nSELECT E'\\\\x';\n\\unrestrict abc\n") == [
        "<\\restrict abc>", "SELECT E'\\\\x'", "<\\unrestrict abc>",
      ])
  }

  @Test func `where constants have no standard form, backslashes escape in all of them`() {
    let text = #"SET standard_conforming_strings = off; SELECT '\';'; SELECT 2;"#
    #expect(split(text) == ["SET standard_conforming_strings = off", #"SELECT '\';'"#, "SELECT 2"])
  }

  @Test(arguments: [1, 2, 3, 7, 64])
  func `it does not matter in which pieces the text comes`(_ size: Int) {
    let text = #"""
      \restrict k
      -- c
      CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $body$ SELECT 'a;b'; $body$;
      /* x */ COMMENT ON TABLE "o;dd" IS 'it''s /* not */ -- one; two';
      CREATE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT 1; END;
      SELECT E'\\', $q$;$$;$q$;
      """#
    let whole = split(text)
    #expect(whole.count == 5)
    #expect(split(text, piece: size) == whole)
  }

  @Test func `a name is read as the catalogs have it`() {
    let statement = SQLStatement(#"ALTER TABLE ONLY Public."Odd ""t""" OWNER TO bob"#)
    #expect(statement.qualifiedName(at: 3).names == [Array("public".utf8), Array(#"Odd "t""#.utf8)])
    #expect(statement.title == #"ALTER TABLE ONLY Public."Odd ""t""" OWNER TO"#)
    #expect(
      SQLStatement("CREATE USER MAPPING FOR x OPTIONS (password 'secret')").title == "CREATE USER MAPPING FOR x OPTIONS"
    )
  }
}
