import CoffreCore
import CoffreSystem

/// A folder of one's own (0700), gone with its owner, or at the next start if the process is killed (`removeLeftovers`).
final class StagingFolder {
  let path: PathBytes
  let folder: FileDescriptor

  init(in parent: PathBytes) throws(SystemError) {
    let above = try FileDescriptor.openDirectory(path: parent)
    // Whoever has no folder of their own to be cleaned at the next start is cleaned now.
    _ = try? removeLeftovers(in: above)
    let name = PartName().name(of: 1)
    try above.makeDirectory(name, permissions: 0o700)
    path = joined(try absolutePath(of: parent), name)
    folder = try above.open(name, for: .reading, [.directory, .noFollow])
  }

  deinit {
    do throws(SystemError) {
      try removeTree(path)
    } catch {
      log.warning("a staging folder could not be removed", ["path": displayed(path), "cause": "\(error.cause)"])
    }
  }
}
