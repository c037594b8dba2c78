import CoffreCore
import CoffreInventory
import CoffreSystem

/// Notices that a source is not any more what it was: a share that goes away leaves an empty folder in its place.
struct SourceWatch: Sendable {
  private let plan: RowPlan
  private let folder: PathBytes
  /// Of the folder: a file may be replaced by its next version at any moment.
  private let identity: FileIdentity
  private let looksAtDestination: Bool

  /// - Parameters:
  ///   - source: the plan's, clean.
  ///   - looksAtDestination: whether archives are to go there.
  init(_ plan: RowPlan, source: PathBytes, destination looksAtDestination: Bool) throws(SystemError) {
    self.plan = plan
    self.looksAtDestination = looksAtDestination
    folder = plan.type == .file ? splitPath(source).folder : source
    identity = FileIdentity(try FileDescriptor.attributes(ofPath: folder, .following))
  }

  /// What keeps a row from being backed up now.
  static func look(at plan: RowPlan, destination: Bool) throws(SystemError) -> RowLook.Findings {
    RowLook(mounts: try MountPoints.current()).look(at: plan, destination: destination)
  }

  private var isAway: Bool { (try? Self.look(at: plan, destination: looksAtDestination).isAway) ?? false }

  /// Whether what is there now is not what was there at the begin, be it that a share is away or that it came back.
  var isAnother: Bool {
    guard let now = try? FileDescriptor.attributes(ofPath: folder, .following) else { return true }
    return FileIdentity(now) != identity || isAway
  }

  func check() throws(SourceError) {
    guard !isAnother else {
      throw SourceError(
        .notWhole, "read", folder, because: "what is there is another folder than at the begin: a share went away")
    }
  }
}
