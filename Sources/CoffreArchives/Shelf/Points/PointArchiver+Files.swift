import CoffreCore
import CoffreSystem
import OpenSSLKit

extension PointArchiver {
  /// Files up to this size are read into memory: their length is known when they are written, and a second look does not
  /// read them again.
  private static let memoryLimit = 16 << 20

  /// What reading a file for the first time gave.
  private enum FirstLook {
    /// All of it.
    case memory([UInt8], sha256: Digest)
    /// All of it, in a file: its length was not known before.
    case spool(Spool, size: Int64, sha256: Digest)
    /// As much as was needed to know its checksum; it has to be read again.
    case hashed(size: Int64, sha256: Digest)
    /// Too much for memory, and nothing to compare with.
    case large

    var known: (size: Int64, sha256: Digest)? {
      switch self {
      case .memory(let bytes, let sum): (Int64(bytes.count), sum)
      case .spool(_, let size, let sum), .hashed(let size, let sum): (size, sum)
      case .large: nil
      }
    }
  }

  func take(file found: SourceWalk.Found) throws {
    let former = try comparison?.former(of: found.path, isDirectory: false)
    do {
      if try takesLink(found, former) { return }
      if try takesOver(found, former) { return }
      let candidate = try candidate(for: found, former)
      try take(changed: found, former, candidate)
    } catch let error as SourceError {
      guard !error.endsRun else { throw error }
      lose(error, [UInt8(ascii: "/")] + found.path)
    }
  }

  /// Takes over what size and times say is unchanged.
  private func takesOver(_ found: SourceWalk.Found, _ former: ShelfEntry?) throws -> Bool {
    let attributes = found.entry.attributes
    guard let comparison, let former, found.entry.isComparable, found.entry.making == .found,
      request.change.isUnchanged(attributes, since: former, taken: comparison.point.time),
      let (content, owner) = try comparison.content(of: former)
    else { return false }
    var entry = entry(found.path, attributes, try details(of: found, attributes, former) ?? EntryDetails())
    entry.content = comparison.takenOver(content, of: owner, by: found.path)
    try add(entry)
    remember(found.path, attributes, isInArchive: false)
    count(former, isUnchanged: true, size: attributes.size)
    return true
  }

  /// The parent's entry whose content this file may have: that of the same path, or of the same inode under another.
  private func candidate(for found: SourceWalk.Found, _ former: ShelfEntry?) throws -> ShelfEntry? {
    guard let comparison else { return nil }
    if let former, former.attributes.kind == .file { return former }
    guard found.entry.isComparable else { return nil }
    return try comparison.entry(ofInode: found.entry.attributes.inode, size: found.entry.attributes.size)
  }

  private func take(changed found: SourceWalk.Found, _ former: ShelfEntry?, _ candidate: ShelfEntry?) throws {
    progress.count { $0.currentItem = "/" + displayed(found.path) }
    let (look, opened) = try firstLook(found, candidate)
    var attributes = opened
    let details = try details(of: found, attributes, former) ?? EntryDetails()
    var entry = entry(found.path, attributes, details)
    if let known = look.known { attributes.size = known.size }
    entry.attributes.size = attributes.size
    if let comparison, let candidate, let (content, owner) = try comparison.content(of: candidate),
      let known = look.known, known.sha256 == content.sha256, known.size == candidate.attributes.size
    {
      entry.content = comparison.takenOver(content, of: owner, by: found.path)
      try add(entry)
      remember(found.path, attributes, isInArchive: false)
      if former == nil { move(from: candidate.path, to: found.path) }
      return count(former, isUnchanged: true, size: attributes.size)
    }
    switch look {
    case .memory(let bytes, let sum):
      let name = try begin(entry, size: Int64(bytes.count))
      try writer.write(bytes.span)
      entry.content = ShelfEntry.Content(sha256: sum, name: name)
    case .spool(let spool, let size, let sum):
      let name = try begin(entry, size: size)
      try copy(spool, size)
      entry.content = ShelfEntry.Content(sha256: sum, name: name)
    case .hashed, .large:
      guard let content = try store(found, as: &entry) else { return }
      entry.content = content
    }
    try add(entry)
    remember(found.path, attributes, isInArchive: true)
    count(former, isUnchanged: false, size: entry.attributes.size)
    progress.item(former == nil ? "new" : "changed", found.path, size: entry.attributes.size)
  }
}

// MARK: Reading

extension PointArchiver {
  /// - Returns: what was read, and the file's attributes when it was opened.
  private func firstLook(_ found: SourceWalk.Found, _ candidate: ShelfEntry?) throws -> (FirstLook, EntryAttributes) {
    var attempts = 0
    while true {
      attempts += 1
      let content = PartsReader(found.directory, found.index, found.listing)
      try content.start()
      let attributes = content.attributes ?? found.entry.attributes
      var bytes: [UInt8] = []
      let isWhole = try fill(&bytes, from: content)
      if isWhole {
        let isStable = try content.isUnchanged()
        // Once more: a file that is written to all the time is taken as it is, and that is said.
        if !isStable, attempts == 1 { continue }
        if !isStable { tellOfChange(found.path) }
        return (.memory(bytes, sha256: hasher.hash(bytes.span)), attributes)
      }
      guard content.attributes != nil, attributes.kind == .file else {
        return (try spooled(bytes, then: content), attributes)
      }
      guard let candidate, candidate.attributes.size == attributes.size else { return (.large, attributes) }
      return (try hashed(bytes, then: content), attributes)
    }
  }

