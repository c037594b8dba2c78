import CoffreCore
import CoffreSystem
import Synchronization

/// How the targets of a backup lie in the snapshot's tree, as restic lays them: an absolute target under all its parent
/// directories, a relative one under its own components, `.` and `/` as the entries they hold.
struct TargetTree: Sendable {
  /// The file or directory that is taken whole; `nil` for a directory that merely stands above targets.
  var target: PathBytes?
  /// For an entry that stands here because its folder was named as `.` or `/`: the device of that folder. Patterns and
  /// file system rules hold for it as for any entry below a target; `nil` for what the user named.
  var listedOnDevice: UInt64?
  /// Where the attributes of a directory above targets are read.
  var path: PathBytes = [UInt8(ascii: "/")]
  var children: [PathBytes: TargetTree] = [:]

  /// - Parameters:
  ///   - absolute: the target's cleaned absolute path.
  ///   - place: where it is read; another than its own path for one that a copy stands in for.
  /// - Returns: for a target that stands for the entries it holds, which were listed: the markers among them.
  mutating func add(
    _ target: PathBytes, absolute: PathBytes, readFrom place: PathBytes, markers: [FilesSettings.Marker]
  ) throws(SystemError) -> FolderMarkers? {
    let isAbsolute = target.first == UInt8(ascii: "/")
    var parts = components(of: isAbsolute ? absolute : cleaned(target))
    let dots = Array("..".utf8)
    let depth = parts.filter { $0 != dots }.count
    parts = parts.filter { $0 != dots }
    guard depth > 0 else {
      let folder = try FileDescriptor.openDirectory(path: absolute)
      let device = try folder.attributes().device
      let found = FolderMarkers(markers, in: folder, path: absolute)
      for name in try folder.entryNames() where found.keep(name) {
        let path = joined(absolute, name)
        insert([name], absolute: path, readFrom: path, listedOn: device)
      }
      return found
    }
    insert(parts[...], absolute: absolute, readFrom: place)
    return nil
  }

  private mutating func insert(
    _ parts: ArraySlice<PathBytes>, absolute: PathBytes, readFrom place: PathBytes, listedOn device: UInt64? = nil
  ) {
    guard let first = parts.first, target == nil else { return }
    // The directory of this component: the target's path less the components that come after it.
    var own = absolute
    for _ in parts.dropFirst() { own = splitPath(own).folder }
    if parts.count == 1 { own = place }
    var name = first
    var suffix = 0
    while let other = children[name], (other.target ?? other.path) != own {
      suffix += 1
      name = first + Array("-\(suffix)".utf8)
    }
    var child = children[name] ?? TargetTree(path: own)
    if parts.count == 1 {
      // Named and listed: named wins.
      let isNamed = device == nil || (child.target != nil && child.listedOnDevice == nil)
      child = TargetTree(target: own, listedOnDevice: isNamed ? nil : device, path: own)
    } else {
      child.insert(parts.dropFirst(), absolute: absolute, readFrom: place)
    }
    children[name] = child
  }
}

/// `a/./b/../c` → `a/c`; leading `..` stay.
private func cleaned(_ path: PathBytes) -> PathBytes {
  let dots = Array("..".utf8)
  var result: [PathBytes] = []
  for part in components(of: path) {
    if part == dots, let last = result.last, last != dots { result.removeLast() } else { result.append(part) }
  }
  return Array(result.joined(separator: [UInt8(ascii: "/")]))
}

/// A directory that stands above targets: only they are listed.
struct TargetDirectory: UnopenedDirectory {
  let tree: TargetTree
  let path: PathBytes
  let context: FilesContext

  func open() throws(SourceError) -> any OpenDirectory {
    // The backup begins, and lists for itself.
    context.ahead.stop()
    return OpenTargetDirectory(self)
  }
}

