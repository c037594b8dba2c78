import CoffreCore
import MariaDBKit

/// Holds everybody who writes, for the moment that several connections need to see the same instant.
enum GlobalLock: String, Sendable, Hashable {
  /// `BACKUP STAGE` of MariaDB: waits for nobody who reads, and lets those go on who do not commit.
  case stages
  /// `FLUSH TABLES WITH READ LOCK`.
  case readLock
  /// None: the account may not hold anybody. Then one connection alone sees the instant.
  case none

  static func choose(_ facts: MariaDBFacts) -> GlobalLock {
    guard facts.rights.has("RELOAD") else { return .none }
    return facts.version.hasBackupStages ? .stages : .readLock
  }

  var acquiring: [String] {
    switch self {
    case .stages:
      ["START", "FLUSH", "BLOCK_DDL", "BLOCK_COMMIT"].map { #"BACKUP STAGE \#($0)"# }
    case .readLock: [#"FLUSH TABLES WITH READ LOCK"#]
    case .none: []
    }
  }

  var releasing: [String] {
    switch self {
    case .stages: [#"BACKUP STAGE END"#]
    case .readLock: [#"UNLOCK TABLES"#]
    case .none: []
    }
  }
}
