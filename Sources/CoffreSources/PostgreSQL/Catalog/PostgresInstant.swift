package import CoffreCore
package import PostgresKit

/// When a transaction's snapshot was taken, and how far the server had come.
package struct PostgresInstant: Sendable, Hashable {
  package let takenAt: Timestamp
  /// As the server writes it, such as `740:742:740`: which transactions are in.
  package let snapshot: String
  /// In the write-ahead log, near the snapshot but not exactly there; `nil` on a standby that replayed nothing yet.
  package let position: String?
  /// On a standby: when the last transaction that is in was committed on the primary.
  package let replayedUntil: Timestamp?
}

extension PostgresInstant {
  package static func read(on server: any PostgresQuerying) throws(PostgresError) -> PostgresInstant {
    try query.readOne(on: server, as: PostgresInstant.init(_:))
  }

  static let query = CatalogQuery(
    "instant",
    [
      ("taken_at", microseconds(of: "pg_catalog.now()")), ("snapshot", "pg_catalog.pg_current_snapshot()"),
      (
        "wal_position",
        #"""
        CASE WHEN s.is_standby THEN pg_catalog.pg_last_wal_replay_lsn() ELSE pg_catalog.pg_current_wal_lsn() END
        """#
      ),
      (
        "replayed_until",
        #"CASE WHEN s.is_standby THEN \#(microseconds(of: "pg_catalog.pg_last_xact_replay_timestamp()")) END"#
      ),
    ],
    from: #"(SELECT pg_catalog.pg_is_in_recovery() AS is_standby) s"#)

  private static func microseconds(of time: String) -> String {
    #"(extract(epoch FROM \#(time)) * 1000000)::pg_catalog.int8"#
  }

  init(_ row: CatalogRow) throws(PostgresError) {
    takenAt = Self.moment(try row.number("taken_at"))
    snapshot = try row.text("snapshot")
    position = row.optionalText("wal_position")
    let replayed: Int64? = try row.optionalNumber("replayed_until")
    replayedUntil = replayed.map(Self.moment)
  }

  private static func moment(_ microseconds: Int64) -> Timestamp {
    let (seconds, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    // Before 1970 the remainder is negative.
    return rest < 0
      ? Timestamp(seconds: seconds - 1, nanoseconds: Int32(rest + 1_000_000) * 1000)
      : Timestamp(seconds: seconds, nanoseconds: Int32(rest) * 1000)
  }
}
