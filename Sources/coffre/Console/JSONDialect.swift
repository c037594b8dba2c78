import CoffreSystem

/// Whose words the JSON has.
enum JSONDialect: String, Sendable {
  case coffre, restic

  /// What `--json` alone means: Coffre's own, unless `COFFRE_JSON=restic` says that scripts written for restic run here.
  static var usual: JSONDialect { Environment.value("COFFRE_JSON").flatMap { JSONDialect(rawValue: $0) } ?? .coffre }
}
