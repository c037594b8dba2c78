import CoffreArchives
import CoffreCore
import CoffreSystem
import CoffreTestKit
import Testing

/// Archives that are not as they were written: each is found out, and none ends the program.
@Suite("Damaged archives")
struct ArchiveDamageTests {
  private static let identity = AgeIdentity(AgeKeyTests.identity)
  private static let key = AESKey.random()
  private static let password = Secret("secret")
  /// What proves its contents, in one way or another; a tar alone does not.
  private static let kinds = ["tar.gz", "tar.zst", "tar.xz", "zip", "7z", "zip+password", "tar+age", "tar+aes"]

  private static var keys: ArchiveKeys {
    var keys = ArchiveKeys()
    keys.identities = identity.map { [$0] } ?? []
    keys.aesKey = key
    keys.password = password
    return keys
  }

  private func make(_ kind: String, at path: PathBytes) throws -> [UInt8] {
    let parts = kind.split(separator: "+").map(String.init)
    var settings = ArchiveSettings()
    var seal = ArchiveSeal.none
    switch parts.dropFirst().first {
    case "password": settings.password = Self.password
    case "age": seal = .age(recipients: [try #require(Self.identity).recipient])
    case "aes": seal = .aes(Self.key)
    default: break
    }
    try SampleArchive.write(
      SampleEntry.small, as: try #require(ArchiveFormats.named(parts[0])), to: path, settings, sealedBy: seal)
    return try readFile(path, limit: 1 << 20)
  }

  /// - Returns: what was read, or `nil` if the archive was refused as it should be.
  private func read(_ bytes: [UInt8], _ path: PathBytes, _ keys: ArchiveKeys) throws -> Set<[String]>? {
    try writeFileAtomically(bytes, path)
    do {
      return SampleArchive.essence(try SampleArchive.read(path, keys))
    } catch is ArchiveError {
      return nil
    }
  }

  private func keys(for kind: String) -> ArchiveKeys {
    var keys = Self.keys
    // A 7z with a password is read by another program, one run for each of hundreds of files.
    if kind == "7z" { keys.password = nil }
    return keys
  }

  @Test(arguments: kinds + ["tar"])
  func `one that was cut short is refused`(_ kind: String) throws {
    let folder = try TestFolder()
    let path = folder.path("a")
    let whole = try make(kind, at: path)
    var random = SeededRandom(seed: 1)
    // The last 64 bytes: the end of the end. A tar may lack some of its closing zeros.
    let tail = kind == "tar" ? 10240 : 0
    var lengths = [0, 1, 2, 40, 100]
    if kind != "tar" { lengths += (1...24).map { whole.count - $0 } }
    for _ in 0..<60 { lengths.append(Int(random.next() % UInt64(whole.count - tail))) }
    for length in lengths {
      #expect(try read(Array(whole[..<length]), path, keys(for: kind)) == nil, "\(length) of \(whole.count) bytes")
    }
  }

  /// Zeros of a file are not those of the archive's end.
  @Test(arguments: [512, 4096, 700_000])
  func `a tar that was cut behind a file of zeros is refused`(_ count: Int) throws {
    let folder = try TestFolder()
    let path = folder.path("a.tar")
    try SampleArchive.write(
      [.file("noise", SampleEntry.bytes(3000, seed: 1)), .file("zeros", [UInt8](repeating: 0, count: count))],
      as: try #require(ArchiveFormats.named("tar")), to: path)
    let whole = try readFile(path, limit: 1 << 20)
    let last = try #require(whole.lastIndex { $0 != 0 })
    // Of the file's header; its content fills whole blocks, but for the last size.
    let end = (last / 512 + 1) * 512 + (count + 511) / 512 * 512
    for (length, isWhole) in [(end, false), (end + 512, false), (end + 1024, true), (whole.count, true)] {
      #expect(try (read(Array(whole[..<length]), path, Self.keys) != nil) == isWhole, "\(length - end) bytes of an end")
      // Entries that are passed over.
      let reader = try OpenArchive.read(path)
      func passOver() throws { while try reader.next() != nil {} }
      if isWhole { try passOver() } else { #expect(throws: ArchiveError.self) { try passOver() } }
    }
  }

  @Test(arguments: kinds)
  func `a changed bit is found, or changes nothing`(_ kind: String) throws {
    let folder = try TestFolder()
    let path = folder.path("a")
    let whole = try make(kind, at: path)
    let files = SampleEntry.small.filter { $0.entry.attributes.kind == .file }
    let contents = Set(SampleArchive.essence(files).map { [$0[0], $0[5]] })
    var random = SeededRandom(seed: 2)
    var refused = 0
    for round in 0..<150 {
      var bytes = whole
      // Beginnings and ends are where formats keep what matters.
      let span = round % 3 == 0 ? 200 : bytes.count
      let place = Int(random.next() % UInt64(span))
      bytes[round % 6 == 0 ? bytes.count - 1 - place : place] ^= 1 << UInt8(random.next() % 8)
      guard let found = try read(bytes, path, keys(for: kind)) else {
        refused += 1
        continue
      }
      // Names, times and modes of a zip or 7z have no checksum everywhere; contents have.
      let changed = found.filter { entry in
        !contents.contains([entry[0], entry[5]]) && contents.contains { $0[0] == entry[0] }
      }
      #expect(changed.isEmpty, "byte \(place) in round \(round)")
    }
    #expect(refused > 75, "most of them")
  }

  @Test func `any bytes are refused`() throws {
    let folder = try TestFolder()
    var random = SeededRandom(seed: 3)
    let starts: [[UInt8]] = [
      [], [0x1F, 0x8B, 8], [0x28, 0xB5, 0x2F, 0xFD], [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], [0x50, 0x4B, 3, 4],
      [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], Array("Rar!\u{1A}\u{7}".utf8), Array("age-encryption.org/v1\n".utf8),
      [40], Array("BZh9".utf8),
    ]
    for start in starts {
      for count in [0, 20, 600, 20_000] {
        let bytes = start + SampleEntry.bytes(count, seed: random.next())
        #expect(try read(bytes, folder.path("a"), keys(for: "7z")) == nil, "\(start) and \(count) bytes")
      }
    }
  }

  @Test func `pieces of an encryption cannot change places`() throws {
    let folder = try TestFolder()
    let path = folder.path("a")
    let identity = try #require(Self.identity)
    let content = SampleEntry.bytes(400_000, seed: 4)
    try SampleArchive.write(
      [.file("noise", content)], as: try #require(ArchiveFormats.named("tar")), to: path,
      sealedBy: .age(recipients: [identity.recipient]))
    let whole = try readFile(path, limit: 1 << 20)
    let piece = (64 << 10) + 16
    // The header ends where the pieces begin: counted from the end.
    let header = whole.count % piece > 0 ? whole.count - whole.count / piece * piece : 0
    let start = whole.count - (whole.count - 200) / piece * piece
    var swapped = whole
    for index in 0..<piece { swapped.swapAt(start + index, start + piece + index) }
    #expect(try read(swapped, path, Self.keys) == nil)
    // Cut at the end of a piece: only the mark of the last one tells.
    for pieces in 1...4 {
      #expect(try read(Array(whole.dropLast((whole.count - header) % piece + pieces * piece)), path, Self.keys) == nil)
    }
  }
}
