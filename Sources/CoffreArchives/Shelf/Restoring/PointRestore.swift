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

  private let shelf: ShelfFolder
  private let point: ShelfPoint
  private let session: any RestoreSession
  private let isDryRun: Bool
  private let progress: ShelfProgress
  private let cancellation: Cancellation
  /// Entries whose content is wanted, one bit each.
  private var wanted = NumberSet()
  /// Places in the manifest of entries that the session was not given, ascending.
  private var unplaced: [Int] = []
  private var outcome = Outcome()

  /// - Parameter session: the caller closes it.
  package init(
    _ point: ShelfPoint, of shelf: ShelfFolder, into session: any RestoreSession, isDryRun: Bool = false,
    progress: ShelfProgress, cancellation: Cancellation
  ) {
    self.shelf = shelf
    self.point = point
    self.session = session
    self.isDryRun = isDryRun
    self.progress = progress
    self.cancellation = cancellation
  }

  /// Checks the point and all it needs, nothing else.
  ///
  /// - Throws: `ShelfError.damaged` with the archive that is damaged or missing.
  package static func check(
    _ point: ShelfPoint, of shelf: ShelfFolder, progress: ShelfProgress, cancellation: Cancellation
  ) throws {
    progress.begin("checking the archives")
    try PointInspection(shelf, cancellation, progress).inspect(point, .checksums)
  }

  /// - Precondition: `check` threw nothing.
  package func run() throws -> Outcome {
    let counts = point.manifest.counts
    progress.begin("restore", files: counts.files, bytes: counts.bytes)
    try place(linked: try namesOfLinked())
    guard !isDryRun else { return outcome }
    let archives = PointArchives(shelf, point, cancellation)
    for need in [nil] + point.manifest.needs.indices.map(Optional.some) {
      let missing = try archives.read(need) { files, read in try write(files, read) }
      for file in missing where wanted.contains(file.number) {
        lose(file.path, "its content is not in '\(displayed(archives.place(of: need).file))'")
      }
    }
    let failed = { [progress] (error: SourceError) in
      progress.warn("not-restored", error.path, "cannot \(.word(error.action)) it: \(error.cause)", isLoss: true)
    }
    try session.finish(failed)
    try session.finishDirectories(failed)
    return outcome
  }
}

// MARK: Placing

extension PointRestore {
  private func entries(_ body: (ShelfEntry) throws -> Void) throws {
    let reader = try ShelfManifestReader(try shelf.file(ShelfManifest.fileName, of: point.name))
    while let entry = try reader.nextEntry() {
      try cancellation.check()
      try body(entry)
    }
  }

  /// Paths of files that have further names.
  private func namesOfLinked() throws -> Set<PathBytes> {
    var names: Set<PathBytes> = []
    try entries { entry in if let first = entry.hardLinkOf { names.insert(first) } }
    return names
  }

  private func place(linked: Set<PathBytes>) throws {
    // The directories above the entry at hand.
    var above: [(path: PathBytes, number: Int)] = []
    var numberOfLinked: [PathBytes: Int] = [:]
    var skipped: Set<PathBytes> = []
    var ordinal = -1
    try entries { entry in
      ordinal += 1
      while let last = above.last, !entry.path.starts(with: last.path + [UInt8(ascii: "/")]) { above.removeLast() }
      let name = Array(entry.path[(above.last.map { $0.path.count + 1 } ?? 0)...])
      let link = entry.hardLinkOf.flatMap { numberOfLinked[$0] }
      guard isFileName(name) else { return passOver(entry, ordinal, "its folder is not there") }
      if let first = entry.hardLinkOf, skipped.contains(first) {
        // What stands there may be somebody else's: nothing is linked to it.
        unplaced.append(ordinal)
        return progress.warn(
          "link-skipped", [UInt8(ascii: "/")] + entry.path,
          "the file that it is another name of was left alone, and so is this name", isLoss: false)
      }
      guard entry.hardLinkOf == nil || link != nil else {
        return passOver(entry, ordinal, "the file that it is another name of is not there")
      }
      let number = self.number(of: ordinal)
      outcome.entries += 1
      do throws(SourceError) {
        let placement = try session.place(
          RestoredEntry(
            number: number, parent: above.last?.number, name: name, attributes: entry.attributes,
            details: entry.details, hardLinkOf: link))
        if entry.attributes.kind == .file, link == nil { note(placement, of: entry, ordinal) }
        if linked.contains(entry.path) {
          if placement == .skipped { skipped.insert(entry.path) } else { numberOfLinked[entry.path] = number }
        }
        if entry.attributes.kind == .directory { above.append((entry.path, number)) }
      } catch {
        lose(entry.path, "cannot \(.word(error.action)) it: \(error.cause)")
      }
    }
  }

