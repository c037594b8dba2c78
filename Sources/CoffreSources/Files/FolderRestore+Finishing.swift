package import CoffreCore
import CoffreSystem
import Synchronization

// The end of a restore: links, devices, attributes of directories.
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
        failed(self.error(error, "bring back", item.entry.number))
      }
    }
  }

  package func finishDirectories(_ failed: (SourceError) -> Void) throws(Cancelled) {
    guard !settings.isDryRun else { return }
    let all = items.withLock { $0 }
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
        failed(self.error(error, "bring back", item.entry.number))
      }
    }
  }

  private func makeSpecial(_ item: RestoreItem) throws(SystemError) -> [SourceError] {
    let entry = item.entry
    let folder = try folders.folder(entry.parent, in: self)
    var problems: [SourceError] = []
    if let existing = item.existing {
      if existing.kind == .directory {
        problems += try removeFolder(inPlaceOf: item, in: folder)
      } else {
        try folder.descriptor.removeFile(entry.name)
      }
    }
    switch entry.attributes.kind {
    case .symlink:
      try folder.descriptor.makeSymlink(to: entry.details.linkTarget, named: entry.name)
    case .file:
      guard let first = entry.hardLinkOf else { return problems }
      let original = self.item(first).entry
      let originalFolder = try folders.folder(original.parent, in: self)
      try folder.descriptor.makeHardLink(of: originalFolder.descriptor, original.name, named: entry.name)
      return problems
    case .fifo, .blockDevice, .characterDevice:
      try folder.descriptor.makeDevice(
        entry.attributes.kind, permissions: entry.attributes.permissions,
        deviceNumber: entry.attributes.deviceNumber, named: entry.name)
    case .socket, .directory:
      return problems
    }
    return problems
      + setAttributes(of: item) { (step) throws(SystemError) in
        try step.apply(to: entry.name, in: folder.descriptor)
      }
  }

  /// Owner, extended attributes, permissions, times: in the order in which none undoes another.
  ///
  /// - Parameter isPlain: it has no extended attributes yet.
  func setAttributes(
    of item: RestoreItem, isPlain: Bool = false, _ apply: (AttributeStep) throws(SystemError) -> Void
  ) -> [SourceError] {
    var problems: [SourceError] = []
    var hasOwner = true
    for step in AttributeStep.steps(for: item.entry, settings.extendedAttributes, isPlain: isPlain) {
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
