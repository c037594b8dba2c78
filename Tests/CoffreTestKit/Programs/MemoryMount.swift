/// A file system in memory (root only), gone with this value.
package final class MemoryMount {
  private let path: String

  package init(at path: String, options: String) throws {
    self.path = path
    if !realEntryExists(path) { try makeRealFolder(path) }
    let outcome = try Tool.named("mount", package: "mount").run(["-t", "tmpfs", "-o", options, "coffre-test", path])
    guard outcome.isSuccess else { throw Tool.Missing(description: "\(outcome)") }
  }

  deinit { _ = try? Tool.named("umount", package: "mount").run(["-l", path]) }

  package func remount(options: String) throws {
    let outcome = try Tool.named("mount", package: "mount").run(["-o", "remount,\(options)", path])
    guard outcome.isSuccess else { throw Tool.Missing(description: "\(outcome)") }
  }
}
