package import CoffreCore

/// Why nothing can be mounted.
package enum FuseError: Error, Sendable, Hashable {
  /// The kernel has no FUSE, or nobody gave its device to this place.
  case deviceMissing(cause: Message)
  case deviceForbidden(cause: Message)
  /// Only root mounts without this program.
  case helperMissing
  /// `/etc/fuse.conf` does not let users share what they mount.
  case sharingForbidden
  /// - Parameter cause: as libfuse said it; empty if its helper said it on standard error.
  case refused(path: PathBytes, cause: Message)
  /// What is mounted could not be served any longer.
  case broken(cause: Message)
}

extension FuseError: Explained {
  package var explanation: Explanation {
    switch self {
    case .deviceMissing(let cause):
      Explanation(
        "file systems in user space (FUSE) are missing here: cannot open '/dev/fuse'", because: cause,
        advice: "Run `modprobe fuse` as root; give a container the device, as "
          + "`docker run --device /dev/fuse --cap-add SYS_ADMIN` does.")
    case .deviceForbidden(let cause):
      Explanation(
        "file systems in user space (FUSE) are not permitted here: cannot open '/dev/fuse'",
        because: cause,
        advice: "Run as a user who may read and write '/dev/fuse'; give a container the device, as "
          + "`docker run --device /dev/fuse --cap-add SYS_ADMIN` does.")
    case .helperMissing:
      Explanation(
        "'fusermount3' is not installed, and only root can mount without it",
        advice: "Install it (`apt install fuse3`), or run the command as root.")
    case .sharingForbidden:
      Explanation(
        "'/etc/fuse.conf' does not let users share what they mount",
        advice: "Have root write the line 'user_allow_other' into it, or leave --allow-other away.")
    case .refused(let path, let cause):
      Explanation(
        "cannot mount at '\(displayed(path))'",
        because: cause.isEmpty ? "the system refused it" : cause,
        advice: "Check that you may write in the folder, and that mounting is permitted here: containers need "
          + "`--device /dev/fuse --cap-add SYS_ADMIN`.")
    case .broken(let cause): Explanation("what is mounted can no longer be served", because: cause)
    }
  }

  package var exitCode: ExitCode {
    switch self {
    case .deviceMissing, .helperMissing: .toolMissing
    case .deviceForbidden, .sharingForbidden, .refused: .noPermission
    case .broken: .failed
    }
  }
}
