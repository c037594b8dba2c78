import CoffreCore
import OpenSSLKit
import SodiumKit

/// What stands before the encrypted bytes of an age file (age-encryption.org/v1): the file's key, sealed for each who may
/// open it.
struct AgeHeader {
  /// The file's key, sealed in one way.
  struct Stanza {
    let arguments: [String]
    let body: [UInt8]
  }

  static let fileKeySize = 16
  static let magic = "age-encryption.org/v1\n"
  private static let columns = 64
  private static let scryptLabel = Array("age-encryption.org/v1/scrypt".utf8)
  private static let curveLabel = Array("age-encryption.org/v1/X25519".utf8)

  var stanzas: [Stanza] = []
  /// Of the header's text, the last three dashes included.
  private var authenticator: [UInt8] = []
  private var authenticated: [UInt8] = []
  /// With the line feed at its end, in bytes.
  private(set) var length = 0
}

// MARK: Writing

extension AgeHeader {
  /// - Parameter recipients: at least one.
  static func sealed(_ fileKey: [UInt8], for recipients: [AgeRecipient]) throws(ArchiveError) -> [UInt8] {
    var header = AgeHeader()
    for recipient in recipients {
      let ephemeral = randomBytes(X25519.keySize)
      let share = X25519.publicKey(of: ephemeral)
      guard let shared = X25519.sharedSecret(ephemeral, with: recipient.key) else {
        throw ArchiveError(.unsupported, format: "age", because: "the recipient '\(recipient.text)' is no usable key")
      }
      let key = hkdfSHA256(shared, salt: share + recipient.key, info: curveLabel, count: 32)
      header.stanzas.append(Stanza(arguments: ["X25519", base64(share)], body: wrap(fileKey, with: key)))
    }
    return header.text(fileKey)
  }

  /// - Parameter cost: the power of two of scrypt's N.
  static func sealed(_ fileKey: [UInt8], with passphrase: Secret, cost: Int) throws -> [UInt8] {
    let salt = randomBytes(16)
    let key = try scrypt(
      password: passphrase.exposedBytes, salt: scryptLabel + salt, n: 1 << cost, r: 8, p: 1, count: 32)
    var header = AgeHeader()
    header.stanzas = [Stanza(arguments: ["scrypt", base64(salt), "\(cost)"], body: wrap(fileKey, with: key))]
    return header.text(fileKey)
  }

  private func text(_ fileKey: [UInt8]) -> [UInt8] {
    var text = Self.magic
    for stanza in stanzas {
      text += "-> " + stanza.arguments.joined(separator: " ") + "\n"
      var digits = Substring(Self.base64(stanza.body))
      // A line shorter than a whole one ends the stanza, be it an empty one.
      while true {
        text += digits.prefix(Self.columns) + "\n"
        if digits.utf8.count < Self.columns { break }
        digits = digits.dropFirst(Self.columns)
      }
    }
    text += "---"
    let tag = Self.authenticator(of: Array(text.utf8), fileKey)
    return Array((text + " " + Self.base64(tag) + "\n").utf8)
  }

  private static func wrap(_ fileKey: [UInt8], with key: [UInt8]) -> [UInt8] {
    var sealed: [UInt8] = []
    PieceCipher(.chaCha20Poly1305, key: key).seal(
      fileKey.span, nonce: [UInt8](repeating: 0, count: PieceCipher.nonceSize), into: &sealed)
    return sealed
  }

  private static func authenticator(of text: [UInt8], _ fileKey: [UInt8]) -> [UInt8] {
    hmacSHA256(text, key: hkdfSHA256(fileKey, salt: [], info: Array("header".utf8), count: 32))
  }

  /// age writes base64 without padding.
  private static func base64(_ bytes: [UInt8]) -> String {
    displayed(Base64.encode(bytes.span).prefix { $0 != UInt8(ascii: "=") })
  }
}

// MARK: Reading

extension AgeHeader {
  /// The longest header that is read: some thousand recipients.
  static let limit = 1 << 20

