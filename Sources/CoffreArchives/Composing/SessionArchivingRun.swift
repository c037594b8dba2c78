import CoffreCore
import CoffreSystem

/// One walk through a session, and what it remembers.
struct SessionArchivingRun {
  private struct Inode: Hashable {
    let device: UInt64
    let inode: UInt64
  }

  /// A directory whose entries are being written.
  private struct Level {
    let directory: any OpenDirectory
    let listing: Listing
    var order: ArraySlice<Int>
    let path: PathBytes
  }

  private static let bufferSize = 1 << 20

  private let archiver: SessionArchiver
  private var fitting: ArchiveFitting
  private var firstOfInode: [Inode: PathBytes] = [:]
  private var buffer = makeBuffer(bufferSize)
  var counters = SessionArchiver.Counters()
  private var problems = 0

  init(_ archiver: SessionArchiver) {
    self.archiver = archiver
    fitting = ArchiveFitting(archiver.traits, archiver.watch.note)
  }

  mutating func walk() throws {
    var levels: [Level] = []
    if let top = try open(archiver.session.top, at: []) { levels.append(top) }
    while var level = levels.popLast() {
      guard let index = level.order.popFirst() else { continue }
      let below = try take(index, of: level)
      levels.append(level)
      if let below { levels.append(below) }
    }
  }

  private mutating func open(_ directory: any UnopenedDirectory, at path: PathBytes) throws -> Level? {
    do throws(SourceError) {
      let open = try directory.open()
      let listing = try open.list()
      for note in listing.notes { tell(note) }
      let sorted = listing.sortedByName()
      let last = sorted.filter { listing.entries[$0].making == .madeLast }
      let order = sorted.filter { listing.entries[$0].making != .madeLast } + last
      return Level(directory: open, listing: listing, order: order[...], path: path)
    } catch {
      try lose(error, at: path)
      return nil
    }
  }

  /// - Returns: the directory to go on with, if the entry is one.
  private mutating func take(_ index: Int, of level: Level) throws -> Level? {
    try archiver.cancellation.check()
    let listed = level.listing.entries[index]
    let name = level.listing.name(of: index)
    // What some run is just making, this one's own archive too.
    guard !PartName.isPart(name) else { return nil }
    let path = level.path.isEmpty ? name : joined(level.path, name)
    var entry = ArchiveEntry(
      path: path, attributes: listed.attributes,
      userName: archiver.session.userName(of: listed.attributes.userID),
      groupName: archiver.session.groupName(of: listed.attributes.groupID))
    let choice = try archiver.watch.choose(
      SessionArchiver.Candidate(entry: entry, isComparable: listed.isComparable))
    if choice == .take {
      do throws(SourceError) {
        entry.details = try level.directory.details(of: index, in: level.listing)
      } catch {
        try lose(error, at: path)
        return nil
      }
      if let fitted = fitting.fit(entry, at: path) {
        try put(fitted, index, of: level)
      }
      count()
    }
    guard listed.attributes.kind == .directory, choice != .leave else { return nil }
    return try open(level.directory.directory(index, in: level.listing), at: path)
  }

  private mutating func put(_ entry: ArchiveEntry, _ index: Int, of level: Level) throws {
    guard entry.attributes.kind == .file else {
      try archiver.writer.begin(entry)
      counters.entries += 1
      return
    }
    if let first = firstName(of: entry) {
      var link = entry
      link.hardLinkOf = first
      try archiver.writer.begin(link)
      counters.entries += 1
      return
    }
    try putFile(entry, index, of: level)
  }

  private mutating func firstName(of entry: ArchiveEntry) -> PathBytes? {
    guard entry.attributes.links > 1, entry.attributes.inode != 0 else { return nil }
    let inode = Inode(device: entry.attributes.device, inode: entry.attributes.inode)
    guard let first = firstOfInode[inode] else { return nil }
    return fitting.holdsHardLink(at: entry.path) ? first : nil
  }

  private mutating func rememberFirstName(of entry: ArchiveEntry) {
    guard entry.attributes.links > 1, entry.attributes.inode != 0 else { return }
    firstOfInode[Inode(device: entry.attributes.device, inode: entry.attributes.inode)] = entry.path
  }
}

// MARK: Files

