import CoffreCore
import OpenSSLKit

extension ServerFacts {
  /// Tells this server at this address from all others, whatever it is called in snapshots.
  ///
  /// The server's own identifier alone would not do: a copy of its files has it, too. Nor would the address: many a machine
  /// has its own `localhost`.
  ///
  /// - Parameter location: as the user gave it.
  /// - Returns: `nil` where the role may not ask which server it is.
  package func identity(at location: DatabaseLocation) -> String? {
    guard let systemIdentifier else { return nil }
    let text = "\(location.kind.rawValue)\0\(location.snapshotName())\0\(systemIdentifier)"
    return String(SHA256Hasher().hash(Array(text.utf8).span).description.prefix(32))
  }
}
