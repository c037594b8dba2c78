package import CoffreCore

/// Where a session leads, and who opens it.
package struct MongoSettings: Sendable {
  package struct Host: Sendable, Hashable {
    /// A name, an address, or the absolute path of a socket.
    package var name: String
    /// Of a socket, not looked at.
    package var port: Int

    package init(name: String, port: Int) {
      self.name = name
      self.port = port
    }
  }

  /// Never empty; with several, the server is looked for among them and those that they know.
  package var hosts: [Host]
  package var user: String?
  package var password: Secret?
  /// The database that knows the user.
  package var authSource: String?
  /// What else an address says, as `tls=true`; never a secret.
  package var options: [(name: String, value: String)] = []
  /// Whether the one host is a name under which DNS knows the servers; its port does not count.
  package var isSeedList = false
  /// Whether the first host is meant, whatever role it has.
  package var isDirect = false
  /// Whether a server is wanted that takes changes.
  package var writes = false

  package init(hosts: [Host]) { self.hosts = hosts }
}
