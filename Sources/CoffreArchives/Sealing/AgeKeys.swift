import CoffreCore
import OpenSSLKit

/// A public key of age: `age1…`.
package struct AgeRecipient: Sendable, Hashable {
  let key: [UInt8]

  init(key: [UInt8]) { self.key = key }

  /// - Returns: `nil` if it is none; keys of plugins and SSH keys are none here.
  package init?(_ text: String) {
    guard let key = Bech32.decode(text, prefix: "age"), key.count == X25519.keySize else { return nil }
    self.key = key
  }

  package var text: String { Bech32.encode(key, prefix: "age") }
}

/// A secret key of age: `AGE-SECRET-KEY-1…`.
package struct AgeIdentity: Sendable {
  let key: Secret

  /// - Returns: `nil` if it is none.
  package init?(_ text: String) {
    guard let key = Bech32.decode(text, prefix: "age-secret-key-"), key.count == X25519.keySize else { return nil }
    self.key = Secret(key)
  }

  /// The identities in a file as `age-keygen` writes it: one a line, beside comments.
  ///
  /// - Returns: `nil` if a line is something else.
  package static func all(in file: [UInt8]) -> [AgeIdentity]? {
    var found: [AgeIdentity] = []
    for line in file.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) where line.first != UInt8(ascii: "#") {
      let words = displayed(line).split(separator: " ")
      guard !words.isEmpty else { continue }
      guard words.count == 1, let identity = AgeIdentity(String(words[0])) else { return nil }
      found.append(identity)
    }
    return found
  }

  package var recipient: AgeRecipient { AgeRecipient(key: X25519.publicKey(of: key.exposedBytes)) }
}
