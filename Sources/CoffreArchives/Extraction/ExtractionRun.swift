import CoffreCore
import CoffreSystem

/// One way through an archive, and what it remembers.
final class ExtractionRun {
  /// What became of a path.
  private struct Placed {
    /// Of a hard link, that of its file.
    let number: Int
    let kind: EntryKind
    /// A folder that no entry has told of yet: it only stands above others.
    var isMadeUp = false
    /// A file that is whole and not shown yet.
    var isWaiting = false
    /// The place of a hard link that is not made yet.
    var link: Int?
  }

  let extraction: ArchiveExtraction
  var reader: any ArchiveReader
  private let place: (any AmendableRestore)?
  private var placed: [PathBytes: Placed] = [:]
  private var nextNumber = 0
  /// Files that are whole, and shown when the whole archive is known to be.
  private var waiting: [Int] = []
  private var links = HardLinks()
  var linksToUnwanted = LinksToUnwanted()
  /// How many entries came before the one at hand.
  private var ordinal = 0
  private var isAbsoluteTold = false
  private var buffer = makeBuffer(1 << 20)
  var counters = ArchiveExtraction.Counters()

  init(_ extraction: ArchiveExtraction, into place: (any AmendableRestore)?) {
    self.extraction = extraction
    reader = extraction.reader
    self.place = place
  }

  func run() throws {
    while let entry = try reader.next() {
      try extraction.cancellation.check()
      try checkCount(entry)
      if let problem = entry.problem { lose("header", entry.path, problem) }
      try take(entry)
      ordinal += 1
      extraction.progress(counters)
    }
    if counters.matched == 0, extraction.choice.isChoosing {
      note("nothing-matched", [], "nothing in the archive matches the patterns")
    }
    try bringLinksToUnwanted()
    for number in waiting where links.fate(of: number) == nil { try complete(number) }
    guard let place else { return }
    for link in links.all { try make(link) }
    try place.finish { tell($0) }
    try place.finishDirectories { tell($0) }
  }

  private func take(_ entry: ArchiveEntry) throws {
    switch EntryPath(entry.path) {
    case .hostile(let cause): lose("hostile-name", entry.path, cause)
    case .top: counters.entries += 1
    case .inside(let parts):
      let path = cleaned(parts)
      guard extraction.choice.takes(path) else { return }
      counters.matched += 1
      if entry.path.first == UInt8(ascii: "/"), !isAbsoluteTold {
        isAbsoluteTold = true
        note("absolute", entry.path, "its path is absolute; such entries go into the target")
      }
      guard place != nil else { return try look(at: entry) }
      try bring(entry, parts, path)
    }
  }

  /// Only reads.
  private func look(at entry: ArchiveEntry) throws {
    counters.entries += 1
    guard entry.attributes.kind == .file, entry.hardLinkOf == nil else { return }
    try content(of: entry) { _, _ in }
    counters.files += 1
  }

  func bring(_ entry: ArchiveEntry, _ parts: [PathBytes], _ path: PathBytes) throws {
    guard let parent = try folder(parts.dropLast(), for: entry) else { return }
    let kind = entry.attributes.kind
    if let before = placed[path] {
      if kind == .directory, before.kind == .directory {
        placed[path]?.isMadeUp = false
        place?.amend(before.number, entry.attributes, entry.details)
        return counters.entries += 1
      }
      let isShown = !before.isWaiting && before.link == nil
      // Two names that became one are two files.
      let isLater = !mayMergeNames && (entry.hardLinkOf == nil || !isShown)
      guard kind == .file, before.kind == .file, isLater else {
        return lose("twice", entry.path, "the archive holds two entries of this name, and the first one is kept")
      }
    }
    guard kind != .socket else {
      counters.leftOut += 1
      return note("socket-skipped", entry.path, "it is a socket; it is not brought back")
    }
    let name = parts[parts.count - 1]
    if reader === extraction.reader { linksToUnwanted.drop(path) }
    guard let link = entry.hardLinkOf else {
      if let before = placed[path] { replace(before) }
      return try put(entry, named: name, in: parent.number, at: path)
    }
    if let first = unwantedFile(of: link) {
      return linksToUnwanted.add(
        LinksToUnwanted.Link(entry: entry, parts: parts, path: path, first: first, place: ordinal))
    }
    guard case .inside(let linked) = EntryPath(link), let found = placed[cleaned(linked)], found.kind == .file else {
      return loseLink(entry, to: link)
    }
    if let before = placed[path] {
      // It is that file's name already.
      guard before.number != found.number else { return counters.entries += 1 }
      replace(before)
    }
    let place = links.add(
      HardLinks.Link(entry: entry, name: name, parent: parent.number, path: path, original: found.number))
    placed[path] = Placed(number: found.number, kind: .file, link: place)
  }

