import Testing

@testable import CoffreSources

@Suite("The script that restores without Coffre")
struct RestoreScriptTests {
  private func script(_ rows: RestoreScript.Rows..., change: (inout RestoreScript) -> Void = { _ in }) throws
    -> [String]
  {
    var script = RestoreScript(
      database: "shop", instant: "2026-11-21T10:00:00Z", encoding: "UTF8",
      locale: DatabaseLocale(
        provider: .system, collate: "C", characterType: "C", name: nil, rules: nil, version: nil), majorVersion: 14,
      commands: [#"ALTER DATABASE :"DBNAME" OWNER TO "shop";"#], rows: rows, hasLargeObjects: true, hasRows: true,
      hasSchema: true)
    change(&script)
    return try script.text().split(separator: "\n").map(String.init)
  }

  private func rows(_ table: String, columns: [String] = ["id"], path: String = "data/public/t.copy")
    -> RestoreScript.Rows
  {
    RestoreScript.Rows(schema: "public", table: table, columns: columns, path: path)
  }

  private func copies(_ lines: [String]) -> [String] { lines.filter { $0.hasPrefix(#"\copy"#) } }

  @Test
  func `it stops at the first error, before anything else is done`() throws {
    let lines = try script(rows("t"))
    let stop = try #require(lines.firstIndex(of: #"\set ON_ERROR_STOP on"#))
    let check = lines[..<stop].filter { !$0.hasPrefix("--") }
    #expect(
      check == [
        #"\if :{?coffre_looks}"#, #"\set coffre_shop_2026_11_21T10_00_00Z found"#, #"\quit"#, #"\endif"#,
        #"\set coffre_looks yes"#, #"\set ON_ERROR_STOP off"#, #"\i restore.sql"#,
      ])
  }

  @Test(arguments: [
    (14, DatabaseLocale.Provider.system, "--lc-collate=C --lc-ctype='it'\\''s'"),
    (15, .system, "--locale-provider=libc --lc-collate=C --lc-ctype='it'\\''s'"),
    (
      16, .icu,
      "--locale-provider=icu --lc-collate=C --lc-ctype='it'\\''s' --icu-locale=de-DE --icu-rules='&a < b'"
    ),
    (17, .builtin, "--locale-provider=builtin --lc-collate=C --lc-ctype='it'\\''s' --builtin-locale=de-DE"),
  ])
  func `it tells how to make a database with the same locale`(
    _ version: Int, _ provider: DatabaseLocale.Provider, _ options: String
  ) throws {
    let lines = try script {
      $0.majorVersion = version
      $0.locale = DatabaseLocale(
        provider: provider, collate: "C", characterType: "it's", name: provider == .system ? nil : "de-DE",
        rules: provider == .icu ? "&a < b" : nil, version: nil)
    }
    #expect(lines.contains("--   createdb --template=template0 --encoding=UTF8 \(options) NEW"))
  }

  @Test
  func `rows come between the tables and what needs all of them`() throws {
    let lines = try script(rows("t"))
    let order = [
      #"\i pre-data.sql"#, #"\copy "public"."t" ("id") FROM 'data/public/t.copy' WITH (ENCODING 'UTF8')"#,
      #"\i large-objects.sql"#, #"\i sequences.sql"#, #"\i post-data.sql"#,
      #"ALTER DATABASE :"DBNAME" OWNER TO "shop";"#,
    ]
    #expect(lines.filter { order.contains($0) } == order)
  }

  @Test
  func `names in the commands are read as UTF-8, whatever the dump's encoding`() throws {
    let lines = try script(rows("t")) { $0.encoding = "LATIN1" }
    let end = try #require(lines.lastIndex(of: #"\i post-data.sql"#))
    #expect(lines[end + 1] == "SET client_encoding = 'UTF8';")
    #expect(copies(lines).allSatisfy { $0.hasSuffix("WITH (ENCODING 'LATIN1')") })
  }

  @Test
  func `without structure, and without rows`() throws {
    let data = try script(rows("t")) { $0.hasSchema = false }
    #expect(!data.contains { $0.contains("pre-data") || $0.contains("post-data") })
    #expect(copies(data).count == 1)
    let structure = try script(rows("t")) { $0.hasRows = false }
    #expect(copies(structure).isEmpty)
    #expect(!structure.contains { $0.contains("sequences") || $0.contains("large-objects") })
  }

  @Test
  func `a table without columns is copied without a list`() throws {
    #expect(
      copies(try script(rows("t", columns: [])))
        == [#"\copy "public"."t" FROM 'data/public/t.copy' WITH (ENCODING 'UTF8')"#])
  }

  /// A quote that carries an accent is one character of Swift, and a quote for psql.
  @Test(arguments: ["it's", "it'\u{301}s"])
  func `quotes in file names are doubled`(_ name: String) throws {
    let line = try #require(copies(try script(rows("t", path: "data/public/\(name).copy"))).first)
    #expect(line.utf8.count { $0 == UInt8(ascii: "'") } == 6)
  }

  /// psql's own commands end with their line.
  @Test
  func `no name breaks a line of psql's own commands`() throws {
    let lines = try script(
      rows("a\nb", columns: ["x", "y"]), rows("t", columns: ["x\ny"], path: "data/public/u.copy"))
    #expect(
      copies(lines) == [
        #"\copy pg_temp.coffre_rows FROM 'data/public/t.copy' WITH (ENCODING 'UTF8')"#,
        #"\copy pg_temp.coffre_rows FROM 'data/public/u.copy' WITH (ENCODING 'UTF8')"#,
      ])
    let text = lines.joined(separator: "\n")
    #expect(
      text.contains(
        "CREATE TEMPORARY TABLE coffre_rows AS SELECT \"x\", \"y\" FROM \"public\".\"a\nb\" WITH NO DATA;"))
    #expect(
      text.contains(
        "INSERT INTO \"public\".\"a\nb\" (\"x\", \"y\") OVERRIDING SYSTEM VALUE SELECT * FROM pg_temp.coffre_rows;"))
    #expect(lines.count { $0 == "DROP TABLE pg_temp.coffre_rows;" } == 2)
  }

  @Test
  func `a database's name cannot leave its remark`() throws {
    let lines = try script { $0.database = "x\n\\! rm -rf /" }
    #expect(lines.first == #"-- Database x \! rm -rf /, as it was at 2026-11-21T10:00:00Z."#)
  }
}
