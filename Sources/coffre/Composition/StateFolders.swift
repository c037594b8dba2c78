import CoffreCore
import CoffreSystem

/// Where Coffre keeps what belongs to this user and machine, outside any repository.
struct StateFolders: Sendable {
  let journal: PathBytes
  let locks: PathBytes

  /// `COFFRE_STATE_DIR`, else `$XDG_STATE_HOME/coffre`, else `~/.local/state/coffre`.
  static let current: StateFolders = {
    let base: PathBytes
    if let own = value("COFFRE_STATE_DIR") {
      base = own
    } else if let state = value("XDG_STATE_HOME") {
      base = joined(state, Array("coffre".utf8))
    } else {
      base = joined(value("HOME") ?? Array("/root".utf8), Array(".local/state/coffre".utf8))
    }
    return StateFolders(journal: joined(base, Array("journal".utf8)), locks: joined(base, Array("locks".utf8)))
  }()

  private static func value(_ name: String) -> PathBytes? { Environment.bytes(name).flatMap { $0.isEmpty ? nil : $0 } }
}
