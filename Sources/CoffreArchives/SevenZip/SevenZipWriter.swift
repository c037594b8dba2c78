import CoffreCore
import CoffreSystem

/// Lays the entries into a folder of its own, has `7zz` make the archive of it, and gives that to the sink.
final class SevenZipWriter: ArchiveWriter {
  private let sink: any ByteSink
  private let level: Int
  private let settings: ArchiveSettings
  private var staging: StagingFolder?
  private let tree: PathBytes
  private var file: FileOutput?
  private var entry: ArchiveEntry?
  private var remaining: Int64 = 0
  /// Their attributes come last: what is laid into them changes their times.
  private var folders: [ArchiveEntry] = []

  init(into sink: any ByteSink, level: Int, _ settings: ArchiveSettings) throws {
    self.sink = sink
    self.level = level
    self.settings = settings
    let parent = settings.workFolder ?? temporaryDirectory()
    try Self.checkSpace(in: parent, for: settings.expectedSize)
    let staging = try StagingFolder(in: parent)
    self.staging = staging
    try staging.folder.makeDirectory(Array("tree".utf8), permissions: 0o700)
    tree = joined(staging.path, Array("tree".utf8))
  }

  /// The content and, as it may not shrink, as much again for the archive.
  private static func checkSpace(in folder: PathBytes, for expected: Int64?) throws {
    guard let expected else { return }
    let (needed, overflows) = expected.multipliedReportingOverflow(by: 2)
    let free = try freeSpace(at: folder)
    guard overflows || free < needed else { return }
    throw ArchiveError(
      .noSpace, format: "7z",
      because: "it may take \(byteText(needed)) in '\(displayed(folder))', and \(byteText(free)) are free")
  }

  func begin(_ entry: ArchiveEntry) throws {
    try end()
    let (folderPath, name) = splitPath(joined(tree, entry.path))
    let folder = try open(folderPath)
    switch entry.attributes.kind {
    case .directory:
      do throws(SystemError) {
        try folder.makeDirectory(name, permissions: 0o700)
      } catch {
        guard error.isExisting else { throw error }
      }
      folders.append(entry)
    case .symlink:
      try folder.makeSymlink(to: entry.details.linkTarget, named: name)
      try? folder.setTimes(
        accessed: entry.attributes.modified, modified: entry.attributes.modified, of: name)
    case .file:
      remaining = entry.attributes.size
      self.entry = entry
      file = FileOutput(try folder.open(name, for: .writing, [.create, .exclusive, .noFollow], permissions: 0o600))
    case .blockDevice, .characterDevice, .fifo, .socket:
      throw ArchiveError(.unsupported, format: "7z", path: entry.path, because: "7z holds no such entries")
    }
  }

  /// Folders that no entry told of are made.
  private func open(_ folder: PathBytes) throws -> FileDescriptor {
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
    try settings.cancellation.check()
    try file.append(bytes)
  }

  /// Ends the file at hand.
  private func end() throws {
    guard let file, let entry else { return }
    guard remaining == 0 else {
      throw ArchiveError(format: "7z", path: entry.path, because: "the entry is not whole")
    }
    try file.finish()
    try file.file.setPermissions(held(entry.attributes, needing: 0o400))
    try file.file.setTimes(accessed: entry.attributes.modified, modified: entry.attributes.modified)
    self.file = nil
    self.entry = nil
  }

  func finish() throws {
    try end()
    guard let staging else { return }
    for folder in folders.reversed() {
      let path = joined(tree, folder.path)
      let descriptor = try FileDescriptor.open(path, for: .reading, [.directory, .noFollow])
      try descriptor.setPermissions(held(folder.attributes, needing: 0o500))
      try descriptor.setTimes(accessed: folder.attributes.modified, modified: folder.attributes.modified)
    }
    let archive = joined(staging.path, Array("archive.7z".utf8))
    try make(archive)
    try unlock()
    try removeTree(tree)
    try give(archive)
    self.staging = nil
  }

  /// The archive tells the permissions of these files, and the program must be able to read them.
  private func held(_ attributes: EntryAttributes, needing bits: UInt16) -> UInt16 {
    effectiveUserID == 0 ? attributes.permissions : attributes.permissions | bits
  }

  /// Folders that nobody may write in cannot be emptied.
  private func unlock() throws {
    guard effectiveUserID != 0 else { return }
    for folder in folders where folder.attributes.permissions & 0o300 != 0o300 {
      try FileDescriptor.open(joined(tree, folder.path), for: .reading, [.directory, .noFollow]).setPermissions(0o700)
    }
  }

  private func make(_ archive: PathBytes) throws {
    let program = SevenZipProgram(cancellation: settings.cancellation)
    var words = ["a", "-t7z", "-bd", "-bso0", "-bsp0", "-snl", "-mx=\(level)", "-mmt=\(max(1, settings.threadCount))"]
    // Without a value it asks; names are encrypted too.
    if settings.password != nil { words += ["-mhe=on", "-p"] }
    let child = try program.start(
      words.map { Array($0.utf8) } + [archive, Array(".".utf8)], in: tree, password: settings.password,
      output: .discarded, life: .ofThread)
    try program.finish(child, reading: false)
  }

  private func give(_ archive: PathBytes) throws {
    let file = try FileDescriptor.open(archive, for: .reading, .noFollow)
    file.adviseSequential()
    var buffer = makeBuffer(1 << 20)
    while true {
      try settings.cancellation.check()
      var span = buffer.mutableSpan
      let count = try file.read(into: &span)
      guard count > 0 else { return }
      try sink.write(buffer.span.extracting(0..<count))
    }
  }
}
