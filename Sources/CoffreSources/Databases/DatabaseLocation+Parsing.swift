import CoffreCore

private let colon = UInt8(ascii: ":")
private let slash = UInt8(ascii: "/")
private let question = UInt8(ascii: "?")
private let at = UInt8(ascii: "@")

/// Addresses as libpq reads them (PostgreSQL's documentation, "Connection URIs"), for all engines alike.
extension DatabaseLocation {
  /// The engine that an argument's beginning names; `nil` if it is no database's address.
  package static func kind(of text: String) -> DatabaseKind? {
    if let end = text.schemeEnd {
      let scheme = text[..<end].lowercased()
      return DatabaseKind.allCases.first { $0.schemes.contains(scheme) }
    }
    if text.lowercased().hasPrefix(folderPrefix) { return .mariadbPhysical }
    return text.lowercased().hasPrefix(filePrefix) ? .sqlite : nil
  }

  private static let filePrefix = "sqlite:"
  /// Of a folder for the files of a server.
  private static let folderPrefix = "mariadb-physical:"

  /// `sqlite:PATH`, the path as it is; or `sqlite:///absolute/path`, with `%XX` as in other addresses.
  private static func file(_ text: String) throws(DatabaseLocationError) -> DatabaseLocation {
    var rest = Array(text.utf8.dropFirst(filePrefix.utf8.count))[...]
    var location = DatabaseLocation(kind: .sqlite)
    guard rest.starts(with: [slash, slash]) else {
      guard !rest.isEmpty else { throw DatabaseLocationError(sayingOfFile: "it names no file") }
      location.database = String(decoding: rest, as: UTF8.self)
      return location
    }
    rest = rest.dropFirst(2)
    guard rest.first == slash else {
      throw DatabaseLocationError(sayingOfFile: "it names a host, and SQLite's databases are files of this machine")
    }
    guard !rest.contains(question) else { throw DatabaseLocationError(sayingOfFile: "it has options") }
    while rest.dropFirst().first == slash { rest = rest.dropFirst() }
    location.database = try decoded(rest)
    return location
  }

  /// - Throws: a usage error, also if there is a password in it.
  package init(_ text: String) throws(DatabaseLocationError) {
    guard let kind = Self.kind(of: text) else {
      throw DatabaseLocationError(saying: "it begins like none that is known")
    }
    guard !kind.isFile else {
      self = try Self.file(text)
      return
    }
    self.init(kind: kind)
    guard text.schemeEnd != nil else {
      folder = String(decoding: text.utf8.dropFirst(Self.folderPrefix.utf8.count), as: UTF8.self)
      guard folder?.isEmpty == false else { throw DatabaseLocationError(sayingOfFolder: "it names no folder") }
      return
    }
    let rest = Array(text[(text.schemeEnd ?? text.endIndex)...].utf8.dropFirst(3))
    let authorityEnd = rest.firstIndex { $0 == slash || $0 == question } ?? rest.endIndex
    let pathEnd = rest.firstIndex(of: question) ?? rest.endIndex
    var authority = rest[..<authorityEnd]
    // The last one: a password may hold another, and must not be taken for a host.
    if let separator = authority.lastIndex(of: at) {
      try readUser(authority[..<separator])
      authority = authority[(separator + 1)...]
    }
    try readServers(authority)
    try readDatabase(rest[min(authorityEnd, pathEnd)..<pathEnd].dropFirst())
    try readOptions(rest[pathEnd...].dropFirst())
    if let end = text.schemeEnd, text[..<end].lowercased() == DatabaseKind.seedListScheme { try becomeSeedList() }
  }

  private mutating func readUser(_ text: ArraySlice<UInt8>) throws(DatabaseLocationError) {
    let end = text.firstIndex(of: colon) ?? text.endIndex
    guard text[end...].count <= 1 else { throw .password(for: kind) }
    user = try Self.nonEmpty(text[..<end])
  }

