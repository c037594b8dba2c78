package import CoffreCore
import CoffreSystem
import Synchronization

/// What of a file tree is backed up.
package struct FilesSettings: Sendable {
  /// As the user gave them; relative ones count from `workingDirectory`.
  package var targets: [PathBytes]
  package var workingDirectory: PathBytes
  /// Matched on absolute paths.
  package var excludes = PatternList()
  /// A directory that holds an entry of this name, beginning with these bytes, is left out but for that entry.
  package var markers: [Marker] = []
  /// In bytes; files that are larger are left out, named ones too.
  package var largestFile: Int64?
  package var staysOnFileSystems = false
  /// Whether files are copied that a running server of databases writes to, torn as they may be.
  package var takesRunningDatabases = false
  /// Folders of Coffre itself: the repository, its state, the cache. Left out, and named once.
  package var ownFolders: [PathBytes] = []
  /// Where targets are read that must not be read in their own place, by their absolute paths: copies of them. They keep
  /// the names of the targets.
  package var standIns: [PathBytes: PathBytes] = [:]
  /// Patterns for targets that matched nothing; they are reported.
  package var unmatched: [PathBytes] = []

  package struct Marker: Sendable, Hashable {
    package let name: [UInt8]
    package let header: [UInt8]

    package init(name: PathBytes, header: [UInt8] = []) {
      self.name = name
      self.header = header
    }

    /// The Cache Directory Tagging Specification.
    package static let cacheDirectory = Marker(
      name: Array("CACHEDIR.TAG".utf8), header: Array("Signature: 8a477f597d28d172789f06886806bc55".utf8))
  }

  package init(targets: [PathBytes], workingDirectory: PathBytes) {
    self.targets = targets
    self.workingDirectory = workingDirectory
  }
}

/// Files and folders of this machine.
package final class FilesSession: SourceSession {
  package let top: any UnopenedDirectory
  package let paths: [PathBytes]
  let context: FilesContext
  private let tree: TargetTree

  /// - Throws: if none of the targets exists.
  package init(_ settings: FilesSettings) throws(SourceError) {
    let context = FilesContext(settings)
    var tree = TargetTree()
    var notes = settings.unmatched.map { ListingNote(.noMatch, path: $0) }
    var missing: [(target: PathBytes, error: SystemError)] = []
    var paths: [PathBytes] = []
    for target in settings.targets {
      do throws(SystemError) {
        let path = try context.absolute(target)
        let place = settings.standIns[path] ?? path
        let attributes = try FileDescriptor.attributes(ofPath: place, .notFollowing)
        context.allow(device: attributes.device)
        if let whole = try tree.add(target, absolute: path, readFrom: place, markers: settings.markers) {
          context.readTargets.add(1, ordering: .relaxed)
          notes += whole.notes
        }
        paths.append(path)
      } catch {
        missing.append((target, error))
      }
    }
    guard missing.count < settings.targets.count else {
      // Some of them tell enough; all could be very many.
      let problems: [Message] = missing.prefix(100).map { "\(displayed($0.target)): \($0.error.cause)" }
      throw SourceError(
        .failed, "read", settings.targets.first ?? [],
        because: problems.dropFirst().reduce(problems.first ?? "") { "\($0); \($1)" })
    }
    for (target, error) in missing {
      notes.append(ListingNote(.unreadable(SourceError(.failed, "read", target, because: error.cause)), path: target))
    }
    context.notes = notes
    self.context = context
    self.tree = tree
    top = TargetDirectory(tree: tree, path: [UInt8(ascii: "/")], context: context)
    self.paths = paths
  }

  package func userName(of id: UInt32) -> String { context.names.userName(of: id) }
  package func groupName(of id: UInt32) -> String { context.names.groupName(of: id) }

  package func finish() throws(SourceError) -> [SourceNote] {
    guard context.readTargets.load(ordering: .relaxed) > 0 else {
      throw SourceError(
        .failed, "read", paths.first ?? [], because: "none of the sources could be read; no snapshot was made")
    }
    return []
  }

  package func prepare() { context.ahead.start(with: tree.folders(in: context)) }

  package func close() { context.ahead.stop() }
}

/// What all directories of one session share.
final class FilesContext: Sendable {
  let settings: FilesSettings
  let names = AccountNames()
  let ahead = ListingsAhead()
  /// How many targets could be opened.
  let readTargets = Atomic<Int>(0)
  /// Directories open at the moment.
  let openDirectories = Atomic<Int>(0)
  private let ownFolders: Set<FileIdentity>
  private let allowedDevices = Mutex(Set<UInt64>())
  private let earlyNotes = Mutex([ListingNote]())

  init(_ settings: FilesSettings) {
    self.settings = settings
    ownFolders = FileIdentity.all(of: settings.ownFolders)
  }

  /// Targets that do not exist and the like; the top directory's listing reports them.
  var notes: [ListingNote] {
    get { earlyNotes.withLock { $0 } }
    set { earlyNotes.withLock { $0 = newValue } }
  }

  func absolute(_ path: PathBytes) throws(SystemError) -> PathBytes {
    try absolutePath(of: path.first == UInt8(ascii: "/") ? path : joined(settings.workingDirectory, path))
  }

  func isTooLarge(_ attributes: EntryAttributes) -> Bool {
    guard let limit = settings.largestFile, attributes.kind == .file else { return false }
    return attributes.size > limit
  }

  func isOwnFolder(_ attributes: EntryAttributes) -> Bool {
    ownFolders.contains(FileIdentity(attributes))
  }

  func allow(device: UInt64) { allowedDevices.withLock { _ = $0.insert(device) } }

  func isAllowed(device: UInt64) -> Bool {
    !settings.staysOnFileSystems || allowedDevices.withLock { $0.contains(device) }
  }
}

extension SourceError {
  init(_ error: SystemError, _ action: String, _ path: PathBytes) {
    let reason: Reason =
      if error.isNotFound {
        .vanished
      } else if error.isNoPermission || error.isReadOnly {
        .noPermission
      } else if error.isNoSpace {
        .noSpace
      } else if error.isExisting {
        .exists
      } else if error.isLoop {
        .hostile
      } else {
        .failed
      }
    self.init(reason, action, path, because: error.cause)
  }
}