  /// Accents in a 7z are written anew; and in a list of `7zz` a line feed is a `_`.
  private var mayMergeNames: Bool { reader.format == "7z" || reader is SevenZipReader }

  /// The later one counts, as with tar.
  private func replace(_ before: Placed) {
    if let link = before.link { return links.drop(link) }
    if before.isWaiting { place?.abandon(before.number) }
    // What was linked to it had the content that is not there any more.
    links.note(.replaced, of: before.number)
  }

  private func make(_ link: HardLinks.Link) throws {
    switch links.fate(of: link.original) {
    case nil:
      try put(link.entry, named: link.name, in: link.parent, at: link.path, link.original)
    case .skipped:
      counters.leftOut += 1
      note(
        "link-skipped", link.entry.path,
        "the file that it is another name of was left alone, and so is this name")
    case .replaced:
      lose(
        "link-lost", link.entry.path,
        "the archive holds the file that it is another name of twice, and the later one counts: it is not brought back")
    case .failed:
      lose("link-lost", link.entry.path, "the file that it is another name of could not be brought back")
    }
  }

  private func put(
    _ entry: ArchiveEntry, named name: PathBytes, in parent: Int?, at path: PathBytes, _ original: Int? = nil
  ) throws {
    guard let place else { return }
    let number = nextNumber
    let placement: Placement
    do throws(SourceError) {
      nextNumber += 1
      placement = try place.place(
        RestoredEntry(
          number: number, parent: parent, name: name, attributes: entry.attributes, details: entry.details,
          hardLinkOf: original))
    } catch {
      if error.endsRun { throw error }
      if entry.attributes.kind == .file, original == nil {
        placed[path] = Placed(number: number, kind: .file)
        links.note(.failed, of: number)
      }
      return tell(error)
    }
    placed[path] = Placed(number: number, kind: entry.attributes.kind)
    guard placement != .skipped else {
      links.note(.skipped, of: number)
      return counters.leftOut += 1
    }
    counters.entries += 1
    guard entry.attributes.kind == .file, original == nil else { return }
    try putContent(of: entry, number, at: path, in: place)
  }

  private func putContent(of entry: ArchiveEntry, _ number: Int, at path: PathBytes, in place: any AmendableRestore)
    throws
  {
    var written: Int64 = 0
    do {
      written = try content(of: entry) { bytes, offset throws(SourceError) in
        try place.write(bytes, of: number, at: offset)
      }
      if written == 0 { try place.write([UInt8]().span, of: number, at: 0) }
    } catch {
      place.abandon(number)
      // A place that takes no more takes nothing of the next entry either; a damaged entry may be the only one.
      guard let damage = error as? ArchiveError, damage.reason == .damaged, reader.provesEntries else { throw error }
      links.note(.failed, of: number)
      return lose("damaged", entry.path, damage.cause)
    }
    if written != entry.attributes.size {
      var attributes = entry.attributes
      attributes.size = written
      place.amend(number, attributes, entry.details)
    }
    counters.files += 1
    if reader.provesEntries { return try complete(number) }
    waiting.append(number)
    placed[path]?.isWaiting = true
  }

  private func complete(_ number: Int) throws {
    guard let place else { return }
    do throws(SourceError) {
      for problem in try place.complete(number) { tell(problem) }
    } catch {
      place.abandon(number)
      links.note(.failed, of: number)
      if error.endsRun || error.reason == .noSpace { throw error }
      tell(error)
    }
  }
}

// MARK: Folders

