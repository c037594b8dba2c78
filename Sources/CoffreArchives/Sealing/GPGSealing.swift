import CoffreCore
import CoffreSystem

/// Encrypts for keys of gpg's key ring, through `gpg`.
final class GPGSealer: EndingSink {
  private let filter: FilterProcess
  private let sink: any ByteSink

  /// - Parameter recipients: as gpg takes them; a key named by its whole fingerprint need not be trusted.
  init(recipients: [String], into sink: any ByteSink, cancellation: Cancellation) throws {
    guard !recipients.isEmpty else {
      throw ArchiveError(.unsupported, format: "gpg", because: "no recipient is named")
    }
    self.sink = sink
    let areFingerprints = recipients.allSatisfy { $0.utf8.count >= 40 && $0.allSatisfy(\.isHexDigit) }
    filter = try FilterProcess(
      ["gpg", "--batch", "--quiet", "--no-tty", "--encrypt", "--compress-algo", "none", "--output", "-"]
        + (areFingerprints ? ["--trust-model", "always"] : []) + recipients.flatMap { ["--recipient", $0] },
      format: "gpg", cancellation: cancellation)
  }

  func write(_ bytes: Span<UInt8>) throws {
    try filter.write(bytes) { try sink.write($0) }
  }

  func finish() throws {
    filter.endInput()
    while let piece = try filter.wait() { try sink.write(piece.span) }
  }
}

/// What gpg decrypts, from front to back; its end is proved by gpg's own.
final class GPGInput: ArchiveInput {
  private let filter: FilterProcess
  private let input: any ArchiveInput
  private var offset: Int64 = 0
  private var piece: [UInt8] = []
  private var taken = 0
  private var isFed = false

  /// `true` for the first bytes of what gpg makes: packets of OpenPGP with session keys (RFC 4880 section 4.2), or its
  /// armour.
  static func isGPG(_ start: [UInt8]) -> Bool {
    guard let first = start.first else { return false }
    if start.starts(with: #"-----BEGIN PGP MESSAGE-----"#.utf8) { return true }
    guard first & 0x80 != 0 else { return false }
    let tag = first & 0x40 != 0 ? first & 0x3F : first >> 2 & 0x0F
    return (tag == 1 || tag == 3) && start.count > 2
  }

  init(_ input: any ArchiveInput, cancellation: Cancellation) throws {
    self.input = input
    filter = try FilterProcess(
      ["gpg", "--batch", "--quiet", "--no-tty", "--decrypt", "--output", "-"], format: "gpg",
      cancellation: cancellation)
    try filter.startFeeding()
  }

  var size: Int64? { nil }

  func read(at _: Int64, into buffer: inout MutableSpan<UInt8>) throws -> Int {
    while taken == piece.count {
      let next: [UInt8]?
      if isFed {
        next = try filter.wait()
        if next == nil { return 0 }
      } else {
        next = filter.pieceUnlessHungry()
      }
      if let next {
        piece = next
        taken = 0
      } else {
        let bytes = try input.bytes(at: offset, count: FilterProcess.pieceSize)
        offset += Int64(bytes.count)
        isFed = !filter.feed(bytes)
      }
    }
    let count = min(buffer.count, piece.count - taken)
    let bytes = piece
    copy(bytes.span.extracting(taken..<(taken + count)), into: &buffer)
    taken += count
    return count
  }
}
