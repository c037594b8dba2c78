package import CoffreCore
import CoffreSystem

/// Brings a point back, exactly the tree of its instant: entries as the manifest tells them, contents from whichever
/// archives hold them.
///
/// Everything it needs is checked before the first entry is written. Contents are compared with the manifest as they are
/// written; a file that differs is removed again and told.
package final class PointRestore {
  /// What became of it.
  package struct Outcome: Sendable, Hashable {
    package var entries = 0
    package var files = 0
    package var filesSkipped = 0
    package var bytes: Int64 = 0
  }

  /// How it is done.
  package struct Options: Sendable {
    /// What opens it, if it is encrypted.
    package var keys = ArchiveKeys()
    package var choice = EntryChoice()
    package var isDryRun = false

    package init() {}
  }

  let shelf: ShelfFolder
  let point: ShelfPoint
  let session: any RestoreSession
  let options: Options
  let progress: ShelfProgress
  let cancellation: Cancellation
  /// Entries whose content is wanted, one bit each, by their places in the manifest.
  var wanted = NumberSet()
  /// In which archives it lies: places in the manifest's needs.
  var wantedNeeds: Set<Int?> = []
  /// Places in the manifest of entries that the session was not given, ascending.
  var unplaced: [Int] = []
  /// Another name of a file that is brought back though its first name, which has the content, is not: by the place of the
  /// first one.
  var standIns: [Int: Int] = [:]
  /// Further names of files: they wait until it is known what became of the contents.
  var links: [Link] = []
  /// The session's numbers of files whose content could not be brought back.
  private var failed: Set<Int> = []
  /// The number that the session is given next, when everything but the links is placed.
  var nextNumber = 0
  var outcome = Outcome()

  /// - Parameter session: the caller closes it.
  package init(
    _ point: ShelfPoint, of shelf: ShelfFolder, into session: any RestoreSession, _ options: Options = Options(),
    progress: ShelfProgress, cancellation: Cancellation
  ) {
    self.shelf = shelf
    self.point = point
    self.session = session
    self.options = options
    self.progress = progress
    self.cancellation = cancellation
  }

  /// Checks the point and all it needs, and whether the keys open it; nothing else.
  ///
  /// - Throws: `ShelfError.damaged` with the archive that is damaged or missing, `ShelfError.sealed` if the keys do not open
  ///   it.
  package static func check(
    _ point: ShelfPoint, of shelf: ShelfFolder, keys: ArchiveKeys = ArchiveKeys(), progress: ShelfProgress,
    cancellation: Cancellation
  ) throws {
    progress.begin("checking the archives")
    let inspection = PointInspection(shelf, keys: keys, cancellation, progress)
    try inspection.inspect(point, .checksums)
    try inspection.tryKeys(on: point)
  }

  /// - Precondition: `check` threw nothing.
  package func run() throws -> Outcome {
    let counts = point.manifest.counts
    progress.begin("restore", files: counts.files, bytes: counts.bytes)
    try placeAll()
    guard !options.isDryRun else {
      try placeLinks { _ in true }
      return outcome
    }
    let archives = PointArchives(shelf, point, options.keys, cancellation)
    for need in [nil] + point.manifest.needs.indices.map(Optional.some) where wantedNeeds.contains(need) {
      let unmet = try archives.read(need) { files, read in try write(files, read) }
      for file in unmet where wanted.contains(file.wanted.number) {
        giveUp(
          file.wanted,
          file.isOther
            ? "its content in the archive is not what was backed up"
            : "its content is not in '\(displayed(archives.place(of: need).file))'")
      }
    }
    // A name must never be given to what somebody else has in a file's place.
    try placeLinks { [failed] in !failed.contains($0) }
    let tell = { [progress] (error: SourceError) in
      progress.warn("not-restored", error.path, "cannot \(.word(error.action)) it: \(error.cause)", isLoss: true)
    }
    try session.finish(tell)
    try session.finishDirectories(tell)
    return outcome
  }
}

// MARK: Writing

extension PointRestore {
  /// Writes what one entry of an archive holds to all that want it.
  ///
  /// - Returns: those whose content it is not.
  private func write(
    _ files: [PointArchives.Wanted], _ read: ((Span<UInt8>) throws -> Void) throws -> Digest
  ) throws -> [PointArchives.Wanted] {
    var targets = files.filter { wanted.contains($0.number) }
    guard !targets.isEmpty else { return [] }
    var offset: Int64 = 0
    let sum = try read { bytes in
      for file in targets where offset + Int64(bytes.count) <= file.size {
        do throws(SourceError) {
          try session.write(bytes, of: target(of: file), at: offset)
        } catch {
          try giveUp(file, because: error)
          targets.removeAll { $0.number == file.number }
        }
      }
      offset += Int64(bytes.count)
      progress.count { $0.bytes = $0.bytes.adding(saturating: Int64(bytes.count)) }
    }
    for file in targets where file.isMet(by: sum, offset) { try complete(file) }
    let others = targets.filter { !$0.isMet(by: sum, offset) }
    for file in others { session.abandon(target(of: file)) }
    return others
  }

  private func complete(_ file: PointArchives.Wanted) throws {
    do throws(SourceError) {
      for problem in try session.complete(target(of: file)) {
        progress.warn("metadata", problem.path, "cannot \(.word(problem.action)) it: \(problem.cause)", isLoss: true)
      }
      wanted.remove(file.number)
      progress.count { $0.files += 1 }
    } catch {
      try giveUp(file, because: error)
    }
  }

  /// The session's number of the file that a content goes to.
  private func target(of file: PointArchives.Wanted) -> Int { number(of: standIns[file.number] ?? file.number) }

  /// Where no space is left, nothing that comes can be written either.
  private func giveUp(_ file: PointArchives.Wanted, because error: SourceError) throws {
    session.abandon(target(of: file))
    guard error.reason != .noSpace, error.reason != .cancelled else { throw error }
    giveUp(file, error.cause)
  }

  private func giveUp(_ file: PointArchives.Wanted, _ problem: Message) {
    failed.insert(target(of: file))
    wanted.remove(file.number)
    lose(file.path, problem)
  }
}

/// A set of numbers from 0 on: a bit for each.
struct NumberSet {
  private var words: [UInt64] = []

  func contains(_ number: Int) -> Bool {
    number >> 6 < words.count && words[number >> 6] >> UInt64(number & 63) & 1 == 1
  }

  mutating func insert(_ number: Int) {
    while words.count <= number >> 6 { words.append(0) }
    words[number >> 6] |= 1 << UInt64(number & 63)
  }

  mutating func remove(_ number: Int) {
    if number >> 6 < words.count { words[number >> 6] &= ~(1 << UInt64(number & 63)) }
  }
}
