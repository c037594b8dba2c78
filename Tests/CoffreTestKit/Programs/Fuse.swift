import Glibc

// Swift's Glibc module may lack <sys/mount.h>. The functions take and return words only.
@_silgen_name("mount") private func systemMount(
  _ source: UnsafePointer<CChar>, _ target: UnsafePointer<CChar>, _ type: UnsafePointer<CChar>, _ flags: UInt,
  _ data: UnsafePointer<CChar>
) -> Int32
@_silgen_name("umount2") private func systemUnmount(_ target: UnsafePointer<CChar>, _ flags: Int32) -> Int32

/// File systems in user space: whether this machine lets tests mount them.
package enum Fuse {
  /// What stands in the way, found out by mounting one; `nil` if nothing does.
  ///
  /// Only what a kernel or a container forbids: a program that is not installed fails the tests that need it.
  package static let obstacle: String? = {
    let device = unsafe open("/dev/fuse", O_RDWR | O_CLOEXEC)
    guard device >= 0 else { return "there is no FUSE here: /dev/fuse: \(text(errno))" }
    defer { close(device) }
    // Users mount through fusermount3, which root's probe cannot judge.
    guard isRoot else { return nil }
    guard let folder = try? WorkFolder() else { return "no temporary folder can be made" }
    let data = "fd=\(device),rootmode=40000,user_id=0,group_id=0"
    guard unsafe systemMount("coffre-probe", folder.path, "fuse", 6, data) == 0 else {
      return "this machine forbids FUSE mounts: \(text(errno))"
    }
    _ = unsafe systemUnmount(folder.path, 2)
    return nil
  }()

  /// Whether tests that mount shall run; where they must not be passed over, `COFFRE_REQUIRE_FUSE=1` says so.
  package static var isPermitted: Bool { obstacle == nil || environmentValue("COFFRE_REQUIRE_FUSE") == "1" }

  /// Why no mount namespace of one's own can be made; `nil` if it can. In a chroot whose root is no mount point the kernel
  /// refuses it.
  package static let namespaceObstacle: String? = {
    guard let outcome = try? Tool.named("unshare", package: "util-linux").run(["--mount", "true"]) else { return nil }
    return outcome.isSuccess ? nil : outcome.errors
  }()

  private static func text(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
}

/// `coffre mount` or `restic mount` at work; ended and unmounted with this value at the latest.
package final class MountedFolder {
  package let path: String
  package let program: RunningProgram
  /// Whether it was told to end; otherwise `deinit` does.
  private var isEnded = false

  package struct NotMounted: Error, CustomStringConvertible {
    package let description: String
  }

  /// - Parameter start: starts the program; told the folder, which is made.
  package init(at path: String, _ start: (String) throws -> RunningProgram) throws {
    self.path = path
    if !realEntryExists(path) { try makeRealFolder(path) }
    program = try start(path)
    guard program.waitUntil({ Self.isMounted(path) || program.hasEnded }), Self.isMounted(path) else {
      program.kill(SIGKILL)
      throw NotMounted(description: "\(try program.wait())")
    }
  }

  deinit {
    if !isEnded { program.signal(SIGINT) }
    _ = program.waitUntil(seconds: 60) { program.hasEnded }
    program.kill(SIGKILL)
    _ = try? program.wait()
    if Self.isMounted(path) { _ = unsafe systemUnmount(path, 2) }
  }

  package static func isMounted(_ path: String) -> Bool {
    let mounts = String(decoding: (try? readRealFile("/proc/self/mounts")) ?? [], as: UTF8.self)
    return mounts.split(separator: "\n").contains { line in
      let words = line.split(separator: " ")
      return words.count > 1 && words[1] == path
    }
  }

  /// Sends a signal and waits for the program's end.
  package func end(_ signal: Int32 = SIGINT) throws -> ProgramOutcome {
    isEnded = true
    program.signal(signal)
    return try program.wait()
  }

  /// Waits for the program's end, which something else brings about.
  package func wait() throws -> ProgramOutcome {
    isEnded = true
    return try program.wait()
  }
}
