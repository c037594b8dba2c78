package import CoffreCore
import CoffreSystem
import Synchronization

// What lay in the target before.
extension FolderRestore: ClearableRestore {
  package func contents(of directory: Int?) throws(SourceError) -> RestoredContents? {
    do throws(SystemError) {
      let folder = try folders.folder(directory, in: self)
      let attributes = try folder.descriptor.attributes()
      guard !isOwn(directory, attributes) else { return nil }
      // Another restore is just writing these.
      let names = try folder.descriptor.entryNames().filter { !PartName.isPart($0) }
      guard let directory else { return RestoredContents(names: names) }
      let above = try folders.folder(item(directory).entry.parent, in: self).descriptor.attributes()
      return RestoredContents(names: names, isMountPoint: above.device != attributes.device)
    } catch {
      if settings.isDryRun, error.isNotFound { return nil }
      throw directory.map { self.error(error, "list", $0) } ?? SourceError(error, "list", settings.target)
    }
  }

  package func clear(
    _ name: [UInt8], in directory: Int?, sparing: @escaping ([[UInt8]]) -> Bool, _ each: (Clearing) -> Void
  ) throws(Cancelled) {
    let place = joined(directory.map { path(of: $0) } ?? settings.target, name)
    let folder: RestoreFolder
    do throws(SystemError) {
      folder = try folders.folder(directory, in: self)
    } catch {
      return each(.failed(SourceError(error, "remove", place)))
    }
    var removal = removal
    removal.spares = sparing
    try removal.remove(name, in: folder.descriptor, path: place, each)
  }

  private var removal: SurplusRemoval {
    SurplusRemoval(
      isDryRun: settings.isDryRun, isPrivileged: isPrivileged, protected: ownFolders, cancellation: cancellation)
  }

  /// A folder that stands where the snapshot has something else, which is whole by now.
  func removeFolder(inPlaceOf item: RestoreItem, in folder: RestoreFolder) throws(SystemError) -> [SourceError] {
    guard settings.clears else {
      try folder.descriptor.removeDirectory(item.entry.name)
      return []
    }
    var problems: [SourceError] = []
    let path = path(of: item.entry.number)
    do throws(Cancelled) {
      try removal.remove(item.entry.name, in: folder.descriptor, path: path) { clearing in
        switch clearing {
        case .removed: break
        case .kept(let path, let reason): problems.append(SourceError(.exists, "remove", path, because: reason))
        case .failed(let error): problems.append(error)
        }
      }
    } catch {
      throw SystemError.alreadyExists(path)
    }
    return problems
  }

  // MARK: Coffre's own folders

  /// Clearing a target that is, or lies in, the repository would end it.
  func refuseOwnFolder() throws(SourceError) {
    guard !ownFolders.isEmpty else { return }
    var place = settings.target
    while true {
      if let attributes = try? FileDescriptor.attributes(ofPath: place, .following),
        ownFolders.contains(FileIdentity(attributes))
      {
        throw SourceError(.exists, "delete in", settings.target, because: "Coffre itself works in it")
      }
      let above = splitPath(place).folder
      guard above != place else { return }
      place = above
    }
  }

  private func isOwn(_ directory: Int?, _ attributes: EntryAttributes) -> Bool {
    let isWithin = directory.flatMap { item($0).entry.parent }.map { above in
      ownDirectories.withLock { $0.contains(above) }
    }
    guard isWithin == true || ownFolders.contains(FileIdentity(attributes)) else { return false }
    if let directory { ownDirectories.withLock { _ = $0.insert(directory) } }
    return true
  }

  // MARK: Folders that were there

  /// Without privilege, a folder that its owner may not write in is made so until its own attributes are set.
  func prepare(_ item: RestoreItem, _ existing: EntryAttributes, in parent: RestoreFolder) throws(SystemError) {
    if !isPrivileged, existing.permissions & 0o700 != 0o700 {
      do throws(SystemError) {
        try parent.descriptor.setPermissions(existing.permissions | 0o700, of: item.entry.name)
      } catch {
        guard error.isNoPermission else { throw error }
      }
    }
    removeLeftovers(in: try folders.folder(item.entry.number, in: self))
  }

  /// Removes what restores that were killed had begun to write. That it cannot be removed does no harm to this one.
  func removeLeftovers(in folder: RestoreFolder) {
    do throws(SystemError) {
      for name in try folder.descriptor.entryNames() where PartName.isPart(name) {
        let attributes = try folder.descriptor.attributes(of: name)
        guard attributes.kind == .file, PartName.isLeftover(name, changed: attributes.changed) else { continue }
        try folder.descriptor.removeFile(name)
        log.info("removed what a killed restore left behind", ["path": displayed(joined(folder.descriptor.path, name))])
      }
    } catch {
      log.debug("what a killed restore left behind could not be removed", ["cause": "\(error.cause)"])
    }
  }
}
