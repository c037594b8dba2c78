import CoffreCore
import CoffreSystem

/// Gathers a manifest's lines on the disk; how the head reads is known only when all else is.
final class ShelfManifestWriter {
  private let entries: LineSpool
  private let deleted: LineSpool

  /// - Parameter folder: of the point, for files that are gone at the end.
  init(in folder: borrowing FileDescriptor) throws {
    entries = try LineSpool(Array("entries".utf8), in: folder)
    deleted = try LineSpool(Array("deleted".utf8), in: folder)
  }

  /// - Precondition: entries come in their order (`ShelfEntryOrder`), what is read last at the end of its folder.
  func add(_ entry: ShelfEntry) throws { try entries.add(entry.encoded()) }

  func addDeleted(_ path: PathBytes) throws { try deleted.add(deletedLine(path)) }

  /// - Parameters:
  ///   - head: everything but the counts of deletions and renamings, which are set.
  ///   - moves: from where the content of a new entry came, by its new path; a real renaming if the old path is gone.
  /// - Returns: the head as it was written.
  func finish(
    _ head: ShelfManifest, moves: [ShelfRenaming], into file: MeasuredFile
  ) throws -> ShelfManifest {
    let renamings = try renamings(among: moves)
    let renamedOld = Set(renamings.map(\.old))
    var head = head
    (head.counts.deleted, head.counts.renamed) = (deleted.count - renamings.count, renamings.count)
    func write(_ line: [UInt8], _ end: [UInt8] = [0x0A]) throws { try file.write((line + end).span) }
    try write(head.encodedHead())
    var section = ShelfManifestReader.Section.entries
    var pending: [UInt8]?
    func flushSection() throws {
      // The last of a list has no comma behind it.
      if let line = pending { try write(line) }
      pending = nil
    }
    func add(_ line: [UInt8]) throws {
      if let before = pending { try write(before, [UInt8(ascii: ","), 0x0A]) }
      pending = line
    }
    try write(section.opening)
    try entries.forEach(add)
    try flushSection()
    section = .deleted
    try write(section.opening)
    try deleted.forEach { line in
      let path = try deletedPath(line)
      if !renamedOld.contains(path) { try add(line) }
    }
    try flushSection()
    section = .renamed
    try write(section.opening)
    for renaming in renamings { try add(renaming.encoded()) }
    try flushSection()
    section = .end
    try write(section.opening)
    return head
  }

  /// How many entries of the parent are gone, and how many have another name now.
  func countsOfGone(moves: [ShelfRenaming]) throws -> (deleted: Int, renamed: Int) {
    let renamed = try renamings(among: moves).count
    return (deleted.count - renamed, renamed)
  }

  /// Each old path at most once: what two entries came from was copied, or had two names.
  private func renamings(among moves: [ShelfRenaming]) throws -> [ShelfRenaming] {
    guard !moves.isEmpty else { return [] }
    let old = Set(moves.map(\.old))
    var gone: Set<PathBytes> = []
    try deleted.forEach { line in
      let path = try deletedPath(line)
      if old.contains(path) { gone.insert(path) }
    }
    return moves.filter { gone.remove($0.old) != nil }
  }
}
