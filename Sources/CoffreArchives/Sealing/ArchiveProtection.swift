package import CoffreCore

/// How a new archive is encrypted, by what, and what opens it again.
package struct ArchiveProtection: Sendable {
  /// As `--encrypt` names it.
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The password of the format itself.
    case native
    case age, aes, gpg
  }

  package let kind: Kind
  /// What goes around the archive; `none` where the format encrypts by itself.
  package let seal: ArchiveSeal
  /// Of the format itself.
  package let password: Secret?
  /// Who can open it, as they were named; empty where a password or a key does.
  package let recipients: [String]
  /// What reads it back; `nil` if only its recipients can.
  package let keys: ArchiveKeys?

  private init(
    _ kind: Kind, seal: ArchiveSeal, password: Secret? = nil, recipients: [String] = [], keys: ArchiveKeys? = nil
  ) {
    self.kind = kind
    self.seal = seal
    self.password = password
    self.recipients = recipients
    self.keys = keys
  }

  /// By the password of zip or 7z.
  package static func native(_ password: Secret) -> ArchiveProtection {
    var keys = ArchiveKeys()
    keys.password = password
    return ArchiveProtection(.native, seal: .none, password: password, keys: keys)
  }

  package static func age(passphrase: Secret) -> ArchiveProtection {
    var keys = ArchiveKeys()
    keys.password = passphrase
    return ArchiveProtection(.age, seal: .agePassphrase(passphrase), keys: keys)
  }

  package static func age(recipients: [AgeRecipient]) -> ArchiveProtection {
    ArchiveProtection(.age, seal: .age(recipients: recipients), recipients: recipients.map(\.text))
  }

  package static func aes(_ key: AESKey) -> ArchiveProtection {
    var keys = ArchiveKeys()
    keys.aesKey = key
    return ArchiveProtection(.aes, seal: .aes(key), keys: keys)
  }

  package static func gpg(recipients: [String]) -> ArchiveProtection {
    ArchiveProtection(.gpg, seal: .gpg(recipients: recipients), recipients: recipients)
  }
}
