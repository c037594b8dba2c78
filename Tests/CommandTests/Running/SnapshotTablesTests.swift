import CoffreCore
import CoffreRepository
import CoffreTestKit
import Testing

/// `snapshot tables`, `rows` and `diff` of databases, as people run them.
@Suite("Looking at databases")
struct SnapshotTablesTests {
  private typealias Table = StoredDatabase.Table

  private let workshop: Workshop

  init() throws {
    workshop = try Workshop()
    var database = StoredDatabase([
      Table("orders", rows: ["1\tone", "2\t" + #"two\nlines"#, "3\t" + #"\N"#]), Table("same", rows: ["1\ta"]),
      Table("gone", rows: ["1\ta"]),
    ])
    let repository = try workshop.openRepository()
    try repository.backUp(database.session, time: 1_700_000_100)
    database.tables[0].parts = [["1\tone", "2\tchanged", "4\tfour", "5\tfive"]]
    database.tables[2] = Table("new", rows: [])
    try repository.backUp(database.session, time: 1_700_000_200)
  }

  @Test func `tables are listed with what changed since the parent`() throws {
    let outcome = try workshop.coffre(["snapshot", "tables", "latest", "-q"])
    #expect(outcome.isSuccess, "\(outcome)")
    let lines = outcome.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(lines.first == ["DATABASE", "TABLE", "ROWS", "SIZE", "CHANGE"])
    #expect(lines.map { $0[1] } == ["TABLE", "public.gone", "public.new", "public.orders", "public.same"])
    #expect(lines[1].last == "gone" && lines[2].suffix(2) == ["new", "table"])
    #expect(lines[4].suffix(2) == ["no", "change"])
    #expect(lines[3].suffix(2) == ["+1", "row"], "\(outcome)")
    let report = try workshop.coffreJSON(["snapshot", "tables", "latest"])
    let orders = report.lines(of: "table").first { $0["name"]?.text == "orders" }
    #expect(orders?["rows"]?.int == 4 && orders?["change"]?.text == "changed" && orders?["rowDelta"]?.int == 1)
    #expect(report.lines(of: "backup").count == 1)
  }

  @Test func `a snapshot without parent says nothing of changes`() throws {
    let first = try #require(try workshop.openRepository().soundSnapshots().first)
    let outcome = try workshop.coffre(["snapshot", "tables", first.id.short, "-q"])
    #expect(outcome.isSuccess && !outcome.output.contains("CHANGE") && !outcome.output.contains("new"), "\(outcome)")
  }

  @Test func `rows are printed as table, csv and json`() throws {
    let first = try #require(try workshop.openRepository().soundSnapshots().first).id.short
    func rows(_ arguments: String...) throws -> String {
      let outcome = try workshop.coffre(["snapshot", "rows", first, "public.orders"] + arguments)
      #expect(outcome.isSuccess, "\(outcome)")
      return outcome.output
    }
    #expect(try rows() == "id  text\n1   one\n2   two\\x0alines\n3   NULL\n")
    #expect(try rows("--format", "csv") == "id,text\r\n1,one\r\n2,\"two\nlines\"\r\n3,\r\n")
    #expect(
      try rows("--format", "json", "--limit", "2")
        == #"{"id":"1","text":"one"}"# + "\n" + #"{"id":"2","text":"two\nlines"}"# + "\n")
    #expect(try rows("--where", "id=3", "--columns", "text", "--format", "csv") == "text\r\n\r\n")
    #expect(try rows("--where", "id=77") == "id  text\n")
    let report = try workshop.coffreJSON(["snapshot", "rows", first, "orders", "--where", #"text=\N"#])
    #expect(report.lines(of: "row").map { $0["values"]?["id"]?.text } == ["3"])
  }

  @Test func `a table that is not there is named`() throws {
    let outcome = try workshop.coffre(["snapshot", "rows", "latest", "nothing"])
    #expect(outcome.status == 2 && outcome.errors.contains("has no rows of a table 'nothing'"), "\(outcome)")
    let several = try workshop.coffre(["snapshot", "rows", "latest", "*"])
    #expect(several.status == 2 && several.errors.contains("'*' means 3 tables"), "\(several)")
  }

  @Test func `two backups are compared by tables, and by rows`() throws {
    let ids = try workshop.openRepository().soundSnapshots().map(\.id.short)
    let tables = try workshop.coffre(["snapshot", "diff"] + ids)
    #expect(tables.isSuccess, "\(tables)")
    #expect(
      tables.output == """
        -    shop.public.gone  (gone)
        +    shop.public.new  (new table)
        M    shop.public.orders  (+1 row)

        """)
    let rows = try workshop.coffreJSON(["snapshot", "diff", "--rows"] + ids)
    #expect(rows.status == 0, "\(rows)")
    let changes = rows.lines(of: "row-change").map { "\($0["change"]?.text ?? "") \($0["key"]?["id"]?.text ?? "")" }
    #expect(changes == ["changed 2", "removed 3", "added 4", "added 5"])
    let statistics = try #require(rows.lines(of: "statistics").first)
    #expect(statistics["tables"]?["changed"]?.int == 1 && statistics["rows"]?["added"]?.int == 2)
    let files = try workshop.coffre(["snapshot", "diff", "--files"] + ids)
    #expect(files.output.contains("/@postgresql/db.example.org-5432/shop/data/public/new.copy"), "\(files)")
    let same = try workshop.coffre(["snapshot", "diff", ids[0], ids[0]])
    #expect(same.output == "no table differs\n", "\(same)")
  }

  @Test func `files have no tables and no rows`() throws {
    try workshop.make(["tree/a"])
    try workshop.coffre(["backup", "tree", "-q"]) { $0.directory = workshop.path }
    let newest = try #require(try workshop.openRepository().soundSnapshots().last).id.short
    let tables = try workshop.coffre(["snapshot", "tables", newest])
    #expect(tables.status == 1 && tables.errors.contains("holds no backup of a database"), "\(tables)")
    let rows = try workshop.coffre(["snapshot", "diff", "--rows", newest, newest])
    #expect(rows.status == 2 && rows.errors.contains("--rows is for two backups of databases"), "\(rows)")
    let latest = try workshop.coffre(["snapshot", "tables", "latest", "-q"])
    #expect(latest.isSuccess && latest.output.contains("orders"), "the newest of a database counts: \(latest)")
  }
}
