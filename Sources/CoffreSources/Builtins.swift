/// Every database engine that this program knows.
package enum DatabaseDrivers {
  package static let all: [any DatabaseDriver] = [
    PostgresDriver(), MariaDBDriver(), PhysicalDriver(), SQLiteDriver(), MongoDriver(),
  ]

  /// - Returns: `nil` for an engine of a later version.
  package static func driver(for kind: DatabaseKind) -> (any DatabaseDriver)? { all.first { $0.kind == kind } }
}
