import CoffreCore
import CoffreSystem
import Synchronization

/// A folder that was listed and not opened yet. It keeps its parent open, unless too many are.
struct Folder: UnopenedDirectory {
  let path: FolderPath
  private(set) var parent: OpenFolder?
  /// The device its parent lies on; `nil` for a target.
  let parentDevice: UInt64?
  let name: PathBytes
  let attributes: EntryAttributes
  let isTarget: Bool
  let context: FilesContext

  func open() throws(SourceError) -> any OpenDirectory {
    if let listing = context.ahead.take(self) { return ListedFolder(self, listing) }
    return try openItself()
  }

  func openItself() throws(SourceError) -> OpenFolder {
    do throws(SystemError) {
      if let parent {
        let options: FileDescriptor.OpenOptions = [.directory, .noFollow, .nonBlocking, .noAccessTime]
        let descriptor = try parent.descriptor.open(name, for: .reading, options)
        // An open folder needs the one above no more: or else a deep tree would keep all of its folders open.
        var opened = self
        opened.parent = nil
        return OpenFolder(opened, descriptor)
      }
      let descriptor = try FileDescriptor.openDirectory(path: path.bytes)
      // Found again by its path: it must still be the folder that was listed.
      let now = try descriptor.attributes()
      guard isTarget || (now.inode == attributes.inode && now.device == attributes.device) else {
        throw SystemError.notFound(path.bytes)
      }
      return OpenFolder(self, descriptor)
    } catch {
      throw SourceError(error, "open", path.bytes)
    }
  }
}

extension Folder {
  /// A folder in this one.
  ///
  /// - Parameter parent: this one, open; else it is found by its path.
  func below(_ index: Int, in listing: Listing, parent: OpenFolder?) -> Folder {
    let name = listing.name(of: index)
    return Folder(
      path: FolderPath(name, in: path), parent: parent, parentDevice: attributes.device, name: name,
      attributes: listing.entries[index].attributes, isTarget: false, context: context)
  }
}

/// An open folder; closed when the last of its files and sub-folders is done.
final class OpenFolder: OpenDirectory {
  /// Beyond this many open folders, sub-folders are found again by their path.
  private static let descriptorLimit = 192

  let folder: Folder
  let descriptor: FileDescriptor
  init(_ folder: Folder, _ descriptor: consuming FileDescriptor) {
    self.folder = folder
    self.descriptor = descriptor
    folder.context.openDirectories.add(1, ordering: .relaxed)
  }

  deinit { folder.context.openDirectories.subtract(1, ordering: .relaxed) }

  private var context: FilesContext { folder.context }

  private func path(of name: PathBytes) -> PathBytes { joined(folder.path.bytes, name) }
}

// MARK: Listing

extension OpenFolder {
  func list() throws(SourceError) -> Listing {
    var listing = Listing()
    guard folder.isTarget || context.isAllowed(device: folder.attributes.device) else { return listing }
    do throws(SystemError) {
      if let device = folder.parentDevice, device != folder.attributes.device,
        isKernelFileSystem(try fileSystemType(of: descriptor))
      {
        listing.notes.append(ListingNote(.kernelFileSystem, path: folder.path.bytes))
        return listing
      }
      try collect(into: &listing)
    } catch {
      throw SourceError(error, "list", folder.path.bytes)
    }
    if !context.settings.takesRunningDatabases { try refuseRunningDatabase(in: listing) }
    if folder.isTarget { context.readTargets.add(1, ordering: .relaxed) }
    return listing
  }

  /// A copy of files that a server writes to meanwhile looks like a backup and is none.
  private func refuseRunningDatabase(in listing: Listing) throws(SourceError) {
    guard listing.hasDatabaseMark, (try? RunningDatabase.isServed(descriptor)) == true else { return }
    throw SourceError(
      .failed, "back up", folder.path.bytes,
      because:
        "a MariaDB or MySQL server has these files in use, and a plain copy of them would be torn: back them up with "
        + "mariadb:// or mariadb-physical://, or give --allow-running-database",
      advice: "Leave the folder out with --exclude, or stop the server.")
  }

  private func collect(into listing: inout Listing) throws(SystemError) {
    let markers = FolderMarkers(context.settings.markers, in: descriptor, path: folder.path.bytes)
    listing.notes += markers.notes
    let excludes = context.settings.excludes
    // The name in question is put behind these.
    var path = excludes.isEmpty ? [] : folder.path.components
    try descriptor.listEntries(filter: { name in
      guard !excludes.isEmpty || !markers.found.isEmpty else { return true }
      let name = bytes(of: name)
      guard markers.keep(name) else { return false }
      path.append(name)
      defer { path.removeLast() }
      return excludes.isEmpty || !excludes.matches(path)
    }) { name, attributes, error in
      guard let attributes else {
        if let error, !error.isNotFound {
          let path = self.path(of: bytes(of: name))
          listing.notes.append(ListingNote(.unreadable(SourceError(error, "read", path)), path: path))
        }
        return
      }
      switch attributes.kind {
      case .socket:
        listing.notes.append(ListingNote(.socket, path: self.path(of: bytes(of: name))))
      case .directory where context.isOwnFolder(attributes):
        listing.notes.append(ListingNote(.ownFolder, path: self.path(of: bytes(of: name))))
      case .directory:
        listing.append(name: name, attributes: attributes)
      default:
        if RunningDatabase.isMark(name) { listing.hasDatabaseMark = true }
        guard context.isAllowed(device: attributes.device), !context.isTooLarge(attributes) else { return }
        listing.append(name: name, attributes: attributes)
      }
    }
  }

  private func bytes(of name: Span<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    append(name, to: &bytes)
    return bytes
  }
}

// MARK: Entries

extension OpenFolder {
  func details(of index: Int, in listing: Listing) throws(SourceError) -> EntryDetails {
    let name = listing.name(of: index)
    do throws(SystemError) {
      return try readDetails(of: name, kind: listing.entries[index].attributes.kind, in: descriptor)
    } catch {
      throw SourceError(error, "read", path(of: name))
    }
  }

  func read(_ index: Int, part: Int, in listing: Listing) throws(SourceError) -> any ByteReader {
    let name = listing.name(of: index)
    do throws(SystemError) {
      return try FileReader(descriptor.open(name, for: .reading, FileReader.options)) { [self] in path(of: name) }
    } catch {
      throw SourceError(error, "read", path(of: name))
    }
  }

  func directory(_ index: Int, in listing: Listing) -> any UnopenedDirectory { folder(index, in: listing) }

  func folder(_ index: Int, in listing: Listing) -> Folder {
    let keepsParent = context.openDirectories.load(ordering: .relaxed) < Self.descriptorLimit
    return folder.below(index, in: listing, parent: keepsParent ? self : nil)
  }
}
