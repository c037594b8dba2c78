import CoffreCore
import CoffreSystem
import PostgresKit

/// Waits until pg_dump holds the locks that it needs beside the leader's.
///
/// The leader holds ACCESS SHARE on the same tables, but who asks for the same lock later queues behind a session that
/// wants to change the table and waits for the leader: an `ALTER TABLE` that came in between would wait for the backup, the
/// backup for pg_dump, and pg_dump for the `ALTER TABLE`, which the server does not see as a deadlock since the leader is
/// idle. `pg_dump -j` ends then. Here the instant is given up: the `ALTER TABLE` gets its turn, and another instant is
/// taken after it.
struct ToolLocks {
  /// What the processes call themselves (`application_name`).
  let sessions: [String]
  /// The table that pg_dump locks last: it goes by object ids.
  let last: UInt32
  let leader: PostgresConnection

  /// For a process to appear. A command of the user's own may start it far away.
  private static let patience = Duration.seconds(3)
  /// The other session may give up by itself.
  private static let grace = Duration.seconds(1)

  private struct Holder {
    let process: Int
    let isReady: Bool
    /// What it waits for, as SQL writes it.
    let table: String?
  }

  /// - Throws: `SharedInstant.Lost` if pg_dump stands in a queue behind one who waits for the leader.
  func wait(unless cancellation: Cancellation) throws {
    let start = Clock.monotonic()
    var seen: Set<Int> = []
    var queuedSince: Duration?
    var interval = Duration.milliseconds(10)
    while true {
      let holders = try holders()
      seen.formUnion(holders.map(\.process))
      let isWorking = holders.contains { !$0.isReady }
      // Those that ended tell why by themselves.
      if !isWorking, seen.count >= sessions.count { return }
      let now = Clock.monotonic()
      if !isWorking, now - start > Self.patience { return }
      if let queue = try queue(of: holders) {
        if let queuedSince, now - queuedSince > Self.grace { throw queue }
        queuedSince = queuedSince ?? now
      } else {
        queuedSince = nil
      }
      try pause(for: interval, unless: cancellation)
      interval = min(interval * 3 / 2, .milliseconds(200))
    }
  }

  private func holders() throws(PostgresError) -> [Holder] {
    // Within a transaction the list of sessions stays as it was.
    try leader.execute("SELECT pg_catalog.pg_stat_clear_snapshot()")  // not for people
    return try Self.query(sessions, last).read(on: leader) { row throws(PostgresError) in
      Holder(process: try row.integer("process"), isReady: try row.flag("is_ready"), table: row.optionalText("waiting"))
    }
  }

  /// The session that one of them waits for, if that one waits for the leader.
  private func queue(of holders: [Holder]) throws(PostgresError) -> SharedInstant.Lost? {
    for holder in holders {
      guard let table = holder.table else { continue }
      let query = Self.blockers(of: holder.process, leader: leader.backendProcess)
      let found = try query.read(on: leader) { row throws(PostgresError) in
        (process: try row.text("process"), role: row.optionalText("role") ?? "")
      }
      guard let other = found.first else { continue }
      return SharedInstant.Lost(
        table: table, reason: "process \(other.process) of the role '\(other.role)' waits to change it")
    }
    return nil
  }

  private static func query(_ sessions: [String], _ last: UInt32) -> CatalogQuery {
    CatalogQuery(
      "tool-locks",
      [
        ("process", "a.pid"),
        ("is_ready", #"coalesce(pg_catalog.bool_or(l.granted AND l.relation = $2::pg_catalog.oid), false)"#),
        (
          "waiting",
          #"pg_catalog.min(l.relation::pg_catalog.regclass::pg_catalog.text) FILTER (WHERE NOT l.granted)"#
        ),
      ],
      from: #"""
        pg_catalog.pg_stat_activity a LEFT JOIN pg_catalog.pg_locks l ON l.pid = a.pid AND l.locktype = 'relation'
        WHERE a.application_name = ANY($1::pg_catalog.text[])
        GROUP BY a.pid
        """#,
      values: ["{\(sessions.joined(separator: ","))}", String(last)])
  }

  private static func blockers(of process: Int, leader: Int) -> CatalogQuery {
    CatalogQuery(
      "queue", [("process", "b.pid"), ("role", "b.usename")],
      from: #"""
        pg_catalog.unnest(pg_catalog.pg_blocking_pids($1::pg_catalog.int4)) w(pid)
        JOIN pg_catalog.pg_stat_activity b ON b.pid = w.pid
        WHERE $2::pg_catalog.int4 = ANY(pg_catalog.pg_blocking_pids(b.pid))
        """#,
      values: [String(process), String(leader)])
  }
}