extension TargetTree {
  /// The folders that are taken whole, those that are there.
  func folders(in context: FilesContext) -> [Folder] {
    children.keys.sorted { $0.lexicographicallyPrecedes($1) }.flatMap { name -> [Folder] in
      guard let child = children[name] else { return [] }
      guard child.target != nil else { return child.folders(in: context) }
      guard child.isWanted(in: context),
        let attributes = try? FileDescriptor.attributes(ofPath: child.path, .notFollowing),
        attributes.kind == .directory, !context.isOwnFolder(attributes)
      else { return [] }
      return child.folder(attributes, in: context).map { [$0] } ?? []
    }
  }

  /// The folder that is the target.
  fileprivate func folder(_ attributes: EntryAttributes, in context: FilesContext) -> Folder? {
    guard let target else { return nil }
    return Folder(
      path: FolderPath(target, in: nil), parent: nil, parentDevice: listedOnDevice, name: [], attributes: attributes,
      isTarget: listedOnDevice == nil, context: context)
  }

  /// Patterns leave out nothing that was named.
  fileprivate func isWanted(in context: FilesContext) -> Bool {
    guard listedOnDevice != nil, let target, !context.settings.excludes.isEmpty else { return true }
    return !context.settings.excludes.matches(components(of: target))
  }
}

final class OpenTargetDirectory: OpenDirectory {
  private let tree: TargetTree
  private let context: FilesContext
  private let isTop: Bool

  init(_ directory: TargetDirectory) {
    tree = directory.tree
    context = directory.context
    isTop = directory.path.count == 1
  }

  private func child(_ index: Int, in listing: Listing) -> TargetTree {
    tree.children[listing.name(of: index)] ?? TargetTree()
  }

  func list() throws(SourceError) -> Listing {
    var listing = Listing()
    if isTop { listing.notes = context.notes }
    for (name, child) in tree.children {
      do throws(SystemError) {
        guard child.isWanted(in: context) else { continue }
        let attributes = try FileDescriptor.attributes(
          ofPath: child.path, child.target == nil ? .following : .notFollowing)
        guard !context.isOwnFolder(attributes) else {
          listing.notes.append(ListingNote(.ownFolder, path: child.path))
          continue
        }
        guard attributes.kind != .socket else {
          listing.notes.append(ListingNote(.socket, path: child.path))
          continue
        }
        if context.isTooLarge(attributes) {
          context.readTargets.add(1, ordering: .relaxed)
          continue
        }
        listing.append(name: name, attributes: attributes)
        // An unchanged file is taken over unread: it counts unless reading it is tried and fails.
        if attributes.kind != .directory { context.readTargets.add(1, ordering: .relaxed) }
      } catch {
        listing.notes.append(ListingNote(.unreadable(SourceError(error, "read", child.path)), path: child.path))
      }
    }
    return listing
  }

  func details(of index: Int, in listing: Listing) throws(SourceError) -> EntryDetails {
    let path = child(index, in: listing).path
    do throws(SystemError) {
      let (folder, name) = splitPath(path)
      guard !name.isEmpty else { return EntryDetails() }
      let directory = try FileDescriptor.openDirectory(path: folder)
      return try readDetails(of: name, kind: listing.entries[index].attributes.kind, in: directory)
    } catch {
      throw SourceError(error, "read", path)
    }
  }

  func read(_ index: Int, part: Int, in listing: Listing) throws(SourceError) -> any ByteReader {
    let path = child(index, in: listing).path
    do throws(SystemError) {
      return try FileReader(FileDescriptor.open(path, for: .reading, FileReader.options)) { path }
    } catch {
      context.readTargets.subtract(1, ordering: .relaxed)
      throw SourceError(error, "read", path)
    }
  }

  func directory(_ index: Int, in listing: Listing) -> any UnopenedDirectory {
    let child = child(index, in: listing)
    return child.folder(listing.entries[index].attributes, in: context)
      ?? TargetDirectory(tree: child, path: child.path, context: context)
  }
}
