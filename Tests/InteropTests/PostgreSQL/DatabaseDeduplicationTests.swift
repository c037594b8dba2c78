import CoffreTestKit
import Testing

/// What a second backup adds to the repository.
@Suite("PostgreSQL's second backup", .timeLimit(.minutes(10)))
struct DatabaseDeduplicationTests {
  /// Rows of a shop's table of orders: half of each is text that does not compress well.
  private static let rows = runsAllTests ? 2_500_000 : 600_000

  private let workshop: Workshop
  private let server: PostgresServer

  init() throws {
    workshop = try Workshop()
    server = try PostgresServer.shared()
  }

  private func makeOrders() throws -> String {
    let database = try server.createDatabase("orders")
    try server.run(
      """
      CREATE TABLE orders (id bigserial PRIMARY KEY, customer int NOT NULL, state text NOT NULL,
        placed timestamptz NOT NULL, note text NOT NULL, changed timestamptz);
      \(Self.insertion(of: Self.rows))
      """, database)
    return database
  }

  private static func insertion(of count: Int) -> String {
    """
    INSERT INTO orders (customer, state, placed, note)
      SELECT hashint4(n) & 65535, (ARRAY['new', 'paid', 'sent', 'returned'])[1 + (hashint4(n + 1) & 3)],
        '2026-01-01 00:00:00+00'::timestamptz + n * interval '7 seconds',
        md5(n::text) || ' parcel ' || md5((n * 31)::text) || ' ' || md5((n * 17)::text)
        || repeat(' careful with the glass', hashint4(n + 2) & 3)
      FROM (SELECT n + (SELECT count(*)::int FROM orders) AS n FROM generate_series(1, \(count)) n) x;
    """
  }

  /// - Returns: by how many bytes the repository grew.
  private func growth(backingUp database: String) throws -> Int {
    let before = try workshop.storedBytes
    let report = try workshop.backUp(database, of: server)
    print("\(report.summary?["dataBlobs"]?.int ?? 0) new chunks of \(report.dataAdded ?? 0) bytes")
    return try workshop.storedBytes - before
  }

  private static func percent(_ part: Int, of whole: Int) -> String {
    let tenths = part * 1000 / max(whole, 1)
    return "\(tenths / 10).\(tenths % 10) %"
  }

  /// An application adds orders at the end, and changes some of those it added lately. PostgreSQL has put some of these
  /// into gaps of earlier pages: each of them costs a chunk. With as many changes as additions there are more of them, and
  /// at 100 MB a chunk is half a percent: that is for the large run.
  @Test(arguments: runsAllTests ? [20, 50] : [20])
  func `one percent added and changed at the end costs three percent at most`(_ percentOfChanges: Int) throws {
    let database = try makeOrders()
    defer { try? server.dropDatabase(database) }
    let first = try growth(backingUp: database)
    let changed = Self.rows / 100 * percentOfChanges / 100
    try server.run(
      """
      UPDATE orders SET state = 'sent', changed = '2026-11-21 12:00:00+00'
        WHERE id > (SELECT max(id) - \(changed * 2) FROM orders) AND id % 2 = 0;
      \(Self.insertion(of: Self.rows / 100 - changed))
      VACUUM orders;
      """, database)
    let second = try growth(backingUp: database)
    let third = try growth(backingUp: database)
    print("first backup: \(first) bytes; 1 % added and changed: \(second) (\(Self.percent(second, of: first)));")
    print("nothing changed: \(third)")
    #expect(first > Self.rows * 40, "hardly anything was stored")
    #expect(second > 0 && second * 100 <= first * 3, "\(second) of \(first) bytes: \(Self.percent(second, of: first))")
    #expect(third < 40_000, "\(third) bytes for a database in which nothing changed")
  }

  /// Rows here and there: no limit is promised. Each changed row takes along the chunk of some thousand rows that it lies
  /// in, and goes to the table's end: with one row in a hundred, every chunk is hit, and all is stored again. The figure is
  /// printed; a second backup may not cost more than a first one.
  @Test func `one percent changed all over the place costs a first backup at most`() throws {
    let database = try makeOrders()
    defer { try? server.dropDatabase(database) }
    let first = try growth(backingUp: database)
    try server.run("UPDATE orders SET state = 'returned', changed = now() WHERE hashint8(id) % 100 = 0", database)
    let second = try growth(backingUp: database)
    print("1 % changed all over the place: \(second) of \(first) bytes (\(Self.percent(second, of: first)))")
    #expect(second > 0 && second * 100 <= first * 105)
    try workshop.expectCoffreFindsNoErrors()
  }
}
