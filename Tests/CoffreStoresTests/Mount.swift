import CoffreCore
import CoffreSystem
import CoffreTestKit

/// A small file system of its own, in memory, so that it can be full or read-only. Needs root, as in CI.
final class Mount: Sendable {
  struct Impossible: Error, CustomStringConvertible {
    let description: String
  }

  let folder: TestFolder
  var path: PathBytes { folder.path }

  init(kibibytes: Int) throws {
    folder = try TestFolder()
    try Self.run(["mount", "-t", "tmpfs", "-o", "size=\(kibibytes)k", "coffre-test", displayed(folder.path)])
  }

  func makeReadOnly() throws { try Self.run(["mount", "-o", "remount,ro", displayed(path)]) }

  deinit { try? Self.run(["umount", "--lazy", displayed(folder.path)]) }

  private static func run(_ arguments: [String]) throws {
    let child = try ChildProcess.start(arguments, output: .discarded, errors: .captured)
    guard try child.wait() == .exited(0) else {
      throw Impossible(
        description: "'\(arguments.joined(separator: " "))' failed: \(displayed(child.capturedErrors())). These tests "
          + "need root and the right to mount, as CI gives them; nothing is skipped silently.")
    }
  }
}
