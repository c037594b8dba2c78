import CoffreCore

/// Where a database server is, and what of it is meant: `postgresql://user@host:port/database?option=value`.
///
/// It never holds a password: an address is an argument, which every user of the machine can read.
package struct DatabaseLocation: Sendable, Hashable {
  /// One of the servers that an address names, tried in their order.
  package struct Server: Sendable, Hashable {
    /// A name, an address, or the absolute path of a socket or its folder; `nil` for what the engine takes by itself.
    package var host: String?
    /// `nil` for the engine's usual one.
    package var port: Int?

    package init(host: String? = nil, port: Int? = nil) {
      self.host = host
      self.port = port
    }

    /// Whether it is reached through a socket of this machine's file system (or Linux's nameless one, with `@`).
    package var isSocket: Bool { host?.utf8.first == UInt8(ascii: "/") || host?.utf8.first == UInt8(ascii: "@") }
  }

  /// What an engine's library or program is told besides, as `sslmode=verify-full`.
  package struct Option: Sendable, Hashable {
    package let name: String
    package let value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  package var kind: DatabaseKind
  package var user: String?
  /// Never empty.
  package private(set) var servers: [Server]
  /// `nil` for the whole server.
  package var database: String?
  package var options: [Option]
  /// Whether the one server's name stands for those that DNS names (`mongodb+srv`).
  package private(set) var isSeedList = false
  /// A folder of this machine for the files of a server, as `mariadb-physical:PATH`: there is no server then.
  package var folder: String?

  /// - Precondition: `servers` is not empty.
  package init(
    kind: DatabaseKind, user: String? = nil, servers: [Server] = [Server()], database: String? = nil,
    options: [Option] = []
  ) {
    precondition(!servers.isEmpty, "an address without a server")
    self.kind = kind
    self.user = user
    self.servers = servers
    self.database = database
    self.options = options
  }

  /// The first server; the others stand in for it.
  package var server: Server { servers[0] }

  /// The port of one of the servers: its own, or the engine's usual one.
  package func port(of server: Server) -> Int { server.port ?? kind.defaultPort ?? 0 }

  /// - Throws: unless there is one host without a port: DNS tells the others, and their ports.
  mutating func becomeSeedList() throws(DatabaseLocationError) {
    guard servers.count == 1, let host = server.host, !server.isSocket, !host.utf8.contains(UInt8(ascii: ":")),
      server.port == nil
    else {
      throw DatabaseLocationError(saying: "mongodb+srv takes one name of a host, without a port: DNS tells the rest")
    }
    isSeedList = true
  }

  /// The value of an option, the last one if it is given twice.
  package func option(_ name: String) -> String? { options.last { $0.name == name }?.value }

  /// The same with one server, to which all sessions of a backup must go once one of them stands.
  package func pinned(to server: Server) -> DatabaseLocation {
    var location = self
    location.servers = [server]
    location.isSeedList = false
    return location
  }

  /// What the address leaves open, as the engine's own programs would take it from the environment.
  ///
  /// A service counts more than the environment, as for libpq, which completes the address with both by itself then.
  ///
  /// - Parameter variable: gives the value of an environment variable.
  package func completed(from variable: (String) -> String?) throws(DatabaseLocationError) -> DatabaseLocation {
    guard let names = kind.variables else { return self }
    func value(_ name: String?) -> String? { name.flatMap(variable).flatMap { $0.isEmpty ? nil : $0 } }
    var location = self
    if option(Self.serviceOption) == nil, let service = value(names.service) {
      location.options.append(Option(name: Self.serviceOption, value: service))
    }
    guard location.option(Self.serviceOption) == nil else { return location }
    location.user = user ?? value(names.user)
    let host = isHostOpen ? value(names.host) : nil
    let port = servers.allSatisfy { $0.port == nil } ? value(names.port) : nil
    if host != nil || port != nil { location.servers = try Self.servers(servers, hosts: host, ports: port) }
    return location
  }

  private static let serviceOption = "service"

  /// Whether the engine chooses where to connect to.
  private var isHostOpen: Bool {
    servers.allSatisfy { $0.host == nil } && option("hostaddr") == nil && option("socket") == nil
  }

  /// The entry of libpq's file of services that alone knows where the server is; `nil` if the address says it.
  package var service: String? { isHostOpen ? option(Self.serviceOption) : nil }

  /// The servers of `given` with hosts and ports that are lists of their own, as libpq reads them: one port counts for all
  /// hosts, an empty one for the usual one.
  static func servers(_ given: [Server], hosts: String?, ports: String?) throws(DatabaseLocationError) -> [Server] {
    var servers = given
    if let hosts {
      servers = hosts.split(separator: ",", omittingEmptySubsequences: false).enumerated().map { index, host in
        Server(host: host.isEmpty ? nil : String(host), port: index < given.count ? given[index].port : given[0].port)
      }
    }
    guard let ports else { return servers }
    let texts = ports.split(separator: ",", omittingEmptySubsequences: false)
    guard texts.count == 1 || texts.count == servers.count else {
      throw DatabaseLocationError(saying: "it names \(texts.count) ports for \(servers.count) hosts")
    }
    for index in servers.indices {
      servers[index].port = try port(texts[texts.count == 1 ? 0 : index].utf8)
    }
    return servers
  }

  /// - Returns: `nil` for an empty text.
  static func port(_ text: some Collection<UInt8>) throws(DatabaseLocationError) -> Int? {
    guard !text.isEmpty else { return nil }
    guard text.count <= 5, text.allSatisfy({ (48...57).contains($0) }),
      let port = Int(String(decoding: text, as: UTF8.self)), (1...65535).contains(port)
    else { throw DatabaseLocationError(saying: "a port is no number from 1 to 65535") }
    return port
  }
}

// MARK: Names and texts

extension DatabaseLocation {
  /// What the server is called in snapshots: what was asked for, else the service that leads to it, else `<host>-<port>`;
  /// `localhost-5432` for a socket.
  ///
  /// - Parameter chosen: what the user calls it.
  package func snapshotName(_ chosen: String? = nil) -> String {
    if let chosen, !chosen.isEmpty { return chosen }
    if let service, !service.isEmpty { return service }
    let host = server.isSocket || option("socket") != nil ? nil : server.host ?? option("hostaddr")
    return "\(host?.lowercased() ?? "localhost")-\(port(of: server))"
  }

  /// The machine the server runs on, for the snapshot; `nil` if that is this one.
  package var serverHost: String? {
    guard !server.isSocket, option("socket") == nil, let host = server.host ?? option("hostaddr") else { return nil }
    let name = host.lowercased()
    return name == "localhost" || name == "::1" || name.hasPrefix("127.") ? nil : name
  }

  /// For people, and to be read again: the address as it would usually be written. There is no secret in it.
  package var text: String {
    if kind.isFile { return "sqlite:\(database ?? "")" }
    if let folder { return "\(kind.rawValue):\(folder)" }
    var text = (isSeedList ? DatabaseKind.seedListScheme : kind.schemes.first ?? kind.rawValue) + "://"
    if let user { text += PercentEncoding.encoded(user) + "@" }
    text += servers.map { server in
      var text = ""
      if let host = server.host {
        text +=
          host.utf8.contains(UInt8(ascii: ":")) && !server.isSocket
          ? "[\(PercentEncoding.encoded(host, keeping: ":"))]" : PercentEncoding.encoded(host)
      }
      if let port = server.port { text += ":\(port)" }
      return text
    }.joined(separator: ",")
    if let database { text += "/" + PercentEncoding.encoded(database) }
    let pairs = options.map {
      "\(PercentEncoding.encoded($0.name))=\(PercentEncoding.encoded($0.value, keeping: "/:"))"
    }
    return pairs.isEmpty ? text : "\(text)?\(pairs.joined(separator: "&"))"
  }
}

extension DatabaseLocation: CustomStringConvertible {
  package var description: String { text }
}
