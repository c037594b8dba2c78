package import CoffreCore
package import CoffreSystem

extension RepositoryCache {
  /// Nobody has used what is older.
  private static let secondsKept: Int64 = 30 * 86_400

  /// Removes the folders of repositories that nobody has used for long, restic's too if it shares the base.
  ///
  /// - Parameter except: of the repository in use.
  /// - Returns: how many were removed.
  package static func cleanUp(_ base: PathBytes, except id: String) throws(SystemError) -> Int {
    let directory: FileDescriptor
    do throws(SystemError) {
      directory = try FileDescriptor.openDirectory(path: base)
    } catch {
      if error.isNotFound { return 0 }
      throw error
    }
    let now = Clock.now().seconds
    var count = 0
    for name in try directory.entryNames() where name != Array(id.utf8) {
      guard let secondsKept = secondsKept(name) else { continue }
      let attributes: EntryAttributes
      do throws(SystemError) {
        attributes = try directory.attributes(of: name)
      } catch {
        continue  // somebody else was clearing too
      }
      guard attributes.kind == .directory, attributes.modified.seconds < now - secondsKept else { continue }
      try removeTree(joined(base, name))
      count += 1
    }
    return count
  }

  /// - Returns: `nil` for what is none of ours.
  private static func secondsKept(_ name: PathBytes) -> Int64? {
    if name.starts(with: temporaryPrefix) { return temporarySecondsKept }
    return name.count == Digest.hexCount && Digest(hex: name.span, at: 0) != nil ? secondsKept : nil
  }

  private static let temporaryPrefix = Array("of-one-run-".utf8)
  /// Only a command that was killed leaves one.
  private static let temporarySecondsKept: Int64 = 7 * 86_400

  /// A folder in a cache's base that nobody else uses, not made yet: for a command that must believe nothing that was
  /// there before, and removes it at its end.
  package static func temporaryBase(in base: PathBytes) -> PathBytes {
    joined(base, temporaryPrefix + Array(String(UInt64.random(in: .min ... .max), radix: 36).utf8))
  }
}
