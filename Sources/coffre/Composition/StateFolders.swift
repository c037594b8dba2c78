import CoffreCore
import CoffreSystem

/// Where Coffre keeps what belongs to this user and machine, outside any repository.
struct StateFolders: Sendable {
  let root: PathBytes
  let journal: PathBytes
  let locks: PathBytes
  let cache: PathBytes

  /// Nothing in them belongs into a backup.
  var all: [PathBytes] { [root, cache] }

  /// The cache: `COFFRE_CACHE_DIR`, else `RESTIC_CACHE_DIR`, else `$XDG_CACHE_HOME/coffre`, else `~/.cache/coffre`. All
  /// else: `COFFRE_STATE_DIR`, else `$XDG_STATE_HOME/coffre`, else `~/.local/state/coffre`.
  static let current: StateFolders = {
    let base: PathBytes
    if let own = value("COFFRE_STATE_DIR") {
      base = own
    } else if let state = value("XDG_STATE_HOME") {
      base = joined(state, Array("coffre".utf8))
    } else {
      base = joined(value("HOME") ?? Array("/root".utf8), Array(".local/state/coffre".utf8))  // not for people
    }
    let cache: PathBytes
    if let own = value("COFFRE_CACHE_DIR") ?? value("RESTIC_CACHE_DIR") {
      cache = own
    } else if let caches = value("XDG_CACHE_HOME") {
      cache = joined(caches, Array("coffre".utf8))
    } else {
      cache = joined(value("HOME") ?? Array("/root".utf8), Array(".cache/coffre".utf8))  // not for people
    }
    return StateFolders(
      root: base, journal: joined(base, Array("journal".utf8)), locks: joined(base, Array("locks".utf8)), cache: cache)
  }()

  /// With the cache where the command line says.
  static func chosen(by arguments: ParsedArguments) throws(SystemError) -> StateFolders {
    guard let cache = arguments.bytes(GlobalOptions.cacheFolder), !cache.isEmpty else { return current }
    return StateFolders(
      root: current.root, journal: current.journal, locks: current.locks, cache: try absolutePath(of: cache))
  }

  private static func value(_ name: String) -> PathBytes? { Environment.bytes(name).flatMap { $0.isEmpty ? nil : $0 } }
}
