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
  private let items = Mutex([RestoreItem]())
  private let files: RestoreFiles
  private let isPrivileged: Bool
  /// Sets this restore's temporary files apart from those of others, and of its own past.
  private let runName = String(UInt32.random(in: .min ... .max), radix: 36)

  /// Makes the target if need be.
  package init(_ settings: FolderRestoreSettings, cancellation: Cancellation) throws(SourceError) {
    self.settings = settings
    self.cancellation = cancellation
    isPrivileged = effectiveUserID == 0
    files = RestoreFiles()
    do throws(SystemError) {
      if !settings.isDryRun { try makeDirectories(settings.target, permissions: 0o700) }
      folders = try RestoreFolders(target: settings.target, isDryRun: settings.isDryRun)
    } catch {
      throw SourceError(error, "restore to", settings.target)
    }
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
  let entry: RestoredEntry
  /// What lay under the name before.
  var existing: EntryAttributes?
  var placement = Placement.done
}

// MARK: Placing

extension FolderRestore {
  package func place(_ entry: RestoredEntry) throws(SourceError) -> Placement {
    var item = RestoreItem(entry: entry)
    items.withLock { items in
      precondition(entry.number == items.count, "entries are placed in order")
      items.append(item)
    }
    do throws(SystemError) {
      item.existing = try existing(entry)
      item.placement = try decide(item)
      if entry.attributes.kind == .directory, item.placement != .skipped, !settings.isDryRun {
        try makeFolder(item)
      }
    } catch {
      item.placement = .skipped
      items.withLock { [item] in $0[entry.number] = item }
      throw self.error(error, "restore", entry.number)
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

  private func makeFolder(_ item: RestoreItem) throws(SystemError) {
    let parent = try folders.folder(item.entry.parent, in: self)
    if let existing = item.existing {
      if existing.kind == .directory { return }
      guard settings.overwrite != .never else { throw SystemError.alreadyExists(item.entry.name) }
      try parent.descriptor.removeFile(item.entry.name)
    }
    try parent.descriptor.makeDirectory(item.entry.name, permissions: 0o700)
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
      let file = RestoreFile(try folder.descriptor.open(temporaryName(number), for: .readingAndWriting, options))
      let size = entry.attributes.size
      if isNew, size > 1 << 20, !settings.writesSparsely { _ = file.descriptor.allocate(size) }
      return file
    }
  }

  private func temporaryName(_ number: Int) -> PathBytes {
    Array(".coffre-\(ThisProcess.processID)-\(runName)-\(number).part".utf8)
  }

  package func complete(_ entry: Int) throws(SourceError) -> [SourceError] {
    let item = item(entry)
    do throws(SystemError) {
      if item.placement == .compare, !files.isBegun(entry) { return try completeUntouched(item) }
      let file = try file(entry)
      try file.descriptor.truncate(to: item.entry.attributes.size)
      let problems = setAttributes(of: item) { (step) throws(SystemError) in try step.apply(to: file.descriptor) }
      let folder = try folders.folder(item.entry.parent, in: self)
      if item.existing?.kind == .directory { try folder.descriptor.removeDirectory(item.entry.name) }
      try folder.descriptor.rename(temporaryName(entry), to: folder.descriptor, item.entry.name, replacing: true)
      _ = files.forget(entry)
      return problems
    } catch {
      throw self.error(error, "write", entry)
    }
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
      try folders.folder(item(entry).entry.parent, in: self).descriptor.removeFile(temporaryName(entry))
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

// MARK: The end

extension FolderRestore {
  package func finish(_ failed: (SourceError) -> Void) throws(Cancelled) {
    guard !settings.isDryRun else { return }
    let all = items.withLock { $0 }
    for item in all where item.placement == .done && item.entry.attributes.kind != .directory {
      guard item.entry.attributes.kind != .file || item.entry.hardLinkOf != nil else { continue }
      try cancellation.check()
      do throws(SystemError) {
        for problem in try makeSpecial(item) { failed(problem) }
      } catch {
        failed(self.error(error, "restore", item.entry.number))
      }
    }
    // Children stand after their parents: backwards, the times of a directory are set when nothing in it changes any more.
    for item in all.reversed() where item.entry.attributes.kind == .directory && item.placement == .done {
      try cancellation.check()
      do throws(SystemError) {
        let folder = try folders.folder(item.entry.number, in: self)
        for problem in setAttributes(of: item, { (step) throws(SystemError) in try step.apply(to: folder.descriptor) })
        {
          failed(problem)
        }
      } catch {
        failed(self.error(error, "restore", item.entry.number))
      }
    }
  }

  private func makeSpecial(_ item: RestoreItem) throws(SystemError) -> [SourceError] {
    let entry = item.entry
    let folder = try folders.folder(entry.parent, in: self)
    if let existing = item.existing {
      if existing.kind == .directory {
        try folder.descriptor.removeDirectory(entry.name)
      } else {
        try folder.descriptor.removeFile(entry.name)
      }
    }
    switch entry.attributes.kind {
    case .symlink:
      try folder.descriptor.makeSymlink(to: entry.details.linkTarget, named: entry.name)
    case .file:
      guard let first = entry.hardLinkOf else { return [] }
      let original = self.item(first).entry
      let originalFolder = try folders.folder(original.parent, in: self)
      try folder.descriptor.makeHardLink(of: originalFolder.descriptor, original.name, named: entry.name)
      return []
    case .fifo, .blockDevice, .characterDevice:
      try folder.descriptor.makeDevice(
        entry.attributes.kind, permissions: entry.attributes.permissions,
        deviceNumber: entry.attributes.deviceNumber, named: entry.name)
    case .socket, .directory:
      return []
    }
    return setAttributes(of: item) { (step) throws(SystemError) in
      try step.apply(to: entry.name, in: folder.descriptor)
    }
  }

  /// Owner, extended attributes, permissions, times: in the order in which none undoes another.
  private func setAttributes(
    of item: RestoreItem, _ apply: (AttributeStep) throws(SystemError) -> Void
  ) -> [SourceError] {
    var problems: [SourceError] = []
    var hasOwner = true
    for step in AttributeStep.steps(for: item.entry) {
      do throws(SystemError) {
        // The right to act as somebody must not pass to whoever restores.
        try apply(hasOwner ? step : step.withoutOwnersRights)
      } catch {
        if case .owner = step { hasOwner = false }
        // Without privilege, owners and trusted attributes cannot be set: expected, as with tar and restic.
        if !isPrivileged, error.isNoPermission { continue }
        problems.append(self.error(error, step.action, item.entry.number))
      }
    }
    return problems
  }
}