  /// - Returns: whether that was all.
  private func fill(_ bytes: inout [UInt8], from content: PartsReader) throws -> Bool {
    while bytes.count <= Self.memoryLimit {
      try cancellation.check()
      let count = try read(content, into: &buffer)
      guard count > 0 else { return true }
      bytes += buffer[..<count]
    }
    return false
  }

  private func hashed(_ start: [UInt8], then content: PartsReader) throws -> FirstLook {
    hasher.begin()
    hasher.update(start.span)
    var size = Int64(start.count)
    try forEachPiece(of: content) { piece in
      hasher.update(piece)
      size += Int64(piece.count)
    }
    return .hashed(size: size, sha256: hasher.finish())
  }

  private func spooled(_ start: [UInt8], then content: PartsReader) throws -> FirstLook {
    let spool = try Spool(in: workFolder)
    hasher.begin()
    hasher.update(start.span)
    try spool.file.write(start.span)
    var size = Int64(start.count)
    try forEachPiece(of: content) { piece in
      hasher.update(piece)
      try spool.file.write(piece)
      size += Int64(piece.count)
    }
    return .spool(spool, size: size, sha256: hasher.finish())
  }

  private func forEachPiece(of content: PartsReader, _ body: (Span<UInt8>) throws -> Void) throws {
    while true {
      try cancellation.check()
      let count = try read(content, into: &buffer)
      guard count > 0 else { return }
      let piece = buffer
      try body(piece.span.extracting(0..<count))
    }
  }

  private func tellOfChange(_ path: PathBytes) {
    progress.warn(
      "changed-while-read", [UInt8(ascii: "/")] + path, "it changed while it was read; what was read is stored",
      isLoss: request.changesAreLosses)
  }
}

// MARK: Writing

extension PointArchiver {
  private func copy(_ spool: Spool, _ size: Int64) throws {
    try spool.file.seek(to: 0)
    var left = size
    while left > 0 {
      try cancellation.check()
      let count = try spool.read(into: &buffer)
      guard count > 0 else { throw SystemError.notFound(workFolder) }
      let piece = buffer
      try writer.write(piece.span.extracting(0..<count))
      left -= Int64(count)
    }
  }

  func store(_ found: SourceWalk.Found, as entry: ShelfEntry) throws -> ShelfEntry.Content? {
    var entry = entry
    return try store(found, as: &entry)
  }

  /// Reads a file and writes it at once; an archive must be told its length before.
  ///
  /// - Returns: `nil` if it could not be read to its end, which is told: what the archive has under its name is not whole,
  ///   and no manifest speaks of it.
  private func store(_ found: SourceWalk.Found, as entry: inout ShelfEntry) throws -> ShelfEntry.Content? {
    let content = PartsReader(found.directory, found.index, found.listing)
    try content.start()
    if let now = content.attributes { entry.attributes = now }
    var left = entry.attributes.size
    let name = try begin(entry, size: left)
    hasher.begin()
    while left > 0 {
      try cancellation.check()
      let count: Int
      do throws(SourceError) {
        count = try read(content, into: &buffer)
      } catch {
        guard !error.endsRun else { throw error }
        lose(error, [UInt8(ascii: "/")] + found.path)
        try fill(left)
        return nil
      }
      guard count > 0 else { break }
      let wanted = Int(min(Int64(count), left))
      let piece = buffer
      hasher.update(piece.span.extracting(0..<wanted))
      try writer.write(piece.span.extracting(0..<wanted))
      left -= Int64(wanted)
    }
    if left > 0 {
      progress.warn(
        "changed-while-read", [UInt8(ascii: "/")] + found.path,
        "it became shorter while it was read; what was missing is zeros", isLoss: true)
      try fill(left)
    } else if try !content.isUnchanged() {
      tellOfChange(found.path)
    }
    return ShelfEntry.Content(sha256: hasher.finish(), name: name)
  }

  /// Zeros in the place of what cannot be had.
  private func fill(_ count: Int64) throws {
    let zeros = [UInt8](repeating: 0, count: 1 << 16)
    var left = count
    while left > 0 {
      try cancellation.check()
      let piece = zeros.span.extracting(0..<Int(min(left, Int64(zeros.count))))
      hasher.update(piece)
      try writer.write(piece)
      left -= Int64(piece.count)
    }
  }
}

private func read(_ content: PartsReader, into buffer: inout [UInt8]) throws(SourceError) -> Int {
  var span = buffer.mutableSpan
  return try content.read(into: &span)
}
