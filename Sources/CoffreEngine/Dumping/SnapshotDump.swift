import CoffreCore
import CoffreRepository
import CoffreSystem
import Synchronization

/// Writes a file of a snapshot as it is, or a folder as an archive.
///
/// One thread walks the trees, several load blobs ahead, the calling one writes.
struct SnapshotDump: Sendable {
  struct Counters: Sendable, Hashable {
    var entries = 0
    var files = 0
    var bytes: Int64 = 0
    var leftOut = 0
    var losses = 0
  }

  /// The counters of a running dump.
  final class Progress: Sendable {
    private let counters = Mutex(Counters())
    var snapshot: Counters { counters.withLock { $0 } }
    func count(_ change: (inout Counters) -> Void) { counters.withLock { change(&$0) } }
  }

  let repository: Repository
  let index: BlobIndex
  let snapshot: StoredSnapshot
  let events: any EventSink
  let cancellation: Cancellation
  let progress: Progress

  private var threadCount: Int { min(8, max(2, processorCount, repository.store.traits.parallelRequests)) }

  func writeFile(_ node: Node, at path: PathBytes, into sink: any ByteSink) throws {
    let content = node.content ?? []
    try ContentPipeline<Void>.run(repository, index, threadCount: threadCount, cancellation: cancellation) { pipeline in
      try pipeline.add((), content: content, path: path)
    } taking: { reader in
      _ = try reader.next()
      progress.count { $0.entries = 1 }
      try copy(reader, into: sink.write)
      progress.count { $0.files = 1 }
    }
    let size = progress.snapshot.bytes
    guard UInt64(size) != node.size else { return }
    progress.count { $0.losses += 1 }
    events.take(.sizeDiffers(node, at: path, actually: size))
  }

  /// - Parameters:
  ///   - path: of the folder in the snapshot.
  ///   - depth: so many of its components do not appear in the archive's names.
  func writeArchive(_ path: [PathBytes], hiding depth: Int, as format: any ArchiveFormat, into sink: any ByteSink)
    throws
  {
    let hidden = path.prefix(depth).reduce(1) { $0 + $1.count + 1 }
    var settings = ArchiveSettings()
    settings.threadCount = processorCount
    settings.cancellation = cancellation
    let writer = try format.makeWriter(into: sink, settings)
    try ContentPipeline<ArchiveEntry>.run(
      repository, index, threadCount: threadCount, cancellation: cancellation
    ) { pipeline in
      var bridge = ArchiveBridge(format.traits, index: index, events: events)
      let walk = SnapshotWalk(loader: BlobLoader(repository: repository, index: index), snapshot: snapshot)
      try walk.visit(below: path) { node, path in
        let bridged = bridge.entry(for: node, at: path, named: Array(path.dropFirst(hidden)))
        progress.count { counters in
          counters.leftOut = bridge.leftOut
          counters.losses = bridge.lost
        }
        guard let (entry, content) = bridged else { return false }
        try pipeline.add(entry, content: content, path: path)
        return true
      }
    } taking: { reader in
      while let entry = try reader.next() {
        try cancellation.check()
        try writer.begin(entry)
        progress.count { $0.entries += 1 }
        try copy(reader, into: writer.write)
        if entry.attributes.kind == .file { progress.count { $0.files += 1 } }
      }
      try writer.finish()
    }
  }

  private func copy<Header>(_ reader: ContentReader<Header>, into write: (Span<UInt8>) throws -> Void) throws {
    while let blob = try reader.nextBlob() {
      try cancellation.check()
      try write(blob.span)
      progress.count { $0.bytes += Int64(blob.count) }
    }
  }
}
