package import CoffreCore

/// What opens encrypted archives; each takes what it needs.
package struct ArchiveKeys: Sendable {
  /// Of zip, 7z and age with a passphrase.
  package var password: Secret?
  package var identities: [AgeIdentity] = []
  /// Of `ArchiveSeal.aes`.
  package var aesKey: AESKey?
  /// Where a folder of one's own may be made for what must lie on a disk to be read; `nil` for the system's temporary one.
  package var workFolder: PathBytes?

  package init() {}
}
