package import CoffreCore
import CoffreSystem

/// An encryption around a whole archive, whatever its format.
package enum ArchiveSeal: Sendable {
  case none
  /// age v1 (age-encryption.org/v1): whoever holds one of the recipients' identities opens it, this machine need not.
  case age(recipients: [AgeRecipient])
  /// age v1 with a passphrase.
  case agePassphrase(Secret)
  /// AES-256-GCM in pieces of 1 MiB, as Tink's streaming AEAD.
  case aes(AESKey)
  /// For keys of gpg's own key ring, through `gpg`.
  case gpg(recipients: [String])

  /// What is added to the archive's file name.
  package var fileExtension: String? {
    switch self {
    case .none: nil
    case .age, .agePassphrase: "age"
    case .aes: "aes"
    case .gpg: "gpg"
    }
  }

  /// - Parameter sink: takes the sealed bytes; the caller ends it.
  func sink(into sink: any ByteSink, cancellation: Cancellation) throws -> any EndingSink {
    switch self {
    case .none: UnchangedSink(sink)
    case .age(let recipients): try AgeSealing.sealer(for: recipients, into: sink)
    case .agePassphrase(let passphrase): try AgeSealing.sealer(with: passphrase, into: sink)
    case .aes(let key): try AESSealing.sealer(key, into: sink)
    case .gpg(let recipients): try GPGSealer(recipients: recipients, into: sink, cancellation: cancellation)
    }
  }

  /// Takes away the encryption around an archive, if there is one.
  ///
  /// - Returns: what is inside, and the file's name without the end that tells of the encryption.
  static func open(
    _ input: FileInput, named name: PathBytes, keys: ArchiveKeys, cancellation: Cancellation
  ) throws -> (input: any ArchiveInput, name: PathBytes) {
    let start = try input.bytes(at: 0, count: ArchiveStart.size)
    // The name of a tar's first entry may look like anything.
    if ArchiveStart(start).isArchive(named: []) { return (input, name) }
    func without(_ end: String) -> PathBytes {
      displayed(name).lowercased().hasSuffix(end) ? Array(name.dropLast(end.utf8.count)) : name
    }
    if AgeSealing.isAge(start) { return (try AgeSealing.open(input, keys), without(".age")) }
    if GPGInput.isGPG(start) {
      let end = displayed(name).lowercased().hasSuffix(".asc") ? ".asc" : ".gpg"
      return (try GPGInput(input, cancellation: cancellation), without(end))
    }
    // Tink's header is random but for its first byte, with which a zst begins too: there the name decides.
    guard start.first == UInt8(AESSealing.headerSize) else { return (input, name) }
    let isNamed = displayed(name).lowercased().hasSuffix(".aes")
    guard isNamed || Decompression(start) == nil else { return (input, name) }
    guard let key = keys.aesKey else {
      guard isNamed else { return (input, name) }
      throw ArchiveError(.keyMissing, format: "aes", because: "it is encrypted with a key")
    }
    return (try AESSealing.open(input, key), without(".aes"))
  }
}
