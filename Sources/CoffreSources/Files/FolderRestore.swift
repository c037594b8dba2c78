package import CoffreCore
import CoffreSystem
import Synchronization

/// How a folder is restored to.
package struct FolderRestoreSettings: Sendable {
  package var target: PathBytes
  package var overwrite = OverwriteRule.always
  /// Leave out long runs of zeros, so that the file system need not store them.
  package var writesSparsely = false
  /// Decide only; nothing is made or changed.
  package var isDryRun = false
  /// What the snapshot lacks is removed: a folder in the place of a file goes with all that is in it.
  package var clears = false
  /// Folders of Coffre itself: nothing in them is removed.
  package var ownFolders: [PathBytes] = []
  package var extendedAttributes = ExtendedAttributeFilter()

  package init(target: PathBytes) { self.target = target }
}

/// A folder that a snapshot is restored to.
///
/// Everything happens beneath the target's own descriptor, one component at a time, and no link is followed: neither one
/// that lay there before, nor one the snapshot itself brings. Links are made last.
package final class FolderRestore: RestoreSession {
  let settings: FolderRestoreSettings
  let cancellation: Cancellation
  let folders: RestoreFolders
  let items = Mutex([RestoreItem]())
  private let files: RestoreFiles
  let isPrivileged: Bool
  let ownFolders: Set<FileIdentity>
  /// Directories that are one of Coffre's own folders, or lie in one.
  let ownDirectories = Mutex(Set<Int>())
  private let part = PartName()

  /// Makes the target if need be.
  package init(_ settings: FolderRestoreSettings, cancellation: Cancellation) throws(SourceError) {
    self.settings = settings
    self.cancellation = cancellation
    isPrivileged = effectiveUserID == 0
    files = RestoreFiles()
    ownFolders = FileIdentity.all(of: settings.ownFolders)
    do throws(SystemError) {
      if !settings.isDryRun { try makeDirectories(settings.target, permissions: 0o700) }
      folders = try RestoreFolders(target: settings.target, isDryRun: settings.isDryRun)
      if !settings.isDryRun { removeLeftovers(in: try folders.folder(nil, in: self)) }
    } catch {
      throw SourceError(error, "restore to", settings.target)
    }
    if settings.clears { try refuseOwnFolder() }
  }

  func item(_ number: Int) -> RestoreItem { items.withLock { $0[number] } }

  /// For messages.
  func path(of number: Int) -> PathBytes {
    let chain = items.withLock { items -> [PathBytes] in
      var chain: [PathBytes] = []
      var next: Int? = number
      while let current = next {
        chain.append(items[current].entry.name)
        next = items[current].entry.parent
      }
      return chain
    }
    return chain.reversed().reduce(settings.target) { joined($0, $1) }
  }

  func error(_ error: SystemError, _ action: String, _ number: Int) -> SourceError {
    SourceError(error, action, path(of: number))
  }
}

/// One entry and what became of it.
struct RestoreItem: Sendable {
  fileprivate(set) var entry: RestoredEntry
  // Mostly nothing, and many entries are kept: an empty array takes no room.
  private var before: [EntryAttributes] = []
  var placement = Placement.done
  /// A directory that this restore made: nothing lies in it but what it brings.
  var isMade = false

  init(entry: RestoredEntry) { self.entry = entry }

  /// What lay under the name before.
  var existing: EntryAttributes? {
    get { before.first }
    set { before = newValue.map { [$0] } ?? [] }
  }
}

// MARK: Placing

extension FolderRestore {
  package func place(_ entry: RestoredEntry) throws(SourceError) -> Placement {
    var item = RestoreItem(entry: entry)
    let isParentMade = items.withLock { items in
      precondition(entry.number == items.count, "entries are placed in order")
      items.append(item)
      return entry.parent.map { items[$0].isMade } ?? false
    }
    do throws(SystemError) {
      if !isParentMade { item.existing = try existing(entry) }
      item.placement = try decide(item)
      if entry.attributes.kind == .directory, item.placement != .skipped, !settings.isDryRun {
        try makeFolder(&item)
      }
    } catch {
      item.placement = .skipped
      items.withLock { [item] in $0[entry.number] = item }
      throw self.error(error, "bring back", entry.number)
    }
    items.withLock { [item] in $0[entry.number] = item }
    return item.placement
  }

