package import CoffreCore

/// A public key of age: `age1…`.
package struct AgeRecipient: Sendable, Hashable {
  /// - Returns: `nil` if it is none.
  package init?(_ text: String) { return nil }
}

/// A secret key of age: `AGE-SECRET-KEY-1…`.
package struct AgeIdentity: Sendable {
  /// - Returns: `nil` if it is none.
  package init?(_ text: String) { return nil }
  package var recipient: AgeRecipient { preconditionFailure("not yet") }
}

/// A key of `ArchiveSeal.aes`, as Tink keeps it in a file: a cleartext keyset in JSON.
package struct AESKey: Sendable {
  package static func random() -> AESKey { AESKey() }
  package init(keyset: [UInt8]) throws(ArchiveError) { throw ArchiveError(.unsupported, format: "aes", because: "x") }
  private init() {}
  package var keyset: [UInt8] { [] }
}

final class AgeSealer: EndingSink {
  init(recipients: [AgeRecipient], into sink: any ByteSink) throws {}
  init(passphrase: Secret, into sink: any ByteSink) throws {}
  func write(_ bytes: Span<UInt8>) throws {}
  func finish() throws {}
}
final class AESSealer: EndingSink {
  init(_ key: AESKey, into sink: any ByteSink) {}
  func write(_ bytes: Span<UInt8>) throws {}
  func finish() throws {}
}
final class GPGSealer: EndingSink {
  init(recipients: [String], into sink: any ByteSink, cancellation: Cancellation) throws {}
  func write(_ bytes: Span<UInt8>) throws {}
  func finish() throws {}
}
extension ArchiveSeal {
  static func open(
    _ input: any ArchiveInput, path: PathBytes, keys: ArchiveKeys, cancellation: Cancellation
  ) throws -> any ArchiveInput { input }
}
extension OpenArchive {
  static func read(
    _ input: any ArchiveInput, _ path: PathBytes, _ keys: ArchiveKeys, _ cancellation: Cancellation
  ) throws -> any ArchiveReader { throw ArchiveError(.unsupported, format: "", because: "not yet") }
}
extension ArchiveExtraction {
  package func extract(into place: any RestoreSession) throws -> Counters { Counters() }
  package func test() throws -> Counters { Counters() }
}
