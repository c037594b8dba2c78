import CoffreCore
import CoffreSystem
import OpenSSLKit
import ZlibKit

/// A zip whose contents are compressed by several threads: small entries beside each other, large ones in pieces, each of which
/// may refer to the 32 KiB before it. Every reader sees one deflate stream.
final class ZipWriter: ArchiveWriter {
  private static let format = "zip"
  /// Large enough that the flush between two pieces costs nothing, small enough for many in memory.
  private static let pieceSize = 256 << 10
  /// Entries without content that wait for others' content.
  private static let stepLimit = 64

  /// What is written next, in this order.
  private enum Step {
    /// An entry that is known already.
    case known(ZipRecord, content: [UInt8])
    /// An entry whose content is one piece.
    case whole(ZipRecord, salt: [UInt8])
    /// The first piece of an entry, one of those behind it, and the last one.
    case first(ZipRecord, salt: [UInt8]), next, last

    var waits: Bool { if case .known = self { false } else { true } }
  }

  private let sink: any ByteSink
  private let work: OrderedWork<ZipPiece, ZipPiece.Packed, ZipPiece.Tools>
  private let stores: Bool
  private let quick: Deflater?
  /// Contents are encrypted with it; names, and what links point to, are not.
  private let password: Secret?
  private var steps: [Step] = []
  /// The entry that is being given, and how much of it is to come.
  private var entry: ZipRecord?
  private var path: PathBytes = []
  private var remaining: Int64 = 0
  private var piece: [UInt8] = []
  private var history: [UInt8] = []
  /// Whether the entry that is given in pieces is compressed.
  private var isDeflated = false
  /// The entry that is being written, and what encrypts it.
  private var written: ZipRecord?
  private var cipher: WinZipCipher?
  /// Of the archive, in bytes.
  private var offset: Int64 = 0
  private var list: [UInt8] = []
  private var count = 0

  /// - Parameters:
  ///   - level: 0 to 9; 0 stores everything.
  ///   - storesStubborn: whether what does not shrink, by its beginning, is stored.
  ///   - password: what it encrypts can be read by 7zz, libarchive and WinZip; `nil` for no encryption.
  init(into sink: any ByteSink, level: Int, storesStubborn: Bool, threadCount: Int, password: Secret? = nil) throws {
    self.sink = sink
    self.password = password
    stores = level == 0
    quick = storesStubborn ? Deflater(level: 1) : nil
    work = try OrderedWork(threadCount: max(1, threadCount), named: "zip") {
      ZipPiece.Tools(level: level, looks: storesStubborn)
    } _: { piece, tools in
      piece.pack(tools)
    }
  }

  func begin(_ entry: ArchiveEntry) throws {
    try checkWhole()
    path = entry.path
    switch entry.attributes.kind {
    case .file where entry.attributes.size > 0:
      var record = ZipRecord(entry, size: entry.attributes.size)
      record.isEncrypted = password != nil
      self.entry = record
      remaining = entry.attributes.size
      piece.reserveCapacity(Int(min(Int64(Self.pieceSize), remaining)))
    case .file, .directory: try put(.known(ZipRecord(entry, size: 0), content: []))
    case .symlink:
      let target = entry.details.linkTarget
      var record = ZipRecord(entry, size: Int64(target.count))
      record.compressedSize = Int64(target.count)
      record.sum.update(target.span)
      try put(.known(record, content: target))
    case .blockDevice, .characterDevice, .fifo, .socket:
      throw ArchiveError(.unsupported, format: Self.format, path: path, because: "zip holds no such entries")
    }
  }

  func write(_ bytes: Span<UInt8>) throws {
    guard Int64(bytes.count) <= remaining else {
      throw ArchiveError(format: Self.format, path: path, because: "it has more bytes than it should")
    }
    var start = 0
    while start < bytes.count {
      let count = min(bytes.count - start, Self.pieceSize - piece.count)
      append(bytes.extracting(start..<(start + count)), to: &piece)
      start += count
      remaining -= Int64(count)
      if piece.count == Self.pieceSize || remaining == 0 { try give() }
    }
  }

  func finish() throws {
    try checkWhole()
    while !steps.isEmpty { try writeStep() }
    let start = offset
    try write(list)
    try write(ZipRecord.end(ofList: count, at: start, size: offset - start))
  }