  private mutating func readServers(_ text: ArraySlice<UInt8>) throws(DatabaseLocationError) {
    var servers: [Server] = []
    for part in text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
      servers.append(try Self.server(part))
    }
    self = DatabaseLocation(kind: kind, user: user, servers: servers)
  }

  private static func server(_ text: ArraySlice<UInt8>) throws(DatabaseLocationError) -> Server {
    var host = text
    var port = text[text.endIndex...]
    if text.first == UInt8(ascii: "[") {
      guard let end = text.firstIndex(of: UInt8(ascii: "]")), end > text.startIndex + 1 else {
        throw DatabaseLocationError(saying: "the bracket of an IPv6 address is not closed, or empty")
      }
      host = text[(text.startIndex + 1)..<end]
      port = text[(end + 1)...]
      guard port.isEmpty || port.first == colon else {
        throw DatabaseLocationError(saying: "something other than a port follows an IPv6 address")
      }
    } else if let end = text.firstIndex(of: colon) {
      host = text[..<end]
      port = text[end...]
      guard !port.dropFirst().contains(colon) else {
        throw DatabaseLocationError(saying: "a host has two colons; an IPv6 address stands in brackets")
      }
    }
    return Server(host: try nonEmpty(host), port: try Self.port(port.dropFirst()))
  }

  private mutating func readDatabase(_ text: ArraySlice<UInt8>) throws(DatabaseLocationError) {
    // What follows them may be a password that nobody encoded, with the host behind it.
    guard !text.contains(at), !text.contains(slash) else {
      throw DatabaseLocationError(saying: "the name of the database holds a '/' or an '@'")
    }
    database = try Self.nonEmpty(text)
  }

  private mutating func readOptions(_ text: ArraySlice<UInt8>) throws(DatabaseLocationError) {
    var hosts: String?
    var ports: String?
    for part in text.split(separator: UInt8(ascii: "&")) {
      guard let separator = part.firstIndex(of: UInt8(ascii: "=")), separator > part.startIndex,
        !part[(separator + 1)...].contains(UInt8(ascii: "="))
      else { throw DatabaseLocationError(saying: "an option is not written name=value") }
      let name = try Self.decoded(part[..<separator])
      let value = try Self.decoded(part[(separator + 1)...])
      if Self.isSecret(name) { throw .password(for: kind) }
      switch name {
      case "host": hosts = value
      case "port": ports = value
      case "user": user = value.isEmpty ? nil : value
      case "dbname": database = value.isEmpty ? nil : value
      // As libpq does for the addresses of Java programs.
      case "ssl" where kind == .postgresql && value == "true":
        options.append(Option(name: "sslmode", value: "require"))
      default: options.append(Option(name: name, value: value))
      }
    }
    guard hosts != nil || ports != nil else { return }
    let servers = try Self.servers(servers, hosts: hosts, ports: ports)
    self = DatabaseLocation(kind: kind, user: user, servers: servers, database: database, options: options)
  }

  /// Whether an option's value is one that must not stand in an argument.
  private static func isSecret(_ name: String) -> Bool {
    let name = name.lowercased()
    return ["password", "passwd", "passphrase", "pwd", "secret", "token"].contains { name.contains($0) }
  }

  private static func nonEmpty(_ text: ArraySlice<UInt8>) throws(DatabaseLocationError) -> String? {
    guard !text.isEmpty else { return nil }
    return try decoded(text)
  }

  private static func decoded(_ text: ArraySlice<UInt8>) throws(DatabaseLocationError) -> String {
    guard let decoded = PercentEncoding.decoded(text) else {
      throw DatabaseLocationError(saying: "a '%' is not followed by the two digits of a byte, or the bytes are no text")
    }
    return decoded
  }
}

extension String {
  /// Where its first `://` begins, if nothing but a word stands before.
  fileprivate var schemeEnd: Index? {
    guard let colon = firstIndex(of: ":"), self[colon...].hasPrefix("://") else { return nil }
    return colon
  }
}