  private func existing(_ entry: RestoredEntry) throws(SystemError) -> EntryAttributes? {
    do throws(SystemError) {
      return try folders.folder(entry.parent, in: self).descriptor.attributes(of: entry.name)
    } catch  where error.isNotFound {
      return nil
    }
  }

  private func decide(_ item: RestoreItem) throws(SystemError) -> Placement {
    let wanted = item.entry.attributes
    let needsContent = wanted.kind == .file && item.entry.hardLinkOf == nil
    guard let existing = item.existing else { return needsContent ? .write : .done }
    if wanted.kind == .directory { return .done }
    let isSameShape =
      existing.kind == wanted.kind && existing.size == wanted.size
      && existing.modified.isSameInstant(as: wanted.modified)
    switch settings.overwrite {
    case .never: return .skipped
    case .ifChanged where isSameShape: return .skipped
    case .ifNewer where !existing.modified.isBefore(wanted.modified): return .skipped
    default: break
    }
    guard needsContent else { return .done }
    // Another name of the same file may lie outside the target: it must not be written through.
    return existing.kind == .file && existing.links == 1 && existing.size == wanted.size ? .compare : .write
  }

  private func makeFolder(_ item: inout RestoreItem) throws(SystemError) {
    let parent = try folders.folder(item.entry.parent, in: self)
    if let existing = item.existing {
      if existing.kind == .directory { return try prepare(item, existing, in: parent) }
      guard settings.overwrite != .never else { throw SystemError.alreadyExists(item.entry.name) }
      try parent.descriptor.removeFile(item.entry.name)
    }
    do throws(SystemError) {
      try parent.descriptor.makeDirectory(item.entry.name, permissions: 0o700)
      item.isMade = true
    } catch {
      // The snapshot names it twice, or the file system takes two of its names for one.
      guard item.existing == nil, let existing = try existing(item.entry), existing.kind == .directory else {
        throw error
      }
      item.existing = existing
    }
  }
}

extension FolderRestore: AmendableRestore {
  package func amend(_ entry: Int, _ attributes: EntryAttributes, _ details: EntryDetails) {
    items.withLock { items in
      let known = items[entry].entry
      precondition(known.attributes.kind == attributes.kind, "an entry stays of its kind")
      items[entry].entry = RestoredEntry(
        number: known.number, parent: known.parent, name: known.name, attributes: attributes, details: details,
        hardLinkOf: known.hardLinkOf)
    }
  }
}

// MARK: Files

extension FolderRestore {
  package func write(_ bytes: Span<UInt8>, of entry: Int, at offset: Int64) throws(SourceError) {
    do throws(SystemError) {
      let file = try file(entry)
      if settings.writesSparsely {
        try writeSparsely(bytes, to: file, at: offset)
      } else {
        try file.descriptor.write(bytes, at: offset)
      }
    } catch {
      throw self.error(error, "write", entry)
    }
  }

  /// Pieces of zeros as long as a file system block are not written; `complete` sets the length.
  private func writeSparsely(_ bytes: Span<UInt8>, to file: RestoreFile, at offset: Int64) throws(SystemError) {
    let block = 4096
    var start = 0
    while start < bytes.count {
      let isZero = isAllZero(bytes.extracting(start..<min(start + block, bytes.count)))
      var end = min(start + block, bytes.count)
      while end < bytes.count,
        isAllZero(bytes.extracting(end..<min(end + block, bytes.count))) == isZero
      {
        end = min(end + block, bytes.count)
      }
      if !isZero { try file.descriptor.write(bytes.extracting(start..<end), at: offset + Int64(start)) }
      start = end
    }
  }

