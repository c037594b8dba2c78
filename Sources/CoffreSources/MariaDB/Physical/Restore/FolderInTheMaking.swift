import CoffreCore
import CoffreSystem

/// The folder that becomes a server's. Until all of it is proved it has a name of ours, which nobody takes for a server's:
/// beside its place, or within it where that is a folder already.
struct FolderInTheMaking: Sendable {
  /// Where the files are made.
  let path: PathBytes
  /// Where they are wanted.
  let target: PathBytes
  private let isWithin: Bool

  var files: ServerFiles { ServerFiles(path: path, target: target) }

  private static let mark = Array(".coffre-".utf8)
  private static let longestName = 180

  /// Makes it.
  ///
  /// - Throws: for a target that holds anything.
  init(_ target: PathBytes) throws(SourceError) {
    self.target = target
    let (parent, name) = splitPath(target)
    do throws(SystemError) {
      isWithin = (try? FileDescriptor.attributes(ofPath: target, .notFollowing)) != nil
      if isWithin {
        let names = try FileDescriptor.openDirectory(path: target).entryNames()
        guard names.isEmpty else { throw SystemError.notEmpty(target) }
      } else {
        try makeDirectories(parent, permissions: 0o700)
      }
      let folder = isWithin ? target : parent
      let own: PathBytes = temporaryName() + [UInt8(ascii: "-")] + name.prefix(Self.longestName)
      path = joined(folder, own)
      try FileDescriptor.openDirectory(path: folder).makeDirectory(own, permissions: 0o700)
    } catch {
      throw Self.refusal(of: target, error)
    }
  }

  private static func refusal(of target: PathBytes, _ error: SystemError) -> SourceError {
    guard error.isNotEmpty || error.isExisting else {
      return SourceError(SourceError(error, "use", target).reason, "restore to", target, because: error.cause)
    }
    let names = (try? FileDescriptor.openDirectory(path: target).entryNames()) ?? []
    if let half = names.first(where: { $0.starts(with: mark) }) {
      return SourceError(
        .exists, "restore to", target,
        because: "a restore that was ended by force left '\(displayed(half))' in it, or one is at work there",
        advice: "If none is at work, remove what is in the folder, then run the command again.")
    }
    return SourceError(
      .exists, "restore to", target, because: error.cause, advice: "Name a folder that is empty, or does not exist.")
  }

  /// What restores to the same place left when they were ended by force.
  var leftovers: [PathBytes] {
    guard !isWithin else { return [] }
    let (parent, name) = splitPath(target)
    let names = (try? FileDescriptor.openDirectory(path: parent).entryNames()) ?? []
    let ending: PathBytes = [UInt8(ascii: "-")] + name.prefix(Self.longestName)
    let length = temporaryName().count + ending.count
    return names.filter { $0.count == length && $0.starts(with: Self.mark) && $0.suffix(ending.count) == ending[...] }
      .map { joined(parent, $0) }.filter { $0 != path }.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// Gives it its name.
  func place() throws(SourceError) {
    let (parent, name) = splitPath(path)
    do throws(SystemError) {
      let above = try FileDescriptor.openDirectory(path: parent)
      guard isWithin else {
        try above.rename(name, to: above, splitPath(target).name, replacing: false)
        return try above.synchronize()
      }
      let files = try FileDescriptor.openDirectory(path: path)
      // Last the one without which no server begins: as long as our folder is there, not all of it is in its place.
      let names = try files.entryNames()
      for file in names where file != Self.lastFile { try files.rename(file, to: above, file, replacing: false) }
      if names.contains(Self.lastFile) { try files.rename(Self.lastFile, to: above, Self.lastFile, replacing: false) }
      try above.removeDirectory(name)
      try above.synchronize()
    } catch {
      throw Self.refusal(of: target, error)
    }
  }

  private static let lastFile = Array("ibdata1".utf8)

  /// Removes all of it.
  ///
  /// - Returns: what could not be removed; `nil` if nothing is left.
  func clear() -> PathBytes? {
    guard isWithin else { return Self.isRemoved(path) ? nil : path }
    let names = (try? FileDescriptor.openDirectory(path: target).entryNames()) ?? []
    let left = names.filter { !Self.isRemoved(joined(target, $0)) }
    return left.isEmpty ? nil : target
  }

  private static func isRemoved(_ path: PathBytes) -> Bool { (try? removeTree(path)) != nil }
}
