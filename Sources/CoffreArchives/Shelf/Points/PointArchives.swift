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

    /// Whether this is its content.
    func isMet(by sum: Digest, _ size: Int64) -> Bool { sum == sha256 && size == self.size }
  }

  /// What no entry of the archive met.
  struct Unmet {
    let wanted: Wanted
    /// Whether an entry that reads the same is there, with another content.
    let isOther: Bool
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
  func place(of need: Int?) -> (point: PointPlace, file: PathBytes) {
    guard let need else { return (point.place, point.manifest.archive.files.first?.name ?? []) }
    let needed = point.manifest.needs[need]
    return (needed.place, needed.files.first?.name ?? [])
  }

  private func open(_ need: Int?) throws -> any ArchiveReader {
    let (owner, file) = place(of: need)
    // What others need is never the bytes of one file: of that there is no increment.
    let format = need == nil ? ArchiveFormats.named(point.manifest.archive.format) : nil
    return try OpenArchive.read(
      joined(shelf.path, owner.path(of: file)), isStream: format?.traits.isSingleStream ?? false, keys: keys,
      cancellation: cancellation)
  }

  /// Reads one archive from front to back, and once more if something that is wanted was passed.
  ///
  /// - Parameter each: given who may want a file of the archive, and a way to read it: `read` hands out its bytes and returns
  ///   their checksum. What is not read is passed over. Returns those who want another content: they are asked again when
  ///   the next entry reads the same.
  /// - Returns: what is wanted from the archive and not in it.
  func read(
    _ need: Int?,
    _ each: ([Wanted], _ read: ((Span<UInt8>) throws -> Void) throws -> Digest) throws -> [Wanted]
  ) throws -> [Unmet] {
    let wishes = try WantedContents(try wantedInOrder(need))
    let hasher = SHA256Hasher()
    var buffer = makeBuffer(1 << 20)
    // The second time all wishes are known from the beginning: what is not met then is not there.
    for _ in 0..<2 where try wishes.hasMore() {
      let reader = try open(need)
      while let entry = try reader.next() {
        try cancellation.check()
        guard entry.attributes.kind == .file, entry.hardLinkOf == nil else { continue }
        let wanted = try wishes.take(entry.path, size: entry.hasSize ? entry.attributes.size : nil)
        guard !wanted.isEmpty else { continue }
        let unmet = try each(wanted.map(\.wanted)) { consume in
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
        let numbers = Set(unmet.map(\.number))
        for wish in wanted where numbers.contains(wish.wanted.number) { wishes.putBack(wish) }
      }
      try wishes.readRest()
    }
    return wishes.rest
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
    let reader = try ShelfManifestReader(try shelf.manifest(at: point.place))
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