  /// The open file of an entry; made at the first call, under a temporary name that only `complete` takes away: whatever
  /// ends the program meanwhile, no half file stands under the name of a whole one.
  private func file(_ number: Int) throws(SystemError) -> RestoreFile {
    try files.file(number) { isNew throws(SystemError) in
      let entry = item(number).entry
      let folder = try folders.folder(entry.parent, in: self)
      let options: FileDescriptor.OpenOptions = isNew ? [.create, .exclusive, .noFollow] : [.noFollow]
      let file = RestoreFile(try folder.descriptor.open(part.name(of: number), for: .readingAndWriting, options))
      let size = entry.attributes.size
      if isNew, size > 1 << 20, !settings.writesSparsely { _ = file.descriptor.allocate(size) }
      return file
    }
  }

  package func complete(_ entry: Int) throws(SourceError) -> [SourceError] {
    let item = item(entry)
    do throws(SystemError) {
      if item.placement == .compare, !files.isBegun(entry) { return try completeUntouched(item) }
      let file = try file(entry)
      // What was left out at the end is a hole too.
      if settings.writesSparsely { try file.descriptor.truncate(to: item.entry.attributes.size) }
      let folder = try folders.folder(item.entry.parent, in: self)
      let problems = try show(item, file.descriptor, under: part.name(of: entry), in: folder)
      _ = files.forget(entry)
      return problems
    } catch {
      throw self.error(error, "write", entry)
    }
  }

  package func writeWhole(_ bytes: Span<UInt8>, of entry: Int) throws(SourceError) -> [SourceError] {
    guard !settings.writesSparsely else {
      try write(bytes, of: entry, at: 0)
      return try complete(entry)
    }
    let item = item(entry)
    do throws(SystemError) {
      let folder = try folders.folder(item.entry.parent, in: self)
      let name = part.name(of: entry)
      let file = try folder.descriptor.open(name, for: .writing, [.create, .exclusive, .noFollow])
      do throws(SystemError) {
        try file.write(bytes, at: 0)
        return try show(item, file, under: name, in: folder)
      } catch {
        removeTemporary(entry)
        throw error
      }
    } catch {
      throw self.error(error, "write", entry)
    }
  }

  /// Sets the attributes of a file that is whole, and gives it its name.
  private func show(
    _ item: RestoreItem, _ file: borrowing FileDescriptor, under name: PathBytes, in folder: RestoreFolder
  ) throws(SystemError) -> [SourceError] {
    var problems = setAttributes(of: item, isPlain: folder.isPlain) { (step) throws(SystemError) in
      try step.apply(to: file)
    }
    if item.existing?.kind == .directory { problems += try removeFolder(inPlaceOf: item, in: folder) }
    try folder.descriptor.rename(name, to: folder.descriptor, item.entry.name, replacing: true)
    return problems
  }

  /// The file was there with the right content: only its attributes are set.
  private func completeUntouched(_ item: RestoreItem) throws(SystemError) -> [SourceError] {
    let folder = try folders.folder(item.entry.parent, in: self)
    let descriptor = try folder.descriptor.open(item.entry.name, for: .reading, [.noFollow, .nonBlocking])
    let now = try descriptor.attributes()
    guard let then = item.existing, now.inode == then.inode, now.device == then.device, now.links == 1 else {
      throw SystemError.notFound(item.entry.name)  // another file took its place since it was compared
    }
    return setAttributes(of: item) { (step) throws(SystemError) in try step.apply(to: descriptor) }
  }

  package func abandon(_ entry: Int) { if files.forget(entry) { removeTemporary(entry) } }

  private func removeTemporary(_ entry: Int) {
    do throws(SystemError) {
      try folders.folder(item(entry).entry.parent, in: self).descriptor.removeFile(part.name(of: entry))
    } catch {
      log.warning(
        "a temporary file could not be removed", ["path": displayed(path(of: entry)), "cause": "\(error.cause)"])
    }
  }

  package func read(_ entry: Int, at offset: Int64, into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int {
    let item = item(entry)
    do throws(SystemError) {
      let folder = try folders.folder(item.entry.parent, in: self)
      let descriptor = try folder.descriptor.open(item.entry.name, for: .reading, [.noFollow, .nonBlocking])
      return try descriptor.read(into: &buffer, at: offset)
    } catch {
      throw self.error(error, "read", entry)
    }
  }

  package func close() { for entry in files.forgetAll() { removeTemporary(entry) } }
}
