import CoffreCore
import CoffreSystem
import OpenSSLKit

/// The archives that hold a point's contents.
struct PointArchives {
  /// A file of the point whose content an archive holds.
  struct Wanted {
    let path: PathBytes
    /// Among all entries of the manifest, from 0.
    let number: Int
    let sha256: Digest
    let size: Int64
  }

  private let shelf: ShelfFolder
  private let point: ShelfPoint
  private let keys: ArchiveKeys
  private let cancellation: Cancellation

  init(_ shelf: ShelfFolder, _ point: ShelfPoint, _ keys: ArchiveKeys, _ cancellation: Cancellation) {
    self.shelf = shelf
    self.point = point
    self.keys = keys
    self.cancellation = cancellation
  }

  /// - Parameter need: a place in the manifest's needs; `nil` for the point's own archive.
  func place(of need: Int?) -> (point: PathBytes, file: PathBytes) {
    guard let need else { return (point.name, point.manifest.archive.files.first?.name ?? []) }
    let needed = point.manifest.needs[need]
    return (needed.point, needed.files.first?.name ?? [])
  }

  private func open(_ need: Int?) throws -> any ArchiveReader {
    let (owner, file) = place(of: need)
    // Told by the name: a needed archive may have another format than the point's own.
    let end = ArchiveSeal.extensions.map { Array(".\($0)".utf8) }.first { file.suffix($0.count) == $0[...] } ?? []
    let isStream = ArchiveFormats.meant(by: file.dropLast(end.count))?.traits.isSingleStream ?? false
    return try OpenArchive.read(
      joined(joined(shelf.path, owner), file), isStream: isStream, keys: keys, cancellation: cancellation)
  }

  /// Reads one archive from front to back, as often as it holds something that is wanted and was passed.
  ///
  /// - Parameter each: given who wants a file of the archive, and a way to read it: `read` hands out its bytes and returns
  ///   their checksum. What is not read is passed over.
  /// - Returns: what is wanted from the archive and not in it.
  func read(
    _ need: Int?, _ each: ([Wanted], _ read: ((Span<UInt8>) throws -> Void) throws -> Digest) throws -> Void
  ) throws -> [Wanted] {
    let wishes = try WantedContents(try wantedInOrder(need))
    let hasher = SHA256Hasher()
    var buffer = makeBuffer(1 << 20)
    while try wishes.hasMore() {
      var isProgress = false
      let reader = try open(need)
      while let entry = try reader.next() {
        try cancellation.check()
        guard entry.attributes.kind == .file, entry.hardLinkOf == nil else { continue }
        let wanted = try wishes.take(entry.path)
        guard !wanted.isEmpty else { continue }
        isProgress = true
        try each(wanted) { consume in
          hasher.begin()
          while true {
            try cancellation.check()
            var span = buffer.mutableSpan
            let count = try reader.read(into: &span)
            guard count > 0 else { return hasher.finish() }
            hasher.update(buffer.span.extracting(0..<count))
            try consume(buffer.span.extracting(0..<count))
          }
        }
      }
      try wishes.readRest()
      guard isProgress else { return wishes.rest }
    }
    return []
  }

  /// Looks whether the keys open what is encrypted, without reading much.
  ///
  /// One archive that proves it is enough: a point never follows one that other keys open.
  ///
  /// - Throws: `ArchiveError` if they do not.
  func tryKeys() throws {
    guard point.manifest.archive.encryption != nil else { return }
    for need in [nil] + point.manifest.needs.indices.map(Optional.some) {
      let reader = try open(need)
      // What is around an archive is proved by opening it; a zip says by its contents alone.
      var byte = makeBuffer(1)
      while let entry = try reader.next() {
        try cancellation.check()
        guard entry.attributes.kind == .file, entry.hardLinkOf == nil else { continue }
        var span = byte.mutableSpan
        if try reader.read(into: &span) > 0 { return }
      }
    }
  }

  private func wantedInOrder(_ need: Int?) throws -> () throws -> (name: PathBytes, wanted: Wanted)? {
    let reader = try ShelfManifestReader(try shelf.file(ShelfManifest.fileName, of: point.name))
    var number = -1
    return {
      while let entry = try reader.nextEntry() {
        number += 1
        guard let content = entry.content, content.need == need else { continue }
        return (
          entry.nameInArchive,
          Wanted(path: entry.path, number: number, sha256: content.sha256, size: entry.attributes.size)
        )
      }
      return nil
    }
  }
}

/// What is wanted from an archive, by its names there. Both mostly come in the same order: then little is in memory.
///
/// Some formats do not keep whether `é` was one character or two. Where no name is the same byte for byte, the first that
/// reads the same is meant; contents are compared in any case.
final class WantedContents {
  private typealias Wish = (name: PathBytes, wanted: PointArchives.Wanted)

  private var next: (() throws -> (name: PathBytes, wanted: PointArchives.Wanted)?)?
  private var passed: [NameKey: [Wish]] = [:]

  init(_ next: @escaping () throws -> (name: PathBytes, wanted: PointArchives.Wanted)?) throws { self.next = next }

  /// Who wants the archive's entry of a name.
  func take(_ name: PathBytes) throws -> [PointArchives.Wanted] {
    let key = NameKey(name)
    if let known = passed[key], let first = known.first {
      let meant = known.contains { $0.name == name } ? name : first.name
      let rest = known.filter { $0.name != meant }
      passed[key] = rest.isEmpty ? nil : rest
      return known.filter { $0.name == meant }.map(\.wanted)
    }
    while let found = try pull() {
      if found.name == name || NameKey(found.name) == key { return [found.wanted] }
      pass(found)
    }
    return []
  }

  private func pass(_ wish: Wish) { passed[NameKey(wish.name), default: []].append(wish) }

  private func pull() throws -> Wish? {
    guard let next else { return nil }
    let found = try next()
    if found == nil { self.next = nil }
    return found
  }

  func hasMore() throws -> Bool {
    guard passed.isEmpty else { return true }
    guard let found = try pull() else { return false }
    pass(found)
    return true
  }

  /// Everything that is still wanted is in memory afterwards.
  func readRest() throws { while let found = try pull() { pass(found) } }

  var rest: [PointArchives.Wanted] {
    passed.values.flatMap { $0.map(\.wanted) }.sorted { $0.number < $1.number }
  }
}

/// A name as it reads: equal for all ways to write one text in Unicode. What is no UTF-8 is equal to itself alone.
private enum NameKey: Hashable {
  case text(String)
  case bytes([UInt8])

  init(_ name: PathBytes) {
    if let text = String(validating: name, as: UTF8.self) { self = .text(text) } else { self = .bytes(name) }
  }
}
