package import CoffreCore
import CoffreSystem

/// What a store is opened with beside its location.
package struct StoreContext: Sendable {
  package var connection = ConnectionSettings()
  /// How long a store that does not answer is asked again.
  package var pace = RetryPace()
  /// Raised when the work is to stop: waiting ends then.
  package var cancellation: Cancellation
  /// Environment variables; empty ones count as not set.
  package var environment: @Sendable (String) -> String?

  package init(
    cancellation: Cancellation = Cancellation(),
    environment: @escaping @Sendable (String) -> String? = { Environment.value($0) }
  ) {
    self.cancellation = cancellation
    self.environment = { name in environment(name).flatMap { $0.isEmpty ? nil : $0 } }
  }
}

/// How stores beyond the network are talked to.
package struct ConnectionSettings: Sendable, Hashable {
  package var userAgent = "coffre"
  /// A file, or a folder of hashed names, with the certificates of those who are trusted instead of the system's.
  package var authorities: PathBytes?
  /// Certificate and key in one file (PEM).
  package var clientCertificate: PathBytes?
  /// Lets anybody pretend to be the server.
  package var acceptsAnyCertificate = false
  /// Of all connections together, in bytes a second.
  package var uploadLimit: Int?
  package var downloadLimit: Int?
  /// How many requests at once; the store's own choice unless set.
  package var parallelRequests: Int?
  package var connectTimeout = Duration.seconds(30)
  /// Requests for which nothing moves so long are given up.
  package var stallTimeout = Duration.seconds(300)

  package init() {}
}
