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
    let oldest = Clock.now().seconds - secondsKept
    var count = 0
    for name in try directory.entryNames() where name != Array(id.utf8) && isRepositoryID(name) {
      let attributes: EntryAttributes
      do throws(SystemError) {
        attributes = try directory.attributes(of: name)
      } catch {
        continue  // somebody else was clearing too
      }
      guard attributes.kind == .directory, attributes.modified.seconds < oldest else { continue }
      try removeTree(joined(base, name))
      count += 1
    }
    return count
  }

  private static func isRepositoryID(_ name: PathBytes) -> Bool {
    name.count == Digest.hexCount && Digest(hex: name.span, at: 0) != nil
  }
}
