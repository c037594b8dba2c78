/// An engine whose databases can be backed up. The raw values stand in manifests, and after an `@` as the top folder of
/// what lies in a snapshot: for ever.
package enum DatabaseKind: String, Sendable, Hashable, CaseIterable {
  case postgresql
  case mariadb
  /// A whole server of MariaDB as its own program copies its files.
  case mariadbPhysical = "mariadb-physical"
  case mongodb
  case sqlite

  /// What its addresses begin with, the usual one first.
  package var schemes: [String] {
    switch self {
    case .postgresql: ["postgresql", "postgres"]
    case .mariadb: ["mariadb", "mysql"]
    case .mariadbPhysical: ["mariadb-physical"]
    case .mongodb: ["mongodb", Self.seedListScheme]
    case .sqlite: ["sqlite"]
    }
  }

  /// Of MongoDB's addresses whose one host stands for those that DNS names (its specification "Initial DNS Seedlist Discovery").
  static let seedListScheme = "mongodb+srv"

  /// Where its servers listen unless they are told otherwise.
  package var defaultPort: Int? {
    switch self {
    case .postgresql: 5432
    case .mariadb, .mariadbPhysical: 3306
    case .mongodb: 27017
    case .sqlite: nil
    }
  }

  /// Whether its databases are files of this machine: an address is a path, and the folder in a snapshot lies as deep.
  package var isFile: Bool { self == .sqlite }

  /// The reserved folder at the top of a snapshot, as `@postgresql`.
  package var folder: String { "@" + rawValue }

  /// Variables that its own programs read where an address does not say: host, port and user of the server, and the name
  /// under which a file knows all of these.
  var variables: (host: String, port: String, user: String?, service: String?)? {
    switch self {
    case .postgresql: ("PGHOST", "PGPORT", "PGUSER", "PGSERVICE")
    case .mariadb, .mariadbPhysical: ("MYSQL_HOST", "MYSQL_TCP_PORT", nil, nil)
    case .mongodb, .sqlite: nil
    }
  }
}
