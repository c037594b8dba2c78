import CoffreCore
import CoffreSystem

/// Entries as files in a folder, for a program that reads nothing else. Threads of its own write them while the next ones are
/// read; what goes wrong there is told by a later call.
final class StagedTree {
  let path: PathBytes
  private let cancellation: Cancellation
  private let lanes: [WorkLane]
  private let memory: WriteMemory
  private var file: BackgroundOutput?
  private var entry: ArchiveEntry?
  private var remaining: Int64 = 0
  /// Their attributes come last: what is laid into them changes their times.
  private var folders: [ArchiveEntry] = []

  /// - Parameters:
  ///   - path: of a folder that is there and empty.
  ///   - threadCount: of those that write. Two are always better than one: large files wait for the disk.
  init(at path: PathBytes, threadCount: Int = 2, cancellation: Cancellation) {
    self.path = path
    self.cancellation = cancellation
    lanes = (0..<threadCount).map { WorkLane(named: #"stage-\#($0)"#) }
    memory = WriteMemory(limit: 2 * threadCount + 1)
  }

  func begin(_ entry: ArchiveEntry) throws {
    try end()
    let (folderPath, name) = splitPath(joined(path, entry.path))
    switch entry.attributes.kind {
    case .directory:
      do throws(SystemError) {
        try Self.open(folderPath).makeDirectory(name, permissions: 0o700)
      } catch {
        guard error.isExisting else { throw error }
      }
      folders.append(entry)
    case .symlink:
      let folder = try Self.open(folderPath)
      try folder.makeSymlink(to: entry.details.linkTarget, named: name)
      try? folder.setTimes(
        accessed: entry.attributes.modified, modified: entry.attributes.modified, of: name)
    case .file:
      remaining = entry.attributes.size
      self.entry = entry
      file = try BackgroundOutput(writtenBy: leastBusyLane, through: memory) { () throws(SystemError) in
        try Self.open(folderPath).open(name, for: .writing, [.create, .exclusive, .noFollow], permissions: 0o600)
      }
    case .blockDevice, .characterDevice, .fifo, .socket:
      throw ArchiveError(.unsupported, format: "7z", path: entry.path, because: "7z holds no such entries")
    }
  }

  private var leastBusyLane: WorkLane {
    guard let lane = lanes.min(by: { $0.backlog < $1.backlog }) else { preconditionFailure("there are lanes") }
    return lane
  }

  /// Folders that no entry told of are made.
  private static func open(_ folder: PathBytes) throws(SystemError) -> FileDescriptor {
    do throws(SystemError) {
      return try FileDescriptor.open(folder, for: .reading, [.directory, .noFollow])
    } catch {
      guard error.isNotFound else { throw error }
      try makeDirectories(folder)
      return try FileDescriptor.open(folder, for: .reading, [.directory, .noFollow])
    }
  }

  func write(_ bytes: Span<UInt8>) throws {
    guard let file, Int64(bytes.count) <= remaining else {
      throw ArchiveError(format: "7z", path: entry?.path ?? [], because: "it has more bytes than it should")
    }
    remaining -= Int64(bytes.count)
    try cancellation.check()
    try file.append(bytes)
  }

  /// Ends the file at hand.
  private func end() throws {
    guard let file, let entry else { return }
    guard remaining == 0 else {
      throw ArchiveError(format: "7z", path: entry.path, because: "the entry is not whole")
    }
    let (permissions, time) = (held(entry.attributes, needing: 0o400), entry.attributes.modified)
    try file.finish { file throws(SystemError) in
      try file.setPermissions(permissions)
      try file.setTimes(accessed: time, modified: time)
    }
    self.file = nil
    self.entry = nil
  }

  /// Returns when everything lies there as it should.
  func finish() throws {
    try end()
    for lane in lanes { try lane.drain() }
    for folder in folders.reversed() {
      let descriptor = try FileDescriptor.open(joined(path, folder.path), for: .reading, [.directory, .noFollow])
      try descriptor.setPermissions(held(folder.attributes, needing: 0o500))
      try descriptor.setTimes(accessed: folder.attributes.modified, modified: folder.attributes.modified)
    }
  }

  /// When it returns, nobody lays anything there any more.
  func abandon() {
    for lane in lanes { lane.abandon() }
  }

  /// Lets all of it be removed: folders that nobody may write in cannot be emptied.
  func unlock() throws {
    guard effectiveUserID != 0 else { return }
    for folder in folders where folder.attributes.permissions & 0o300 != 0o300 {
      try FileDescriptor.open(joined(path, folder.path), for: .reading, [.directory, .noFollow]).setPermissions(0o700)
    }
  }

  /// The archive tells the permissions of these files, and the program must be able to read them.
  private func held(_ attributes: EntryAttributes, needing bits: UInt16) -> UInt16 {
    effectiveUserID == 0 ? attributes.permissions : attributes.permissions | bits
  }
}
