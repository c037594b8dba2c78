import CoffreCore
import CoffreSystem

/// A copy of one file that somebody writes to, made to be archived in its place.
enum PrivateFileCopy {
  /// How often a file is copied that is changed meanwhile.
  private static let attempts = 3

  /// - Parameters:
  ///   - path: of the file; a link is followed.
  ///   - folder: empty; the copy has the file's name in it.
  /// - Returns: the copy, its size, and what people should know of it.
  static func make(
    of path: PathBytes, in folder: PathBytes, cancellation: Cancellation, progress: (Int64) -> Void
  ) throws(SourceError) -> (path: PathBytes, size: Int64, method: Message, notes: [SourceNote]) {
    let copy = joined(folder, splitPath(path).name)
    for attempt in 1...attempts {
      let found: Outcome
      do throws(SystemError) {
        found = try copyOnce(path, to: copy, folder, cancellation, progress)
      } catch let error {
        throw SourceError(staging: error, "copy", path)
      }
      if let failure = found.failure { throw failure }
      let method: Message =
        found.growth > 0
        ? "it changed while it was read: a private copy was archived, up to the \(byteText(found.size)) that it had when "
          + "copying began; what was added since then is left for the next run"
        : "it changed while it was read: a private copy of \(byteText(found.size)) was archived"
      if found.isSteady { return (copy, found.size, method, []) }
      guard attempt == attempts else { continue }
      let note = SourceNote(
        subject: displayed(path),
        message:
          "it was written to during each of \(attempts) attempts to copy it: the copy may hold several moments of it",
        isLoss: true)
      return (copy, found.size, method, [note])
    }
    preconditionFailure("the last attempt returns")
  }

  private struct Outcome {
    var size: Int64 = 0
    /// How much was added while it was copied.
    var growth: Int64 = 0
    /// Whether nothing of what was copied changed, as far as size and times tell: a file that grew is taken for one that is
    /// only added to.
    var isSteady = false
    var failure: SourceError?
  }

  private static func copyOnce(
    _ path: PathBytes, to copy: PathBytes, _ folder: PathBytes, _ cancellation: Cancellation,
    _ progress: (Int64) -> Void
  ) throws(SystemError) -> Outcome {
    var outcome = Outcome()
    let source = try FileDescriptor.open(path, for: .reading, .nonBlocking)
    let before = try source.attributes()
    guard before.kind == .file else { throw SystemError.notFound(path) }
    do throws(SourceError) {
      try StagingSpace.check(for: before.size, in: folder, copying: path)
      let target: FileDescriptor
      do throws(SystemError) {
        target = try FileDescriptor.open(copy, for: .writing, [.create, .truncate, .noFollow])
      } catch {
        throw SourceError(staging: error, "write a private copy to", copy, advice: StagingArea.advice)
      }
      outcome.size = try FileCopying.copy(
        source, to: target, size: before.size, subject: path, cancellation: cancellation, progress: progress)
      do throws(SystemError) {
        try target.takeAttributes(of: before)
      } catch {
        throw SourceError(staging: error, "write a private copy to", copy)
      }
    } catch {
      outcome.failure = error
      return outcome
    }
    let after = try source.attributes()
    outcome.growth = after.size - before.size
    outcome.isSteady =
      outcome.size == before.size && (after.isSameContent(as: before) || outcome.growth > 0)
    return outcome
  }
}
