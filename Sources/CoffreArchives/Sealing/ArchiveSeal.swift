package import CoffreCore

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
    case .none: PlainSink(sink)
    case .age(let recipients): try AgeSealer(recipients: recipients, into: sink)
    case .agePassphrase(let passphrase): try AgeSealer(passphrase: passphrase, into: sink)
    case .aes(let key): AESSealer(key, into: sink)
    case .gpg(let recipients): try GPGSealer(recipients: recipients, into: sink, cancellation: cancellation)
    }
  }
}

/// No encryption.
private final class PlainSink: EndingSink {
  private let sink: any ByteSink
  init(_ sink: any ByteSink) { self.sink = sink }
  func write(_ bytes: Span<UInt8>) throws { try sink.write(bytes) }
  func finish() {}
}
