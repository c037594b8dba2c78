import CoffreCore
import CoffreSources
import CoffreSystem

/// A copy of a data directory on which no server runs, file by file. Until it is made no server starts there.
struct StoppedCopy {
  private let contents: FolderContents
  private let files: ServerFiles
  private let workFolder: PathBytes
  private let cancellation: Cancellation
  private let progress: (Int64) -> Void

  init(
    _ contents: FolderContents, to files: ServerFiles, _ workFolder: PathBytes, _ cancellation: Cancellation,
    _ progress: @escaping (Int64) -> Void
  ) {
    self.contents = contents
    self.files = files
    self.workFolder = workFolder
    self.cancellation = cancellation
    self.progress = progress
  }

  func make() throws(SourceError) -> ServerFolderCopy.Made {
    let hold: RunningDatabase.Hold?
    let isTaken: Bool
    do throws(SystemError) {
      hold = try RunningDatabase.holdOff(contents.folder)
      isTaken = hold == nil
    } catch {
      // Where a file system knows no locks, what changed tells afterwards.
      hold = nil
      isTaken = false
    }
    if isTaken { throw started(nil) }
    defer { hold?.release() }
    var copying = FolderCopying(contents, to: files.path, cancellation: cancellation, progress: progress)
    try copying.run()
    if let changed = copying.firstChanged() { throw started(changed) }
    if ServingProcess.find(in: contents.folder) != nil { throw started(nil) }
    let (notes, isWhole) = LinksElsewhere.notes(of: contents)
    let facts: CopiedFolderFacts
    do throws(SystemError) {
      facts = try CopiedFolderFacts(of: files.path)
    } catch {
      throw SourceError(staging: error, "read", files.path)
    }
    return ServerFolderCopy.Made(
      way: .serverStopped, method: "no server runs on it: copied as it is", notes: notes,
      sizeInBytes: contents.sizeInBytes, proof: isWhole ? FolderProof(of: files, facts, workFolder: workFolder) : nil)
  }

  private func started(_ changed: PathBytes?) -> SourceError {
    SourceError(
      .notWhole, "copy", contents.folder,
      because: changed.map {
        "'\(shown($0))' changed while it was copied: a server was started, or somebody writes there"
      }
        ?? "a server was started on it meanwhile",
      advice: "Run it again: a server that runs is asked for its files.")
  }
}

/// Names in a data directory that lead out of it.
enum LinksElsewhere {
  /// - Returns: what is missing in a copy, and whether a server may be started on it: one that follows such names would open
  ///   the original's files.
  static func notes(of contents: FolderContents) -> (notes: [SourceNote], isWhole: Bool) {
    let links = contents.entries.filter { entry in
      entry.attributes.kind == .symlink || displayed(entry.name).hasSuffix(#".isl"#)
    }
    guard !links.isEmpty else { return ([], true) }
    let names = links.map { displayed($0.path) }
    return (
      [
        SourceNote(
          subject: displayed(contents.folder),
          message: "what lies elsewhere is not in the archive, and no server was started on the copy: "
            + "\(names.prefix(5).joined(separator: ", "))", isLoss: true)
      ], false
    )
  }
}
