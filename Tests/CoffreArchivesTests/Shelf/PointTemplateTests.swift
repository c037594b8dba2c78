import CoffreCore
import Testing

@testable import CoffreArchives

@Suite("Names of points")
struct PointTemplateTests {
  private let time = Timestamp(seconds: 1_795_344_300, nanoseconds: 5, utcOffset: 3600)

  private func name(
    _ template: String, zone: PointTemplate.Zone = .utc, host: String = "shop", name: String = "srv",
    ending: String = ".tar.zst", taken: Set<String> = []
  ) throws -> String {
    displayed(
      try PointTemplate(template).pointName(
        at: time, zone: zone, host: host, variant: .incremental, name: name, ending: Array(ending.utf8)
      ) {
        taken.contains(displayed($0))
      })
  }

  @Test func `by default they tell the time in UTC`() throws {
    #expect(try name("backup-{timestamp}/") == "backup-20261122T104500Z")
  }

  @Test func `local time tells its offset`() throws {
    #expect(try name("b-{timestamp}", zone: .local) == "b-20261122T114500+0100")
  }

  @Test func `host, variant and name are filled in, made fit for a file`() throws {
    #expect(
      try name("{name}_{host}_{variant}_{timestamp}", host: "a/b", name: "") == "__a_b_incremental_20261122T104500Z")
    #expect(try name("{name}{timestamp}", name: ".hidden").first == "_")
  }

  @Test(arguments: [
    ("/srv/shop", "shop"), ("/", ""), ("/@photos", "@photos"),
    ("/@postgresql/db.example.org-5432/shop", "db.example.org-5432-shop"),
    ("/@mariadb/prod", "prod"), ("/@sqlite/srv/app/data.db", "data.db"),
  ])
  func `sources are called by the end of their path, databases by their server too`(
    _ example: (path: String, name: String)
  ) {
    #expect(PointTemplate.sourceName(of: Array(example.path.utf8)) == example.name)
  }

  @Test func `no name is given twice`() throws {
    let first = "backup-20261122T104500Z"
    #expect(try name("backup-{timestamp}/", taken: [first]) == first + "-2")
    #expect(try name("backup-{timestamp}/", taken: [first, first + "-2"]) == first + "-3")
  }

  @Test func `long names are cut between letters and still differ`() throws {
    let long = try name("{name}-{timestamp}", name: String(repeating: "é", count: 200))
    #expect(long.utf8.count <= 240)
    #expect(!long.contains("\u{FFFD}"))
    #expect(try name("{name}-{timestamp}", name: String(repeating: "é", count: 200), taken: [long]) == long + "-2")
  }

  @Test func `a slash at the end makes folders, none makes files`() throws {
    #expect(try PointTemplate().form == .folder && PointTemplate("a-{timestamp}/").form == .folder)
    #expect(try PointTemplate("a-{timestamp}").form == .file)
    // Who writes what the archive's name ends with means no second one.
    #expect(try name("a-{timestamp}.tar.zst", ending: ".tar.zst") == "a-20261122T104500Z")
    #expect(try name("a-{timestamp}.tar.zst/", ending: ".tar.zst") == "a-20261122T104500Z.tar.zst")
    #expect(try name("a-{timestamp}.zip", ending: ".tar.zst") == "a-20261122T104500Z.zip")
  }

  @Test func `names of files leave room for what they end with`() throws {
    let long = try name("{name}-{timestamp}", name: String(repeating: "x", count: 300))
    #expect(long.utf8.count + "-999999.manifest.json".utf8.count <= 255)
  }

  @Test(arguments: [
    "backup", "backup-{time}", "a/{timestamp}", "{timestamp", "../{timestamp}", ".{timestamp}", "a\n{timestamp}", "",
  ])
  func `what would give no good names is refused`(_ template: String) {
    #expect(throws: ShelfError.self) { try PointTemplate(template) }
  }
}
