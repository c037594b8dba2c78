import CoffreCore
import CoffreSystem
import ZlibKit

/// An archive that `7zz` reads, as libarchive cannot: an encrypted 7z, or a zip whose links are encrypted. The list of
/// entries comes first, then all contents, one behind the other.
final class SevenZipReader: ArchiveReader {
  /// Of the listing, in bytes: some million entries.
  private static let listingLimit = 1 << 30

  let format: String
  let size: Int64
  /// What a zip encrypts has no checksum; the program tells at the end.
  let provesEntries: Bool
  private let path: PathBytes
  private let program: SevenZipProgram
  private let contents: ChildProcess
  private let entries: [SevenZipEntry]
  private var nextEntry = 0
  private var current: SevenZipEntry?
  private var remaining: Int64 = 0
  private var sum = CRC32()
  private(set) var bytesRead: Int64 = 0
  private var isEnded = false
  /// Holds the archive where it was in an encryption of its own.
  private let staging: StagingFolder?

  /// - Parameter path: of the archive, absolute.
  init(
    _ path: PathBytes, in staging: StagingFolder?, size: Int64, format: String, password: Secret?,
    cancellation: Cancellation
  ) throws {
    self.format = format
    self.path = path
    if let password { try SevenZipProgram.check(password) }
    self.size = size
    self.staging = staging
    program = SevenZipProgram(cancellation: cancellation, format: format)
    let list = try program.start(Self.listing(path), password: password, output: .piped)
    let listing = try cancellation.whenCancelled {
      list.kill()
    } during: {
      try list.readAll(limit: Self.listingLimit)
    }
    try program.finish(list, reading: true)
    entries = try SevenZipEntry.all(in: listing)
    provesEntries = entries.allSatisfy { $0.entry.attributes.size == 0 || $0.sum != nil }
    contents = try program.start(
      ["x", "-so", "-spd", "-bd", "-bsp0"].map { Array($0.utf8) } + [path], password: password, output: .piped)
  }

  deinit { contents.kill() }

  private static func listing(_ path: PathBytes) -> [PathBytes] {
    ["l", "-slt", "-ba", "-spd", "-bd"].map { Array($0.utf8) } + [path]
  }

  func next() throws -> ArchiveEntry? {
    if current != nil { try skip() }
    guard nextEntry < entries.count else {
      try end()
      return nil
    }
    var entry = entries[nextEntry]
    nextEntry += 1
    remaining = entry.entry.attributes.size
    sum = CRC32()
    if entry.entry.attributes.kind == .symlink {
      guard remaining <= 65536 else { throw damage(entry, "its target is too long") }
      current = entry
      entry.entry.details.linkTarget = try all()
      entry.entry.attributes.size = 0
    }
    current = entry
    return entry.entry
  }

  func read(into buffer: inout MutableSpan<UInt8>) throws -> Int {
    guard let entry = current, remaining > 0 else { return 0 }
    var part = makeBuffer(Int(min(Int64(buffer.count), remaining, 1 << 20)))
    let count = try program.cancellation.whenCancelled { [contents] in
      contents.kill()
    } during: {
      var span = part.mutableSpan
      return try contents.read(into: &span)
    }
    guard count > 0 else {
      try end()
      throw damage(entry, "its length is another than it says")
    }
    sum.update(part.span.extracting(0..<count))
    copy(part.span.extracting(0..<count), into: &buffer)
    remaining -= Int64(count)
    if remaining == 0, let expected = entry.sum, expected != sum.value {
      throw damage(entry, "its bytes do not fit its checksum")
    }
    // What of the archive was read is not told; the share of the entries is near enough.
    bytesRead = size * Int64(nextEntry) / Int64(max(1, entries.count))
    return count
  }

  private func damage(_ entry: SevenZipEntry, _ cause: Message) -> ArchiveError {
    ArchiveError(.damaged, format: format, path: entry.entry.path, because: cause)
  }

  /// The rest of the entry at hand.
  private func all() throws -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = makeBuffer(4096)
    while remaining > 0 {
      var span = piece.mutableSpan
      let count = try read(into: &span)
      bytes += piece[..<count]
    }
    return bytes
  }

  private func skip() throws {
    var piece = makeBuffer(256 << 10)
    while remaining > 0 {
      var span = piece.mutableSpan
      _ = try read(into: &span)
    }
    current = nil
  }

  /// The program says whether all was right.
  private func end() throws {
    guard !isEnded else { return }
    isEnded = true
    var piece = makeBuffer(4096)
    var span = piece.mutableSpan
    let more = try contents.read(into: &span)
    if more > 0 {
      contents.kill()
      throw ArchiveError(.damaged, format: format, because: "it holds more than it says")
    }
    try program.finish(contents, reading: true, isKeyProved: isKeyProved)
  }

  /// Whether the password opened the list of entries; in a zip, whether it did what stands before each content.
  private func isKeyProved() -> Bool {
    if format == "zip" { return true }
    guard let list = try? program.start(Self.listing(path), password: nil, output: .discarded) else { return false }
    return (try? program.finish(list, reading: true)) == nil
  }
}
