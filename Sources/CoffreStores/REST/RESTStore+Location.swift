package import CoffreCore
package import CoffreHTTP

extension RESTStore {
  /// Where a repository lies on a server that speaks restic's REST protocol, as restic writes it:
  /// `rest:http(s)://[user[:password]@]host[:port]/path/` or `rest:http+unix:///socket:/path/`.
  package struct Location: Sendable {
    /// Of the repository; its path ends with a slash.
    package let address: HTTPAddress
    package let user: Secret?
    package let password: Secret?

    private static let prefix = "rest:"

    /// Whether a location is meant to be one of this kind, readable or not.
    package static func isMeant(by text: PathBytes) -> Bool { text.starts(with: prefix.utf8) }

    /// - Throws: `.refused` with the way to write it; the text itself, which may hold a password, is not repeated.
    package init(_ text: PathBytes) throws(StoreError) {
      guard let text = String(validating: text, as: UTF8.self), text.hasPrefix(Self.prefix),
        let parsed = HTTPAddress.parse(String(text.dropFirst(Self.prefix.count)))
      else {
        throw StoreError(
          .refused, .open, "rest:…", because: "the address cannot be read",
          remedy:
            "Write it as rest:https://host:port/path/ or rest:http+unix:///socket:/path/; special characters of a "
            + "password as %XX.")
      }
      var address = parsed.address
      if !address.path.hasSuffix("/") { address.path += "/" }
      self.address = address
      user = parsed.user
      password = parsed.password
    }

    /// As it may be shown anywhere: with stars in the place of the password.
    package var shown: String {
      if let socket = address.socketPath { return "rest:http+unix://\(displayed(socket)):\(address.path)" }
      let port = address.port == address.scheme.defaultPort ? "" : ":\(address.port)"
      let name = user.map { displayed($0.exposedBytes) } ?? ""
      let who = user == nil ? "" : name + (password == nil ? "@" : ":***@")
      return "rest:\(address.scheme.rawValue)://\(who)\(address.host)\(port)\(address.path)"
    }
  }
}
