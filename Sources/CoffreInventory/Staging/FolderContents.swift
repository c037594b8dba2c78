import CoffreCore
import CoffreSystem

/// All that lies in a folder at one moment, with its attributes; no link is followed below it.
struct FolderContents: Sendable {
  struct Entry: Sendable {
    /// From the folder on.
    let components: [PathBytes]
    let attributes: EntryAttributes

    var name: PathBytes { components.last ?? [] }
    var path: PathBytes { FolderContents.path(of: components) }
  }

  let folder: PathBytes
  let attributes: EntryAttributes
  /// Folders before what is in them.
  private(set) var entries: [Entry] = []
  /// What must not lie in the folder's copy.
  private let leavesOut: @Sendable (Entry) -> Bool

  /// Lists it.
  ///
  /// - Parameter leavesOut: what is not taken, with all that is below it.
  init(of folder: PathBytes, leavingOut leavesOut: @escaping @Sendable (Entry) -> Bool) throws(SourceError) {
    self.folder = folder
    self.leavesOut = leavesOut
    do throws(SystemError) {
      let top = try FileDescriptor.openDirectory(path: folder)
      attributes = try top.attributes()
      try list(top, [])
    } catch {
      throw SourceError(
        staging: error, "list", folder, advice: error.isNoPermission ? "Run as root, or as the server's user." : nil)
    }
  }

  private mutating func list(_ directory: borrowing FileDescriptor, _ above: [PathBytes]) throws(SystemError) {
    for name in try directory.entryNames().sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      do throws(SystemError) {
        let entry = Entry(components: above + [name], attributes: try directory.attributes(of: name))
        guard !leavesOut(entry) else { continue }
        entries.append(entry)
        guard entry.attributes.kind == .directory else { continue }
        try list(directory.open(name, for: .reading, [.directory, .noFollow]), entry.components)
      } catch {
        // Gone since its folder was listed.
        guard error.isNotFound else { throw error }
      }
    }
  }

  static func path(of components: [PathBytes]) -> PathBytes {
    Array(components.joined(separator: [UInt8(ascii: "/")]))
  }

  /// Of all files, in bytes.
  var sizeInBytes: Int64 { entries.reduce(0) { $0 + $1.attributes.size } }

  /// Opens what lies beneath a folder, following no link on the way.
  static func open(
    _ components: [PathBytes], beneath folder: PathBytes, for access: FileDescriptor.Access,
    _ options: FileDescriptor.OpenOptions, permissions: UInt16 = 0o600
  ) throws(SystemError) -> FileDescriptor {
    var directory = try FileDescriptor.openDirectory(path: folder)
    guard let name = components.last else { return directory }
    for component in components.dropLast() {
      directory = try directory.open(component, for: .reading, [.directory, .noFollow])
    }
    return try directory.open(name, for: access, options.union(.noFollow), permissions: permissions)
  }
}