extension SessionArchivingRun {
  private mutating func putFile(_ listed: ArchiveEntry, _ index: Int, of level: Level) throws {
    let content = PartsReader(level.directory, index, level.listing)
    do throws(SourceError) {
      try content.start()
    } catch {
      return try lose(error, at: listed.path)
    }
    guard let attributes = content.attributes else { return try putSpooled(listed, content) }
    var entry = listed
    entry.attributes.size = attributes.size
    try archiver.writer.begin(entry)
    rememberFirstName(of: entry)
    let written = try copy(content, at: entry.path, limit: attributes.size) { [writer = archiver.writer] in
      try writer.write($0)
    }
    if written < attributes.size { try fill(attributes.size - written, entry) }
    let isShort = written < attributes.size
    if isShort || !isUnchanged(content) { tellOfChange(entry.path, isShort: isShort) }
    ended()
  }

  /// Content whose length only its end tells waits in a file that has no name.
  private mutating func putSpooled(_ listed: ArchiveEntry, _ content: PartsReader) throws {
    let spool = try Spool(in: archiver.workFolder)
    do {
      let size = try copy(content, at: listed.path, limit: .max) { try spool.file.write($0) }
      var entry = listed
      entry.attributes.size = size
      try archiver.writer.begin(entry)
      try spool.file.seek(to: 0)
      var left = size
      while left > 0 {
        try archiver.cancellation.check()
        let count = try spool.read(into: &buffer)
        guard count > 0 else { throw SystemError.notFound(archiver.workFolder) }
        try archiver.writer.write(buffer.span.extracting(0..<count))
        left -= Int64(count)
      }
      ended()
    } catch let error as SourceError {
      try lose(error, at: listed.path)
    }
  }

  /// - Returns: how many bytes came.
  private mutating func copy(
    _ content: PartsReader, at path: PathBytes, limit: Int64, into write: (Span<UInt8>) throws -> Void
  ) throws -> Int64 {
    var written: Int64 = 0
    while written < limit {
      try archiver.cancellation.check()
      var count = 0
      do throws(SourceError) {
        var span = buffer.mutableSpan
        count = try content.read(into: &span)
      } catch {
        // In the middle of an entry the archive needs its bytes: what is missing is zeros, which is told.
        guard limit < .max, !error.endsRun else { throw error }
        try lose(error, at: path)
        return written
      }
      guard count > 0 else { return written }
      let wanted = Int(min(Int64(count), limit - written))
      try write(buffer.span.extracting(0..<wanted))
      written += Int64(wanted)
      counters.bytes += Int64(wanted)
      archiver.watch.progress(counters)
    }
    return written
  }

  private mutating func fill(_ count: Int64, _ entry: ArchiveEntry) throws {
    let zeros = [UInt8](repeating: 0, count: Self.bufferSize)
    var left = count
    while left > 0 {
      try archiver.cancellation.check()
      let piece = zeros.span.extracting(0..<Int(min(left, Int64(zeros.count))))
      try archiver.writer.write(piece)
      left -= Int64(piece.count)
    }
  }

  private func isUnchanged(_ content: PartsReader) -> Bool {
    do throws(SourceError) {
      return try content.isUnchanged()
    } catch {
      return false
    }
  }

  private mutating func ended() {
    counters.entries += 1
    counters.files += 1
  }
}

// MARK: Telling

extension SessionArchivingRun {
  private mutating func count() {
    counters.leftOut = fitting.leftOut
    counters.losses = fitting.lost + problems
    archiver.watch.progress(counters)
  }

  private mutating func tellOfChange(_ path: PathBytes, isShort: Bool) {
    if isShort { problems += 1 }
    archiver.watch.note(
      ArchiveFitting.Note(
        code: "changed-while-read", path: path,
        message: isShort
          ? "it became shorter while it was read; what was missing is zeros" : "it changed while it was read",
        isLoss: isShort))
  }

  private mutating func lose(_ error: SourceError, at path: PathBytes) throws {
    if error.endsRun { throw error }
    fitting.lose("unreadable", path, error.text)
    count()
  }

  private mutating func tell(_ note: ListingNote) {
    switch note.kind {
    case .socket: report("socket-skipped", note.path, "it is a socket; it is not in the archive")
    case .kernelFileSystem:
      report("kernel-file-system", note.path, "it is a file system of the kernel's own; it is not entered")
    case .ownFolder: report("own-folder", note.path, "Coffre itself works in it; it is not in the archive")
    case .unlikeMarker(let message): report("marker", note.path, message)
    case .noMatch: report("no-match", note.path, "nothing matches it")
    case .unreadable(let error): fitting.lose("unreadable", note.path, error.text)
    }
  }

  private func report(_ code: String, _ path: PathBytes, _ message: Message) {
    archiver.watch.note(ArchiveFitting.Note(code: code, path: path, message: message, isLoss: false))
  }
}
