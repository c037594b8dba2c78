import CoffreCore
import CoffreSystem
import ZlibKit

/// A zip with a password, by libarchive: each entry is compressed, or stored if the beginning of it does not shrink.
final class EncryptedZipWriter: ArchiveWriter {
  private let writer: LibraryWriter
  private let quick: Deflater?
  private var waiting: ArchiveEntry?
  private var sample: [UInt8] = []

  /// - Parameter storesStubborn: what does not shrink is stored.
  init(_ writer: LibraryWriter, storesStubborn: Bool) {
    self.writer = writer
    quick = storesStubborn ? Deflater(level: 1) : nil
  }

  func begin(_ entry: ArchiveEntry) throws {
    try flush()
    guard quick != nil, entry.attributes.kind == .file, entry.hardLinkOf == nil, entry.attributes.size > 0 else {
      return try writer.begin(entry)
    }
    waiting = entry
  }

  func write(_ bytes: Span<UInt8>) throws {
    guard let entry = waiting else { return try writer.write(bytes) }
    let wanted = Int(min(Int64(ZipPiece.sampleSize), entry.attributes.size)) - sample.count
    let count = min(bytes.count, wanted)
    append(bytes.extracting(0..<count), to: &sample)
    guard count == wanted else { return }
    try flush()
    if count < bytes.count { try writer.write(bytes.extracting(count..<bytes.count)) }
  }

  func finish() throws {
    try flush()
    try writer.finish()
  }

  /// Decides how the entry at hand is stored, and writes what there is of it.
  private func flush() throws {
    guard let entry = waiting, let quick else { return }
    waiting = nil
    try writer.setDeflating(quick.shrinks(sample.span))
    try writer.begin(entry)
    let first = sample
    sample.removeAll(keepingCapacity: true)
    try writer.write(first.span)
  }
}