  private func note(_ placement: Placement, of entry: ShelfEntry, _ ordinal: Int) {
    outcome.files += 1
    outcome.bytes = outcome.bytes.adding(saturating: entry.attributes.size)
    progress.item(
      placement == .skipped ? "unchanged" : "restored", [UInt8(ascii: "/")] + entry.path, size: entry.attributes.size)
    guard placement == .skipped || placement == .done else { return wanted.insert(ordinal) }
    outcome.filesSkipped += 1
    progress.count { counters in
      counters.files += 1
      counters.bytes = counters.bytes.adding(saturating: entry.attributes.size)
    }
  }

  /// An entry that the session is not given: it counts only what it gets.
  private func passOver(_ entry: ShelfEntry, _ ordinal: Int, _ problem: Message) {
    unplaced.append(ordinal)
    lose(entry.path, problem)
  }

  /// The session's number of an entry, by its place in the manifest.
  private func number(of ordinal: Int) -> Int {
    var (low, high) = (0, unplaced.count)
    while low < high {
      let middle = (low + high) / 2
      if unplaced[middle] < ordinal { low = middle + 1 } else { high = middle }
    }
    return ordinal - low
  }

  private func lose(_ path: PathBytes, _ problem: Message) {
    progress.warn("not-restored", [UInt8(ascii: "/")] + path, problem, isLoss: true)
  }
}

// MARK: Writing

extension PointRestore {
  /// Writes what one entry of an archive holds to all that want it.
  private func write(
    _ files: [PointArchives.Wanted], _ read: ((Span<UInt8>) throws -> Void) throws -> Digest
  ) throws {
    var targets = files.filter { wanted.contains($0.number) }
    guard !targets.isEmpty else { return }
    var offset: Int64 = 0
    let sum = try read { bytes in
      for file in targets where offset + Int64(bytes.count) <= file.size {
        do throws(SourceError) {
          try session.write(bytes, of: number(of: file.number), at: offset)
        } catch {
          try give(up: file, error)
          targets.removeAll { $0.number == file.number }
        }
      }
      offset += Int64(bytes.count)
      progress.count { $0.bytes = $0.bytes.adding(saturating: Int64(bytes.count)) }
    }
    for file in targets {
      let number = number(of: file.number)
      guard sum == file.sha256, offset == file.size else {
        session.abandon(number)
        wanted.remove(file.number)
        lose(file.path, "its content in the archive is not what was backed up")
        continue
      }
      do throws(SourceError) {
        for problem in try session.complete(number) {
          progress.warn("metadata", problem.path, "cannot \(.word(problem.action)) it: \(problem.cause)", isLoss: true)
        }
        wanted.remove(file.number)
        progress.count { $0.files += 1 }
      } catch {
        try give(up: file, error)
      }
    }
  }

  /// Where no space is left, nothing that comes can be written either.
  private func give(up file: PointArchives.Wanted, _ error: SourceError) throws {
    session.abandon(number(of: file.number))
    guard error.reason != .noSpace, error.reason != .cancelled else { throw error }
    wanted.remove(file.number)
    lose(file.path, error.cause)
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
