package import CoffreCore

/// Where a server is asked: a URL without user and password, so that it can be shown.
package struct HTTPAddress: Sendable, Hashable, CustomStringConvertible {
  package enum Scheme: String, Sendable, Hashable {
    case http, https

    package var defaultPort: Int { self == .https ? 443 : 80 }
  }

  package let scheme: Scheme
  /// Lower case; an IPv6 address in brackets. `localhost` for a socket.
  package let host: String
  package let port: Int
  /// A socket of this machine instead of host and port.
  package let socketPath: PathBytes?
  /// Begins with a slash; percent-encoded.
  package var path: String
  /// Without question mark; percent-encoded.
  package var query: String?

  package init(
    scheme: Scheme, host: String, port: Int? = nil, socketPath: PathBytes? = nil, path: String = "/",
    query: String? = nil
  ) {
    self.scheme = scheme
    self.host = host
    self.port = port ?? scheme.defaultPort
    self.socketPath = socketPath
    self.path = path
    self.query = query
  }

  /// The URL; for a socket, with a host that only fills the place.
  package var description: String {
    let port = port == scheme.defaultPort ? "" : ":\(port)"
    return "\(scheme.rawValue)://\(host)\(port)\(path)" + (query.map { "?\($0)" } ?? "")
  }

  /// Whether credentials meant for `self` may go to `other`: same host and port, and never less protected.
  package func trusts(_ other: HTTPAddress) -> Bool {
    guard host == other.host, socketPath == other.socketPath else { return false }
    if scheme == other.scheme { return port == other.port }
    // From plain to encrypted on the usual ports: the usual advice of servers to come back protected.
    return scheme == .http && other.scheme == .https && port == 80 && other.port == 443
  }
}

// MARK: Reading

extension HTTPAddress {
  /// What a URL with user and password in it holds.
  package struct Parsed: Sendable {
    package let address: HTTPAddress
    /// Percent signs decoded.
    package let user: Secret?
    package let password: Secret?
  }

  /// Reads `http(s)://[user[:password]@]host[:port][/path]` and `http+unix:///socket[:/path]`.
  ///
  /// - Returns: `nil` for everything else: other schemes, a port that is none, a query or fragment, spaces and control
  ///   characters.
  package static func parse(_ text: String) -> Parsed? {
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }), !text.contains(where: { "?#\\\"<>".contains($0) }),
      let start = text.range(ofFirst: "://")
    else { return nil }
    let scheme = text[..<start.lowerBound].lowercased()
    let rest = text[start.upperBound...]
    if scheme == "http+unix" { return parseSocket(rest) }
    guard let scheme = Scheme(rawValue: scheme) else { return nil }
    let end = rest.firstIndex(of: "/") ?? rest.endIndex
    var authority = rest[..<end]
    let path = end == rest.endIndex ? "/" : String(rest[end...])
    var user: Secret?
    var password: Secret?
    if let at = authority.lastIndex(of: "@") {
      let halves = authority[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      user = Secret(percentDecoded(halves[0]))
      if halves.count > 1 { password = Secret(percentDecoded(halves[1])) }
      authority = authority[authority.index(after: at)...]
    }
    guard let (host, port) = hostAndPort(authority), isPath(path) else { return nil }
    let address = HTTPAddress(scheme: scheme, host: host, port: port, path: path)
    return Parsed(address: address, user: user, password: password)
  }

  private static func parseSocket(_ rest: Substring) -> Parsed? {
    guard rest.first == "/" else { return nil }
    let socket = rest.prefix { $0 != ":" }
    let path = rest.dropFirst(socket.count + 1)
    guard socket.count > 1, path.isEmpty || path.first == "/", isPath(String(path)) else { return nil }
    let address = HTTPAddress(
      scheme: .http, host: "localhost", socketPath: percentDecoded(socket), path: path.isEmpty ? "/" : String(path))
    return Parsed(address: address, user: nil, password: nil)
  }

  private static func hostAndPort(_ authority: Substring) -> (host: String, port: Int?)? {
    var host = authority
    var port: Int?
    let hasBrackets = authority.first == "["
    let colon =
      hasBrackets ? authority.lastIndex(of: "]").map { authority.index(after: $0) } : authority.firstIndex(of: ":")
    if hasBrackets && colon == nil { return nil }
    if let colon, colon != authority.endIndex {
      guard authority[colon] == ":" else { return nil }
      host = authority[..<colon]
      let digits = authority[authority.index(after: colon)...]
      if !digits.isEmpty {
        guard digits.allSatisfy(\.isASCII), let number = Int(digits), (1...65535).contains(number) else { return nil }
        port = number
      }
    }
    let inner = hasBrackets ? host.dropFirst().dropLast() : host
    guard !inner.isEmpty, !inner.contains(where: { "[]@/".contains($0) }), hasBrackets || !inner.contains(":") else {
      return nil
    }
    return (host.lowercased(), port)
  }

  /// Whether every percent sign stands for a byte, and no component leads upwards.
  private static func isPath(_ path: String) -> Bool {
    let parts = path.split(separator: "%", omittingEmptySubsequences: false).dropFirst()
    guard parts.allSatisfy({ $0.prefix(2).count == 2 && $0.prefix(2).allSatisfy { $0.isASCII && $0.isHexDigit } })
    else { return false }
    return path.split(separator: "/").allSatisfy { percentDecoded($0) != Array("..".utf8) && $0 != "." }
  }
}

/// `%41` is `A`; a percent sign before anything else stands for itself.
package func percentDecoded(_ text: Substring) -> [UInt8] {
  var bytes: [UInt8] = []
  var rest = Array(text.utf8)[...]
  while let byte = rest.popFirst() {
    if byte == UInt8(ascii: "%"), rest.count >= 2, let value = UInt8(displayed(rest.prefix(2)), radix: 16) {
      bytes.append(value)
      rest = rest.dropFirst(2)
    } else {
      bytes.append(byte)
    }
  }
  return bytes
}

extension String {
  /// Where `other` stands for the first time.
  fileprivate func range(ofFirst other: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(other) { return start..<index(start, offsetBy: other.count) }
      start = index(after: start)
    }
    return nil
  }
}
