import CoffreCore
import CoffreSystem

/// Looks whether a plan could be carried out now. It makes nothing and changes nothing.
package struct RowLook: Sendable {
  private let mounts: MountPoints

  package init(mounts: MountPoints) { self.mounts = mounts }

  /// What was found about a plan.
  package struct Findings: Sendable {
    package var problems: [RowProblem] = []
    package var remarks: [RowProblem] = []
    /// Of the file, in bytes; folders are not walked.
    package var size: Int64?
    /// Where archives would go, in bytes.
    package var freeSpace: Int64?
    /// Whether a share is away: it may come back, unlike a file that is not there.
    package var isAway = false

    /// Nothing.
    package init() {}
  }

  /// - Parameter looksAtDestination: whether archives are to go there.
  package func look(at plan: RowPlan, destination looksAtDestination: Bool = true) -> Findings {
    var findings = Findings()
    if let problem = unmounted(plan.sourceMount, .sourcePath) {
      findings.isAway = true
      findings.problems.append(problem)
    } else {
      lookAtSource(plan, &findings)
    }
    guard looksAtDestination else { return findings }
    if let problem = unmounted(plan.destinationMount, .destination) {
      findings.isAway = true
      findings.problems.append(problem)
    } else {
      lookAtDestination(plan, &findings)
    }
    if let size = findings.size, let free = findings.freeSpace, size > free {
      findings.remarks.append(
        RowProblem(
          "space", .destination,
          "there are \(byteText(free)) free in '\(displayed(plan.destination))' for a file of \(byteText(size))"))
    }
    return findings
  }

  private func unmounted(_ mount: PathBytes?, _ column: InventoryColumn) -> RowProblem? {
    guard let mount else { return nil }
    // Where a file system is mounted at the first use, this is one.
    _ = try? FileDescriptor.attributes(ofPath: mount + Array("/.".utf8), .following)
    guard !mounts.contains(mount), (try? MountPoints.current())?.contains(mount) != true else { return nil }
    return RowProblem("not-mounted", column, "nothing is mounted at '\(shown(mount))'")
  }

  private func lookAtSource(_ plan: RowPlan, _ findings: inout Findings) {
    do throws(SystemError) {
      let attributes = try FileDescriptor.attributes(ofPath: plan.source, .following)
      let wanted: EntryKind = plan.type == .file ? .file : .directory
      guard attributes.kind == wanted else {
        findings.problems.append(
          RowProblem(
            "source-kind", .sourcePath,
            wanted == .file
              ? "'\(shown(plan.source))' is no file" : "'\(shown(plan.source))' is no folder"))
        return
      }
      // Whether it may be read; nothing is.
      let source = try FileDescriptor.open(plan.source, for: .reading, .nonBlocking)
      if plan.type == .file { findings.size = attributes.size }
      if plan.type == .serverFolder { lookAtServerFolder(source, plan, &findings) }
    } catch {
      findings.isAway = findings.isAway || error.isOfAbsentShare
      findings.problems.append(
        RowProblem(
          error.isNotFound ? "source-missing" : "source-unreadable", .sourcePath,
          "'\(shown(plan.source))' cannot be read: \(error.cause)"))
    }
  }

  /// Every server's folder has its own tables in it.
  private func lookAtServerFolder(
    _ folder: borrowing FileDescriptor, _ plan: RowPlan, _ findings: inout Findings
  ) {
    guard (try? folder.attributes(of: Array("mysql".utf8))) == nil else { return }
    findings.remarks.append(
      RowProblem(
        "no-server", .sourcePath,
        "'\(shown(plan.source))' does not look like a server's data directory: it has no folder 'mysql'"))
  }

  private func lookAtDestination(_ plan: RowPlan, _ findings: inout Findings) {
    var folder = plan.destination
    while true {
      do throws(SystemError) {
        let attributes = try FileDescriptor.attributes(ofPath: folder, .following)
        guard attributes.kind == .directory else {
          findings.problems.append(
            RowProblem("destination", .destination, "'\(shown(folder))' is no folder"))
          return
        }
        guard mayWrite(into: folder) else {
          findings.problems.append(
            RowProblem("destination", .destination, "nothing may be written into '\(shown(folder))'"))
          return
        }
        findings.freeSpace = try freeSpace(at: folder)
        return
      } catch {
        findings.isAway = findings.isAway || error.isOfAbsentShare
        let parent = splitPath(folder).folder
        // What is missing would be made.
        guard error.isNotFound, !error.isNotDirectory, parent != folder else {
          findings.problems.append(
            RowProblem("destination", .destination, "'\(shown(folder))' cannot be used: \(error.cause)"))
          return
        }
        folder = parent
      }
    }
  }
}
