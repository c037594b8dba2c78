import CoffreCore

extension SourceError.Reason {
  /// Of a safety backup that failed: the restore cannot go on for the same reason.
  static func safety(of error: any Error) -> SourceError.Reason {
    switch (error as? any Explained)?.exitCode {
    case .toolMissing: .toolMissing
    case .noSpace: .noSpace
    case .noPermission: .noPermission
    case .sourceUnreadable: .notWhole
    case .destinationUnreachable: .unreachable
    default: .failed
    }
  }
}