  private func checkWhole() throws(ArchiveError) {
    guard remaining > 0 else { return }
    throw ArchiveError(format: Self.format, path: path, because: "the entry is not whole")
  }
}

// MARK: Giving

extension ZipWriter {
  /// Has the piece at hand compressed.
  private func give() throws {
    let full = piece
    let isLast = remaining == 0
    piece = []
    piece.reserveCapacity(isLast ? 0 : Int(min(Int64(Self.pieceSize), remaining)))
    guard var record = entry.take() else {
      return try put(isLast ? .last : .next, ZipPiece(bytes: full, way: way(of: full, isLast: isLast)))
    }
    let lock = password.map { ZipPiece.Lock(password: $0, salt: randomBytes(WinZipCipher.Keys.saltSize)) }
    let salt = lock?.salt ?? []
    guard !isLast else {
      return try put(.whole(record, salt: salt), ZipPiece(bytes: full, way: stores ? .store : .shrink, lock: lock))
    }
    isDeflated = !stores && quick?.shrinks(full.span.extracting(0..<ZipPiece.sampleSize)) != false
    record.method = isDeflated ? .deflated : .stored
    record.hasDescriptor = true
    history = []
    try put(.first(record, salt: salt), ZipPiece(bytes: full, way: way(of: full, isLast: false), lock: lock))
  }

  private func way(of bytes: [UInt8], isLast: Bool) -> ZipPiece.Way {
    guard isDeflated else { return .store }
    let before = history
    history = isLast ? [] : Array(bytes.suffix(Deflater.windowSize))
    return .deflate(after: before, isLast: isLast)
  }

  private func put(_ step: Step, _ piece: ZipPiece? = nil) throws {
    if let piece {
      while work.isFull { try writeStep() }
      work.give(piece)
    }
    steps.append(step)
    while let first = steps.first, !first.waits || steps.count > Self.stepLimit { try writeStep() }
  }
}

// MARK: Writing

extension ZipWriter {
  private func writeStep() throws {
    switch steps.removeFirst() {
    case .known(let record, let content):
      written = record
      try writeHeader()
      try write(content)
      endEntry()
    case .whole(var record, let salt):
      let packed = work.take()
      record.method = packed.method
      record.sum = packed.sum
      record.compressedSize = Int64(packed.bytes.count) + (record.isEncrypted ? ZipRecord.encryptionOverhead : 0)
      written = record
      try writeHeader()
      try beginEncryption(packed.keys, salt)
      try writeContent(packed.bytes)
      try endEncryption()
      endEntry()
    case .first(var record, let salt):
      let packed = work.take()
      record.compressedSize = record.isEncrypted ? ZipRecord.encryptionOverhead : 0
      written = record
      try writeHeader()
      try beginEncryption(packed.keys, salt)
      try writePiece(packed)
    case .next: try writePiece(work.take())
    case .last:
      try writePiece(work.take())
      try endEncryption()
      if let written { try write(written.descriptor) }
      endEntry()
    }
  }

  private func writeHeader() throws {
    written?.offset = offset
    if let written { try write(written.localHeader) }
  }

  private func beginEncryption(_ keys: WinZipCipher.Keys?, _ salt: [UInt8]) throws {
    guard let keys else { return }
    cipher = WinZipCipher(keys)
    try write(salt + keys.verifier)
  }

  private func endEncryption() throws {
    if let cipher { try write(cipher.finish()) }
    cipher = nil
  }

  private func writeContent(_ bytes: [UInt8]) throws {
    guard let cipher else { return try write(bytes) }
    var bytes = bytes
    cipher.encrypt(&bytes)
    try write(bytes)
  }

  private func writePiece(_ packed: ZipPiece.Packed) throws {
    written?.sum.append(packed.sum, count: packed.count)
    written?.compressedSize += Int64(packed.bytes.count)
    try writeContent(packed.bytes)
  }

  private func endEntry() {
    guard let record = written.take() else { preconditionFailure("no entry is written") }
    list += record.listed
    count += 1
  }

  private func write(_ bytes: [UInt8]) throws {
    offset += Int64(bytes.count)
    try sink.write(bytes.span)
  }
}
