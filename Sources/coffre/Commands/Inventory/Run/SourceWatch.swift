import CoffreCore
import CoffreInventory
import CoffreSystem

/// Notices that a source is not any more what it was: a share that goes away leaves an empty folder in its place.
struct SourceWatch: Sendable {
  /// Which folder it is. A file may be replaced by its next version at any moment: there its folder counts.
  private struct Identity: Sendable, Hashable {
    let device: UInt64
    let inode: UInt64

    init(of folder: PathBytes) throws(SystemError) {
      let attributes = try FileDescriptor.attributes(ofPath: folder, .following)
      device = attributes.device
      inode = attributes.inode
    }
  }

  private let plan: RowPlan
  private let folder: PathBytes
  private let identity: Identity
  private let looksAtDestination: Bool

  /// - Parameters:
  ///   - source: the plan's, clean.
  ///   - looksAtDestination: whether archives are to go there.
  init(_ plan: RowPlan, source: PathBytes, destination looksAtDestination: Bool) throws(SystemError) {
    self.plan = plan
    self.looksAtDestination = looksAtDestination
    folder = plan.type == .file ? splitPath(source).folder : source
    identity = try Identity(of: folder)
  }

  /// What keeps a row from being backed up now.
  static func look(at plan: RowPlan, destination: Bool) throws(SystemError) -> RowLook.Findings {
    RowLook(mounts: try MountPoints.current()).look(at: plan, destination: destination)
  }

  var isAway: Bool { (try? Self.look(at: plan, destination: looksAtDestination).isAway) ?? false }

  func check() throws(SourceError) {
    guard let now = try? Identity(of: folder), now == identity, !isAway else {
      throw SourceError(
        .notWhole, "read", folder, because: "what is there is another folder than at the begin: a share went away")
    }
  }
}
