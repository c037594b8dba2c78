package import CoffreCore

/// Where a session leads, and who opens it.
package struct MariaDBSettings: Sendable {
  /// How much of TLS is wanted.
  package enum Encryption: String, Sendable, Hashable, CaseIterable {
    case disabled, preferred, required
    /// With a certificate for the name of the host, from an authority that is trusted.
    case verified
  }

  /// A name or an address; `nil` for this machine's socket.
  package var host: String?
  package var port: Int?
  /// Of the file system; it counts more than a host.
  package var socket: String?
  /// `nil` for what the library's own files of settings say, else the account's name.
  package var user: String?
  /// `nil` for what the library's own files of settings say.
  package var password: Secret?
  package var database: String?
  package var encryption = Encryption.preferred
  /// Files: of trusted authorities, a folder of such, our own certificate and its key, withdrawn ones.
  package var authorities: String?
  package var authoritiesFolder: String?
  package var certificate: String?
  package var key: String?
  package var withdrawn: String?
  /// Whether `~/.my.cnf` and its like are read (group `client`), as MariaDB's own programs do.
  package var readsFiles = true
  /// Whether rows may be sent with `LOAD DATA LOCAL`; the server never gets a file of its own choice.
  package var mayLoad = false

  package init() {}
}
