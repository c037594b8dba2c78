import CoffreCore
import Synchronization

/// The manifest of a backup, made when all of it was read, and that of the backup it follows.
final class ManifestPair: Sendable {
  private let state = Mutex<(former: DatabaseManifest?, made: DatabaseManifest?)>((nil, nil))

  /// - Parameter encoded: the former one's file. One that cannot be read warns of nothing.
  func follow(_ encoded: [UInt8]?) {
    guard let encoded, let former = try? DatabaseManifest(decoding: encoded) else { return }
    state.withLock { $0.former = former }
  }

  /// - Returns: the file's content.
  func keep(_ made: DatabaseManifest) -> [UInt8] {
    state.withLock { $0.made = made }
    return made.encoded()
  }

  /// The backup's own, once there is one.
  var made: DatabaseManifest? { state.withLock { $0.made } }

  /// What people should know of the one against the other: tables that had rows and have none.
  ///
  /// - Parameter subject: names the backup in an error.
  /// - Throws: where no manifest was made, so that nothing is proved.
  func notes(of subject: PathBytes) throws(SourceError) -> [SourceNote] {
    let (former, made) = state.withLock { $0 }
    guard let made else { throw SourceError(.notWhole, "prove", subject, because: "its manifest was not made") }
    return former.map { ManifestComparison($0, made).emptiedTables } ?? []
  }
}
