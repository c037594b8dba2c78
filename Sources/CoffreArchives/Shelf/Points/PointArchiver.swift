import CoffreCore
import CoffreSystem
import OpenSSLKit

/// Walks through a source and puts what is new or changed into a point's archive, and everything into its manifest.
final class PointArchiver {
  /// The first name met of a file that has several.
  private struct FirstName {
    let path: PathBytes
    let isInArchive: Bool
  }

  private struct Inode: Hashable {
    let device: UInt64
    let inode: UInt64
  }

  let session: any SourceSession
  let request: PointRequest
  let writer: any ArchiveWriter
  let traits: ArchiveTraits
  private let manifest: ShelfManifestWriter
  let comparison: ParentComparison?
  let workFolder: PathBytes
  let progress: ShelfProgress
  let cancellation: Cancellation
  let hasher = SHA256Hasher()
  var buffer = makeBuffer(1 << 20)
  private var firstOfInode: [Inode: FirstName] = [:]
  private var fitting: ArchiveFitting
  private var longNames = 0
  private(set) var counts = ShelfManifest.Counts()
  /// Where the content of new entries was before.
  private(set) var moves: [ShelfRenaming] = []
  /// What some entry has and the format cannot hold, in words for programs.
  private(set) var lacks: Set<String> = []

  init(
    _ session: any SourceSession, _ request: PointRequest, _ writer: any ArchiveWriter,
    _ manifest: ShelfManifestWriter, _ comparison: ParentComparison?, workFolder: PathBytes,
    progress: ShelfProgress, cancellation: Cancellation
  ) {
    self.session = session
    self.request = request
    self.writer = writer
    self.manifest = manifest
    self.comparison = comparison
    self.workFolder = workFolder
    self.progress = progress
    self.cancellation = cancellation
    // What the archive lacks stands in the manifest: nothing is lost, and one line says so at the end.
    traits = request.traits
    fitting = ArchiveFitting(traits) { _ in }
  }

  func run() throws {
    let walk = SourceWalk(session: session, cancellation: cancellation) { [self] notes in
      for note in notes { tell(note) }
    } lose: { [self] error, path in
      lose(error, path)
    }
    try walk.run { step in
      switch step {
      case .directory(let directory): try take(directory)
      case .entry(let found):
        if found.entry.attributes.kind == .file { try take(file: found) } else { try take(other: found) }
      }
    }
    try comparison?.finish()
  }

  func entry(_ path: PathBytes, _ attributes: EntryAttributes, _ details: EntryDetails) -> ShelfEntry {
    ShelfEntry(
      path: path, attributes: attributes, details: details, userName: session.userName(of: attributes.userID),
      groupName: session.groupName(of: attributes.groupID))
  }

  /// Into the manifest, and counted.
  func add(_ entry: ShelfEntry) throws {
    try manifest.add(entry)
    counts.entries += 1
    progress.count { $0.entries += 1 }
  }

  func move(from old: PathBytes, to new: PathBytes) { moves.append(ShelfRenaming(old: old, new: new)) }
}

// MARK: What is no file

extension PointArchiver {
  private func take(_ directory: SourceWalk.Directory) throws {
    let former = try comparison?.former(of: directory.path, isDirectory: true)
    let entry = entry(directory.path, directory.entry.attributes, directory.details)
    tell(directory.details, of: directory.path)
    if former.map({ !entry.looksLike($0) }) ?? true { _ = try begin(entry, size: 0) }
    try add(entry)
  }

  private func take(other found: SourceWalk.Found) throws {
    let former = try comparison?.former(of: found.path, isDirectory: false)
    guard let details = try details(of: found, found.entry.attributes, former) else { return }
    let entry = entry(found.path, found.entry.attributes, details)
    if former.map({ !entry.looksLike($0) }) ?? true { _ = try begin(entry, size: 0) }
    try add(entry)
  }

  /// - Returns: `nil` for a link that cannot be read, which is told: without its target it is none.
  func details(of found: SourceWalk.Found, _ attributes: EntryAttributes, _ former: ShelfEntry?) throws -> EntryDetails?
  {
    if let former, let comparison, found.entry.isComparable,
      request.change.hasSameDetails(attributes, as: former, taken: comparison.point.time)
    {
      return former.details
    }
    do throws(SourceError) {
      let details = try found.details()
      tell(details, of: found.path)
      return details
    } catch {
      guard !error.endsRun else { throw error }
      lose(error, [UInt8(ascii: "/")] + found.path)
      return attributes.kind == .symlink ? nil : EntryDetails()
    }
  }
}

// MARK: Names of one file

extension PointArchiver {
  private func inode(_ attributes: EntryAttributes) -> Inode? {
    guard attributes.links > 1, attributes.inode != 0 else { return nil }
    return Inode(device: attributes.device, inode: attributes.inode)
  }

  func remember(_ path: PathBytes, _ attributes: EntryAttributes, isInArchive: Bool) {
    guard let inode = inode(attributes), firstOfInode[inode] == nil else { return }
    firstOfInode[inode] = FirstName(path: path, isInArchive: isInArchive)
  }