extension ExtractionRun {
  /// The folder of an entry, with those above it.
  ///
  /// - Returns: `nil` if something that is no folder stands there, which was told; the number is `nil` for the target.
  private func folder(_ parts: ArraySlice<PathBytes>, for entry: ArchiveEntry) throws -> (number: Int?, ())? {
    var number: Int?
    var path: PathBytes = []
    for part in parts {
      path = path.isEmpty ? part : joined(path, part)
      if let known = placed[path] {
        guard known.kind == .directory else {
          lose("hostile-path", entry.path, "its path leads through '\(displayed(path))', which is no folder")
          return nil
        }
        number = known.number
        continue
      }
      guard let made = try makeUp(part, path, in: number) else { return nil }
      number = made
    }
    return (number, ())
  }

  /// A folder that the archive has not told of (yet).
  private func makeUp(_ name: PathBytes, _ path: PathBytes, in parent: Int?) throws -> Int? {
    guard let place else { return nil }
    let number = nextNumber
    nextNumber += 1
    let attributes = EntryAttributes(
      kind: .directory, permissions: 0o755, userID: effectiveUserID, groupID: processGroupID, modified: Clock.now())
    do throws(SourceError) {
      let placement = try place.place(
        RestoredEntry(number: number, parent: parent, name: name, attributes: attributes, details: EntryDetails()))
      guard placement != .skipped else { return nil }
    } catch {
      if error.endsRun { throw error }
      tell(error)
      return nil
    }
    placed[path] = Placed(number: number, kind: .directory, isMadeUp: true)
    return number
  }
}

// MARK: Content and limits

extension ExtractionRun {
  /// - Returns: how many bytes the entry has.
  @discardableResult
  private func content(of entry: ArchiveEntry, into write: (Span<UInt8>, Int64) throws -> Void) throws -> Int64 {
    if entry.hasSize { try checkSize(counters.bytes.addingReportingOverflow(entry.attributes.size), of: entry) }
    var written: Int64 = 0
    // A view of what a class keeps may not be held: the buffer is a local one meanwhile.
    var buffer = buffer
    self.buffer = []
    defer { self.buffer = buffer }
    while true {
      try extraction.cancellation.check()
      var span = buffer.mutableSpan
      let count = try reader.read(into: &span)
      guard count > 0 else { return written }
      counters.bytes += Int64(count)
      try checkSize((counters.bytes, false), of: entry)
      try write(buffer.span.extracting(0..<count), written)
      written += Int64(count)
      extraction.progress(counters)
    }
  }

  private func checkCount(_ entry: ArchiveEntry) throws {
    let seen = counters.entries + counters.leftOut + links.count + linksToUnwanted.count + 1
    guard seen > extraction.limits.mostEntries else { return }
    throw ArchiveError(
      .tooLarge, format: reader.format, path: entry.path,
      because: "it holds more than \(extraction.limits.mostEntries) entries")
  }

  private func checkSize(_ size: (partialValue: Int64, overflow: Bool), of entry: ArchiveEntry) throws {
    let limits = extraction.limits
    let size = size.overflow ? .max : size.partialValue
    if let most = limits.mostBytes, size > most {
      throw ArchiveError.unpacks(toMoreThan: most, format: reader.format, path: entry.path)
    }
    guard limits.mostBytes == nil, size > limits.ratioFreeBytes else { return }
    let (most, overflows) = reader.size.multipliedReportingOverflow(by: limits.mostRatio)
    guard !overflows, size > most else { return }
    throw ArchiveError(
      .tooLarge, format: reader.format, path: entry.path,
      because: "it unpacks to more than \(limits.mostRatio) times its size (\(byteText(reader.size)))")
  }
}

// MARK: Telling

extension ExtractionRun {
  private func note(_ code: String, _ path: PathBytes, _ message: Message) {
    extraction.note(ArchiveFitting.Note(code: code, path: path, message: message, isLoss: false))
  }

  func lose(_ code: String, _ path: PathBytes, _ message: Message) {
    counters.leftOut += 1
    counters.losses += 1
    extraction.note(ArchiveFitting.Note(code: code, path: path, message: message, isLoss: true))
  }

  private func tell(_ error: SourceError) {
    counters.losses += 1
    extraction.note(
      ArchiveFitting.Note(code: "not-restored", path: error.path, message: error.text, isLoss: true))
  }
}
