import CoffreCore
import CoffreSystem

/// Removes an entry with all below it, or tells what that would remove.
///
/// Trees of any depth: one directory is open at a time, and on the way up it must be the one that it was. No link is
/// followed, no other file system is entered.
struct SurplusRemoval {
  let isDryRun: Bool
  /// Whether the rights of directories do not matter.
  let isPrivileged: Bool
  let protected: Set<FileIdentity>
  let cancellation: Cancellation
  /// Told the names from the entry down: what is to stay.
  var spares: ([PathBytes]) -> Bool = { _ in false }

  private struct Level {
    let name: PathBytes
    let identity: FileIdentity
    var names: [PathBytes]
    var holdsKept = false
  }

  /// - Parameter path: of the entry, for messages.
  /// - Returns: whether all of it is gone.
  @discardableResult
  func remove(
    _ name: PathBytes, in folder: borrowing FileDescriptor, path: PathBytes, _ each: (Clearing) -> Void
  ) throws(Cancelled) -> Bool {
    do throws(SystemError) {
      let top = try folder.attributes(of: name)
      guard top.kind == .directory else {
        if !isDryRun { try folder.removeFile(name) }
        each(.removed(path, size: top.size))
        return true
      }
      let device = try folder.attributes().device
      if let reason = reasonToKeep(top, device: device) {
        each(.kept(path, reason))
        return false
      }
      let isEmpty = try empty(try open(name, top, in: folder), top, path: path, each)
      guard isEmpty else { return false }
      if !isDryRun { try folder.removeDirectory(name) }
      each(.removed(path, size: 0))
      return true
    } catch {
      try cancellation.check()
      if !error.isNotFound { each(.failed(SourceError(error, "remove", path))) }
      return error.isNotFound
    }
  }

  private func reasonToKeep(_ attributes: EntryAttributes, device: UInt64) -> Message? {
    if protected.contains(FileIdentity(attributes)) { return "Coffre itself works in it" }
    return attributes.device == device ? nil : "another file system is mounted there"
  }

  /// Without privilege, what is not ours to write in is made so, if it is ours at all.
  private func open(_ name: PathBytes, _ attributes: EntryAttributes, in folder: borrowing FileDescriptor)
    throws(SystemError) -> FileDescriptor
  {
    if !isDryRun, !isPrivileged, attributes.permissions & 0o700 != 0o700 {
      do throws(SystemError) {
        try folder.setPermissions(attributes.permissions | 0o700, of: name)
      } catch {
        guard error.isNoPermission else { throw error }
      }
    }
    return try folder.open(name, for: .reading, [.directory, .noFollow, .nonBlocking])
  }

  /// - Returns: whether nothing is left in it. Throws if the way back is lost; a cancelled job also ends like that.
  private func empty(
    _ top: consuming FileDescriptor, _ attributes: EntryAttributes, path: PathBytes, _ each: (Clearing) -> Void
  ) throws(SystemError) -> Bool {
    var current = top
    var path = path
    let device = attributes.device
    var levels = [Level(name: [], identity: FileIdentity(attributes), names: try current.entryNames())]
    while var level = levels.popLast() {
      guard !cancellation.isCancelled else { throw .notFound(path) }
      if let name = level.names.popLast() {
        let length = path.count
        path = joined(path, name)
        do throws(SystemError) {
          let entry = try current.attributes(of: name)
          if spares(levels.dropFirst().map(\.name) + (levels.isEmpty ? [] : [level.name]) + [name]) {
            level.holdsKept = true
          } else if entry.kind != .directory {
            if !isDryRun { try current.removeFile(name) }
            each(.removed(path, size: entry.size))
          } else if let reason = reasonToKeep(entry, device: device) {
            each(.kept(path, reason))
            level.holdsKept = true
          } else {
            let below = try open(name, entry, in: current)
            let names = try below.entryNames()
            levels.append(level)
            levels.append(Level(name: name, identity: FileIdentity(entry), names: names))
            current = below
            continue
          }
        } catch {
          if !error.isNotFound {
            each(.failed(SourceError(error, "remove", path)))
            level.holdsKept = true
          }
        }
        path.removeLast(path.count - length)
        levels.append(level)
      } else if var above = levels.popLast() {
        let parent = try current.open(Array("..".utf8), for: .reading, [.directory, .noFollow])
        // Somebody moved the directory away: going on would remove what was never meant.
        guard FileIdentity(try parent.attributes()) == above.identity else { throw .notADirectory(path) }
        current = parent
        if level.holdsKept {
          above.holdsKept = true
        } else {
          do throws(SystemError) {
            if !isDryRun { try current.removeDirectory(level.name) }
            each(.removed(path, size: 0))
          } catch {
            each(.failed(SourceError(error, "remove", path)))
            above.holdsKept = true
          }
        }
        path.removeLast(level.name.count + 1)
        levels.append(above)
      } else {
        return !level.holdsKept
      }
    }
    return true
  }
}