  /// A file that is another name of an earlier one.
  ///
  /// - Returns: whether it is.
  func takesLink(_ found: SourceWalk.Found, _ former: ShelfEntry?) throws -> Bool {
    let attributes = found.entry.attributes
    guard let inode = inode(attributes), let first = firstOfInode[inode] else { return false }
    var entry = entry(found.path, attributes, try details(of: found, attributes, former) ?? EntryDetails())
    entry.hardLinkOf = first.path
    if first.isInArchive {
      if fitting.holdsHardLink(at: found.path) {
        _ = try begin(entry, size: 0)
      } else {
        // Whoever unpacks the archive by hand wants the file under this name too.
        lacks.insert("hard-links")
        var copy = entry
        copy.hardLinkOf = nil
        _ = try store(found, as: copy)
      }
    }
    try add(entry)
    count(former, isUnchanged: former?.hardLinkOf == first.path, size: attributes.size)
    return true
  }

  func count(_ former: ShelfEntry?, isUnchanged: Bool, size: Int64) {
    counts.files += 1
    counts.bytes += size
    progress.count { counters in
      counters.files += 1
      counters.bytes = counters.bytes.adding(saturating: size)
      if former == nil {
        counters.filesNew += 1
      } else if isUnchanged {
        counters.filesUnmodified += 1
      } else {
        counters.filesChanged += 1
      }
    }
  }
}

// MARK: Into the archive

extension PointArchiver {
  /// Begins an entry of the archive.
  ///
  /// - Returns: what it is called there, if otherwise than the entry; of no use for what is no file.
  func begin(_ entry: ShelfEntry, size: Int64) throws -> PathBytes? {
    var name: PathBytes?
    if let lack = lackOfName(entry.path) {
      lacks.insert(lack)
      guard entry.attributes.kind == .file, entry.hardLinkOf == nil else { return nil }
      longNames += 1
      name = Array(".coffre-long-names/\(longNames)".utf8)
    }
    // The bytes of one file have no name: it is what the archive's file is called.
    if traits.isSingleStream, entry.attributes.kind == .file {
      lacks.insert("names")
      name = request.archiveName
    }
    var archived = ArchiveEntry(
      path: name ?? entry.path, attributes: entry.attributes, details: entry.details, userName: entry.userName,
      groupName: entry.groupName, hardLinkOf: entry.hardLinkOf)
    archived.attributes.size = size
    noteLacks(of: archived)
    guard let fitted = fitting.fit(archived, at: entry.path) else { return nil }
    try writer.begin(fitted)
    counts.stored += 1
    counts.storedBytes += size
    return name
  }

  /// Why an archive cannot hold a path, in a word for programs; `nil` if it can.
  private func lackOfName(_ path: PathBytes) -> String? {
    // A folder's closing slash counts too.
    if path.count + 1 >= traits.longestPath { return "long-names" }
    return traits.keepsLineFeeds || !path.contains(0x0A) ? nil : "line-feeds"
  }

  private func noteLacks(of entry: ArchiveEntry) {
    let attributes = entry.attributes
    if !traits.kinds.contains(attributes.kind) { lacks.insert(attributes.kind.typeName) }
    if !entry.details.extendedAttributes.isEmpty, traits.extendedAttributes == .none {
      lacks.insert("extended-attributes")
    }
    if entry.details.linkTarget.count > traits.longestLinkTarget { lacks.insert("long-link-targets") }
    if !traits.times.contains(attributes.modified.seconds) { lacks.insert("times") }
    if !traits.keepsNanoseconds, attributes.modified.nanoseconds != 0 { lacks.insert("nanoseconds") }
    if !traits.keepsOwners { lacks.insert("owners") }
  }
}

// MARK: Telling

extension PointArchiver {
  func lose(_ error: SourceError, _ path: PathBytes) {
    let isGone = error.reason == .vanished
    progress.warn(
      isGone ? "vanished" : "unreadable", path, isGone ? "vanished since it was listed" : error.cause, isLoss: !isGone)
  }

  private func tell(_ details: EntryDetails, of path: PathBytes) {
    for problem in details.unreadable {
      progress.warn("metadata-unreadable", [UInt8(ascii: "/")] + path, problem, isLoss: true)
    }
  }

  private func tell(_ note: ListingNote) {
    switch note.kind {
    case .socket: progress.warn("socket-skipped", note.path, "a socket is not stored", isLoss: false)
    case .kernelFileSystem:
      progress.warn("kernel-file-system", note.path, "not entered: it belongs to the kernel", isLoss: false)
    case .ownFolder: progress.warn("own-folder", note.path, "left out: Coffre itself works in it", isLoss: false)
    case .unlikeMarker(let problem):
      progress.warn("no-marker", note.path, "it does not leave its folder out: \(problem)", isLoss: false)
    case .noMatch: progress.warn("no-match", note.path, "the pattern matches nothing", isLoss: false)
    case .unreadable(let error): lose(error, note.path)
    }
  }
}

extension ShelfEntry {
  /// Whether what an archive holds of it would be the same.
  func looksLike(_ other: ShelfEntry) -> Bool {
    let (one, two) = (attributes, other.attributes)
    return one.kind == two.kind && one.permissions == two.permissions && one.userID == two.userID
      && one.groupID == two.groupID && one.modified.isSameInstant(as: two.modified)
      && one.deviceNumber == two.deviceNumber && details.linkTarget == other.details.linkTarget
      && details.extendedAttributes == other.details.extendedAttributes
  }
}
