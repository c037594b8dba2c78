import CoffreCore
import PostgresKit
import Testing

@testable import CoffreSources

@Suite("Deciding what a restore of PostgreSQL may do")
struct RestoreGoalTests {
  private let database = DatabaseManifest.Database(
    name: "shop", path: "shop",
    tables: ["orders", "items"].map { name in
      DatabaseManifest.Table(
        name: DatabaseManifest.TableName(schema: "public", name: name), path: "shop/data/public/\(name).copy")
    })

  private func settings(_ change: (inout DatabaseRestoreSettings) -> Void = { _ in }) -> DatabaseRestoreSettings {
    var settings = DatabaseRestoreSettings(
      location: DatabaseLocation(kind: .postgresql), connectionCount: 2,
      now: Timestamp(seconds: 1_795_269_909, nanoseconds: 0))
    change(&settings)
    return settings
  }

  private func goal(_ settings: DatabaseRestoreSettings, exists: Bool) throws -> RestoreGoal {
    let chosen = try settings.tables.isEmpty ? [] : TableChoice(settings.tables).tables(of: database)
    return try RestoreGoal(database, settings, chosen) { _ throws(SourceError) in exists }
  }

  @Test func `without a name the database gets a new one that says when`() throws {
    let goal = try self.goal(settings(), exists: false)
    #expect(goal.name == "shop_restored_20261121" && goal.way == .new && !goal.replaces)
  }

  @Test func `what exists is refused`() {
    let error = #expect(throws: SourceError.self) { try goal(settings { $0.target = "shop" }, exists: true) }
    #expect(error?.reason == .exists && error?.cause == "the database exists")
    #expect(error?.explanation.advice?.description.contains("--confirm shop") == true)
    #expect(throws: SourceError.self) {
      try goal(settings { ($0.target, $0.confirmed, $0.safety) = ("shop", "Shop", { _, _ in }) }, exists: true)
    }
  }

  @Test func `what exists is replaced if its name is typed and it can be backed up first`() throws {
    #expect(throws: SourceError.self) {
      try self.goal(settings { ($0.target, $0.confirmed) = ("shop", "shop") }, exists: true)
    }
    let goal = try self.goal(
      settings { ($0.target, $0.confirmed, $0.safety) = ("shop", "shop", { _, _ in }) }, exists: true)
    #expect(goal.way == .replace && goal.replaces)
  }

  @Test func `a table is added to what exists without a word, as nothing is replaced`() throws {
    let wish = DatabaseRestoreSettings.TableWish("public.orders=orders_old")
    let goal = try self.goal(
      settings {
        $0.target = "shop"
        $0.tables = [wish]
      }, exists: true)
    #expect(goal.way == .tables && !goal.replaces)
    #expect(goal.chosen.map(\.name) == ["orders_old"] && goal.chosen.map(\.schema) == ["public"])
  }

  @Test func `rows alone change a database, which is said`() {
    let error = #expect(throws: SourceError.self) {
      try goal(settings { ($0.target, $0.content) = ("shop", .dataOnly) }, exists: true)
    }
    #expect(error?.cause == "the database exists and would be changed")
  }

  @Test func `rows alone need a database that has the tables`() {
    #expect(throws: SourceError.self) {
      try goal(settings { ($0.target, $0.content) = ("shop", .dataOnly) }, exists: false)
    }
  }

  @Test(arguments: ["public.none", "public.*=one", "public.orders=a.b.c", "public.orders="])
  func `wishes that cannot be met are refused`(_ wish: String) {
    #expect(throws: (any Error).self) {
      try TableChoice([DatabaseRestoreSettings.TableWish(wish)]).tables(of: database)
    }
  }

  @Test func `a new name may have a schema, and a dot`() throws {
    let chosen = try TableChoice([DatabaseRestoreSettings.TableWish(#"public.orders=old.orders\.1"#)]).tables(
      of: database)
    #expect(chosen.map(\.schema) == ["old"] && chosen.map(\.name) == ["orders.1"])
  }

  @Test func `names that are made are never longer than the server keeps`() {
    let long = String(repeating: "é", count: 40)
    for name in [RestoreNames.aside(long), RestoreNames.before(long, at: settings().now)] {
      #expect(name.utf8.count <= 63 && name.hasPrefix("éé") && !name.contains("\u{FFFD}"))
    }
    #expect(RestoreNames.before("shop", at: settings().now) == "shop_before_20261121_140509")
    #expect(RestoreNames.aside("shop", token: "ab") == "shop_coffre_ab")
    #expect(RestoreNames.token() != RestoreNames.token())
  }

  @Test func `an index gets a new name only where somebody has its own`() {
    let names = { (taken: Set<String>) in
      RestoreNames.renamed("orders_pkey", of: "orders", to: "orders_old", taken: taken)
    }
    #expect(names([]) == "orders_pkey")
    #expect(names(["orders_pkey"]) == "orders_old_pkey")
    #expect(names(["orders_pkey", "orders_old_pkey"]) == "orders_old_pkey1")
    #expect(RestoreNames.renamed("by_day", of: "orders", to: "o2", taken: ["by_day"]) == "o2_by_day")
  }

  @Test(arguments: [
    (14, "c", "CREATE DATABASE \"n\" WITH TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"),
    (
      15, "i",
      "CREATE DATABASE \"n\" WITH TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu LC_COLLATE 'C' LC_CTYPE 'C' "
        + "ICU_LOCALE 'de'"
    ),
    (
      17, "b",
      "CREATE DATABASE \"n\" WITH TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER builtin LC_COLLATE 'C' "
        + "LC_CTYPE 'C' BUILTIN_LOCALE 'de'"
    ),
  ])
  func `a database is made as its version can`(_ version: Int, _ provider: String, _ command: String) throws {
    let properties = [
      "encoding": "UTF8", "collate": "C", "characterType": "C", "localeProvider": provider, "locale": "de",
      "tablespace": "fast",
    ]
    let creation = DatabaseCreation(properties: properties, majorVersion: version, tablespaces: ["pg_default"])
    #expect(try creation.command(for: "n") == command)
    #expect(creation.missingTablespace == "fast")
    let older = DatabaseCreation(properties: properties, majorVersion: 14, tablespaces: [])
    if provider != "c" {
      let error = #expect(throws: PostgresError.self) { try older.command(for: "n") }
      // In our own words, which other languages have, too.
      #expect(error?.message.template.contains("PostgreSQL {1}") == true && error?.advice != nil)
    }
  }
}