  /// - Parameter start: the file's first bytes, up to `limit`.
  init(_ start: [UInt8]) throws(ArchiveError) {
    let malformed = ArchiveError(.damaged, format: "age", because: "its header is malformed")
    var lines = start.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast()[...]
    guard let first = lines.popFirst(), Array(first) + [0x0A] == Array(Self.magic.utf8) else { throw malformed }
    while let line = lines.popFirst() {
      let words = displayed(line).split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      if words.first == "---" {
        guard words.count == 2, let tag = Self.decoded(words[1]) else { throw malformed }
        authenticator = tag
        authenticated = Array(start[..<(line.startIndex + 3)])
        length = line.endIndex + 1
        return
      }
      guard words.first == "->", words.count > 1 else { throw malformed }
      var digits = ""
      while let body = lines.popFirst() {
        digits += displayed(body)
        guard body.count == Self.columns else { break }
      }
      guard let body = Self.decoded(digits) else { throw malformed }
      stanzas.append(Stanza(arguments: Array(words.dropFirst()), body: body))
    }
    throw malformed
  }

  /// The file's key, if anything of `keys` opens one of the stanzas.
  func fileKey(_ keys: ArchiveKeys) throws -> [UInt8] {
    let passphrases = stanzas.filter { $0.arguments.first == "scrypt" }
    guard passphrases.isEmpty || stanzas.count == 1 else {
      throw ArchiveError(.damaged, format: "age", because: "it has a passphrase and something else")
    }
    var key: [UInt8]?
    if let stanza = passphrases.first {
      guard let password = keys.password else {
        throw ArchiveError(.keyMissing, format: "age", because: "it is encrypted with a passphrase")
      }
      key = try open(stanza, with: password)
    } else {
      guard !keys.identities.isEmpty else {
        throw ArchiveError(.keyMissing, format: "age", because: "it is encrypted for \(recipientCount)")
      }
      for stanza in stanzas where stanza.arguments.first == "X25519" {
        for identity in keys.identities where key == nil { key = open(stanza, with: identity) }
      }
    }
    guard let key else {
      throw ArchiveError(
        .wrongKey, format: "age",
        because: passphrases.isEmpty ? "none of the identities is one it is encrypted for" : "the passphrase is wrong")
    }
    guard areEqualInConstantTime(Self.authenticator(of: authenticated, key), authenticator) else {
      throw ArchiveError(.damaged, format: "age", because: "its header was changed")
    }
    return key
  }

  private var recipientCount: Message { counted(stanzas.count, "recipient") }

  private func open(_ stanza: Stanza, with identity: AgeIdentity) -> [UInt8]? {
    guard stanza.arguments.count == 2, let share = Self.decoded(stanza.arguments[1]), share.count == X25519.keySize,
      let shared = X25519.sharedSecret(identity.key.exposedBytes, with: share)
    else { return nil }
    let key = hkdfSHA256(shared, salt: share + identity.recipient.key, info: Self.curveLabel, count: 32)
    return Self.unwrap(stanza.body, with: key)
  }

  private func open(_ stanza: Stanza, with passphrase: Secret) throws -> [UInt8]? {
    guard stanza.arguments.count == 3, let salt = Self.decoded(stanza.arguments[1]), salt.count == 16,
      let cost = Int(stanza.arguments[2]), cost > 0
    else { throw ArchiveError(.damaged, format: "age", because: "its header is malformed") }
    // age itself goes no further than 22; this program not beyond a GiB of memory.
    guard cost <= 20 else {
      throw ArchiveError(.unsupported, format: "age", because: "its passphrase wants more than a GiB of memory")
    }
    let key = try scrypt(
      password: passphrase.exposedBytes, salt: Self.scryptLabel + salt, n: 1 << cost, r: 8, p: 1, count: 32)
    return Self.unwrap(stanza.body, with: key)
  }

  private static func unwrap(_ body: [UInt8], with key: [UInt8]) -> [UInt8]? {
    guard body.count == fileKeySize + PieceCipher.overhead else { return nil }
    var output: [UInt8] = []
    do throws(CipherError) {
      try PieceCipher(.chaCha20Poly1305, key: key).open(
        body.span, nonce: [UInt8](repeating: 0, count: PieceCipher.nonceSize), into: &output)
      return output
    } catch {
      return nil
    }
  }

  /// Base64 without padding, in the one way that it is written.
  private static func decoded(_ text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard !digits.contains(UInt8(ascii: "=")), digits.count % 4 != 1 else { return nil }
    let padded = digits + [UInt8](repeating: UInt8(ascii: "="), count: (4 - digits.count % 4) % 4)
    guard let bytes = Base64.decode(padded.span), base64(bytes) == text else { return nil }
    return bytes
  }
}
