import CoffreCore
import CoffreSystem

/// Lays the entries into a folder of its own, has `7zz` make the archive of it, and gives that to the sink.
final class SevenZipWriter: ArchiveWriter {
  private let sink: any ByteSink
  private let level: Int
  private let settings: ArchiveSettings
  private var staging: StagingFolder?
  private let tree: StagedTree

  init(into sink: any ByteSink, level: Int, _ settings: ArchiveSettings) throws {
    self.sink = sink
    self.level = level
    self.settings = settings
    let parent = settings.workFolder ?? temporaryDirectory()
    try Self.checkSpace(in: parent, for: settings.expectedSize)
    let staging = try StagingFolder(in: parent)
    self.staging = staging
    try staging.folder.makeDirectory(Array("tree".utf8), permissions: 0o700)
    tree = StagedTree(at: joined(staging.path, Array("tree".utf8)), cancellation: settings.cancellation)
  }

  /// The folder is removed next, and nothing may be laid into it any more.
  deinit { tree.abandon() }

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

  func begin(_ entry: ArchiveEntry) throws { try tree.begin(entry) }
  func write(_ bytes: Span<UInt8>) throws { try tree.write(bytes) }

  func finish() throws {
    guard let staging else { return }
    try tree.finish()
    let name = Array("archive.7z".utf8)
    try make(joined(staging.path, name))
    try tree.unlock()
    let clearing = WorkLane(named: "7z-clear")
    try clearing.give { [path = tree.path] () throws(SystemError) in try removeTree(path) }
    if try (sink as? any AdoptingSink)?.adopt(name, in: staging.folder) != true {
      let file = try staging.folder.open(name, for: .reading, .noFollow)
      // Where there may be no room for one more copy, the files make it.
      if try freeSpace(at: staging.path) / 2 <= file.attributes().size { try clearing.drain() }
      try give(file)
    }
    try clearing.drain()
    self.staging = nil
  }

  /// How far back content is compared, in bytes; `nil` for what the level says. It takes about twelve times as much.
  private var window: Int64? {
    guard let limit = settings.memoryLimit, level >= 5 else { return nil }
    let usual: Int64 = 32 << 20
    var window: Int64 = 1 << 20
    while window < usual, window * 2 * 12 <= limit { window *= 2 }
    return window < usual ? window : nil
  }

  private func make(_ archive: PathBytes) throws {
    let program = SevenZipProgram(cancellation: settings.cancellation)
    var words = ["a", "-t7z", "-bd", "-bso0", "-bsp0", "-snl", "-mx=\(level)", "-mmt=\(max(1, settings.threadCount))"]
    if let window { words.append("-md=\(window)b") }
    // Without a value it asks; names are encrypted too.
    if settings.password != nil { words += ["-mhe=on", "-p"] }
    let child = try program.start(
      words.map { Array($0.utf8) } + [archive, Array(".".utf8)], in: tree.path, password: settings.password,
      output: .discarded, life: .ofThread)
    try program.finish(child, reading: false)
  }

  private func give(_ file: borrowing FileDescriptor) throws {
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
