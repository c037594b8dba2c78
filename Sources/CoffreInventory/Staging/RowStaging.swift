package import CoffreCore
package import CoffreSources
import CoffreSystem

/// Makes ready what is to be archived of a row: in place where that is sound, as a private copy where it is not.
package struct RowStaging: Sendable {
  private let area: StagingArea
  private let account: DatabaseSettings?
  private let cancellation: Cancellation

  /// - Parameter account: with which a server of this machine may be asked for its files, beside the user that Coffre runs as.
  package init(area: StagingArea, account: DatabaseSettings?, cancellation: Cancellation) {
    self.area = area
    self.account = account
    self.cancellation = cancellation
  }

  /// Files and folders at once; a server's data directory is copied, which takes its time.
  ///
  /// - Parameters:
  ///   - row: its number, which no other row of the run has.
  ///   - progress: told of bytes that are copied.
  package func open(
    _ plan: RowPlan, row: Int, progress: @escaping @Sendable (Int64) -> Void = { _ in }
  ) throws(SourceError) -> StagedSource {
    switch plan.type {
    case .folder: return StagedSource(place: plan.source, way: .inPlace)
    case .file: return try inPlace(plan, row: row, progress)
    case .serverFolder: return try copy(plan, row: row, progress)
    }
  }

  private func inPlace(
    _ plan: RowPlan, row: Int, _ progress: @escaping @Sendable (Int64) -> Void
  ) throws(SourceError) -> StagedSource {
    let before = try attributes(of: plan.source)
    return StagedSource(
      place: plan.source, way: .inPlace, sizeInBytes: before.size,
      check: { [self] () throws(SourceError) in
        // One that is not there any more was read whole, or not at all.
        guard let now = try? FileDescriptor.attributes(ofPath: plan.source, .following),
          !now.isSameContent(as: before)
        else { return nil }
        return try privateCopy(of: plan, row: row, progress: progress)
      })
  }

  private func attributes(of path: PathBytes) throws(SourceError) -> EntryAttributes {
    do throws(SystemError) {
      return try FileDescriptor.attributes(ofPath: path, .following)
    } catch {
      throw SourceError(staging: error, "read", path)
    }
  }

  /// A copy of a file that changed under its reader, in a folder of its own.
  ///
  /// - Precondition: the row names a file.
  package func privateCopy(
    of plan: RowPlan, row: Int, progress: @escaping @Sendable (Int64) -> Void = { _ in }
  ) throws(SourceError) -> StagedSource {
    precondition(plan.type == .file, "a private copy is made of one file")
    let folder = try area.makeFolder("row-\(row)-\(displayed(temporaryName().suffix(8)))")
    do throws(SourceError) {
      let made = try PrivateFileCopy.make(
        of: plan.source, in: folder, cancellation: cancellation, progress: progress)
      return StagedSource(
        place: made.path, way: .privateCopy, method: made.method, notes: made.notes, sizeInBytes: made.size,
        folder: folder)
    } catch {
      try? removeTree(folder)
      throw error
    }
  }

  // MARK: Servers

  private func serverCopy(
    _ plan: RowPlan, _ progress: @escaping @Sendable (Int64) -> Void = { _ in }
  ) -> ServerFolderCopy {
    ServerFolderCopy(
      source: plan.source, account: account, root: area.root, cancellation: cancellation, progress: progress)
  }

  private func copy(
    _ plan: RowPlan, row: Int, _ progress: @escaping @Sendable (Int64) -> Void
  ) throws(SourceError) -> StagedSource {
    let folder = try area.makeFolder("row-\(row)-\(displayed(temporaryName().suffix(8)))")
    do throws(SourceError) {
      let copy = joined(folder, splitPath(plan.source).name)
      let work = joined(folder, Array(".work".utf8))
      do throws(SystemError) {
        try makeDirectories(copy, permissions: 0o700)
        try makeDirectories(work, permissions: 0o700)
      } catch {
        throw SourceError(staging: error, "write a private copy to", copy, advice: StagingArea.advice)
      }
      let made = try serverCopy(plan, progress).make(in: copy, workFolder: work)
      return StagedSource(
        place: copy, way: made.way, method: made.method, notes: made.notes, sizeInBytes: made.sizeInBytes,
        folder: folder,
        proving: { [cancellation] () throws(SourceError) in
          try made.proof?.run(cancellation: cancellation) ?? []
        })
    } catch {
      try? removeTree(folder)
      throw error
    }
  }

  /// What would be done with a server's data directory; nothing is. `nil` for other rows.
  package func outlook(_ plan: RowPlan) -> Message? {
    guard plan.type == .serverFolder else { return nil }
    do throws(SourceError) {
      return try serverCopy(plan).isRunning()
        ? "a server runs on it: it would be asked for its files" : "no server runs on it: it would be copied as it is"
    } catch {
      return error.text
    }
  }
}
