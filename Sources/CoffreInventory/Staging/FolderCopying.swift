import CoffreCore
import CoffreSystem

/// Copies a folder as it was listed, file by file.
struct FolderCopying {
  private let contents: FolderContents
  private let target: PathBytes
  private let cancellation: Cancellation
  private let progress: (Int64) -> Void
  /// The files that were copied, as they were when each was begun.
  private var copied: [(components: [PathBytes], attributes: EntryAttributes)] = []

  /// - Parameter target: a folder that is empty.
  init(
    _ contents: FolderContents, to target: PathBytes, cancellation: Cancellation, progress: @escaping (Int64) -> Void
  ) {
    self.contents = contents
    self.target = target
    self.cancellation = cancellation
    self.progress = progress
  }

  /// - Parameter rank: files are copied by it, the lowest first.
  /// - Throws: also if a file has gone, or become shorter.
  mutating func run(rank: (FolderContents.Entry) -> Int = { _ in 0 }) throws(SourceError) {
    let directories = contents.entries.filter { $0.attributes.kind == .directory }
    for entry in directories { try make(entry) }
    let others = contents.entries.filter { $0.attributes.kind != .directory }
    for entry in others.map({ (rank($0), $0) }).sorted(by: { $0.0 < $1.0 }).map(\.1) {
      switch entry.attributes.kind {
      case .file: try copy(entry)
      case .symlink: try copyLink(entry)
      // Sockets and the like belong to who made them.
      default: continue
      }
    }
    // Last: files in them would give them other times.
    for entry in directories.reversed() { try finish(entry.components, entry.attributes) }
    try finish([], contents.attributes)
  }

  /// The first file that is no longer as it was when it was copied; `nil` if all are.
  func firstChanged() -> PathBytes? {
    copied.first { file in
      guard
        let now = try? FolderContents.open(file.components, beneath: contents.folder, for: .reading, .nonBlocking)
          .attributes()
      else { return true }
      return !now.isSameContent(as: file.attributes)
    }.map { joined(contents.folder, FolderContents.path(of: $0.components)) }
  }

  private func make(_ entry: FolderContents.Entry) throws(SourceError) {
    try writing(entry.components) { () throws(SystemError) in
      let above = try FolderContents.open(
        Array(entry.components.dropLast()), beneath: target, for: .reading, .directory)
      try above.makeDirectory(entry.name, permissions: 0o700)
    }
  }

  private func finish(_ components: [PathBytes], _ attributes: EntryAttributes) throws(SourceError) {
    try writing(components) { () throws(SystemError) in
      try FolderContents.open(components, beneath: target, for: .reading, .directory).takeAttributes(of: attributes)
    }
  }

  private func copyLink(_ entry: FolderContents.Entry) throws(SourceError) {
    do throws(SystemError) {
      let above = Array(entry.components.dropLast())
      let link = try FolderContents.open(above, beneath: contents.folder, for: .reading, .directory)
        .readLink(entry.name)
      try FolderContents.open(above, beneath: target, for: .reading, .directory)
        .makeSymlink(to: link, named: entry.name)
    } catch {
      throw SourceError(staging: error, "copy", joined(contents.folder, entry.path))
    }
  }

  private mutating func copy(_ entry: FolderContents.Entry) throws(SourceError) {
    let path = joined(contents.folder, entry.path)
    let source = try open(entry, path)
    let attributes: EntryAttributes
    do throws(SystemError) {
      attributes = try source.attributes()
    } catch {
      throw SourceError(staging: error, "read", path)
    }
    let target: FileDescriptor
    do throws(SystemError) {
      target = try FolderContents.open(
        entry.components, beneath: self.target, for: .writing, [.create, .exclusive])
    } catch {
      throw SourceError(
        staging: error, "write a private copy to", joined(self.target, entry.path), advice: StagingArea.advice)
    }
    let size = try FileCopying.copy(
      source, to: target, size: attributes.size, subject: path, cancellation: cancellation, progress: progress)
    guard size == attributes.size else {
      throw SourceError(.notWhole, "copy", path, because: "it has become shorter meanwhile")
    }
    do throws(SystemError) {
      try target.takeAttributes(of: attributes)
    } catch {
      throw SourceError(staging: error, "write a private copy to", target.path)
    }
    copied.append((entry.components, attributes))
  }

  private func open(_ entry: FolderContents.Entry, _ path: PathBytes) throws(SourceError) -> FileDescriptor {
    do throws(SystemError) {
      return try FolderContents.open(entry.components, beneath: contents.folder, for: .reading, .nonBlocking)
    } catch {
      throw SourceError(
        staging: error, "read", path, advice: error.isNoPermission ? "Run as root, or as the server's user." : nil)
    }
  }

  private func writing(
    _ components: [PathBytes], _ body: () throws(SystemError) -> Void
  ) throws(SourceError) {
    do throws(SystemError) {
      try body()
    } catch {
      let path = joined(target, FolderContents.path(of: components))
      throw SourceError(staging: error, "write a private copy to", path, advice: StagingArea.advice)
    }
  }
}
