import CoffreCore

/// Whether and how an answer sends a request elsewhere. Pure: nothing is sent here.
enum HTTPRedirect {
  static let limit = 5

  enum Decision: Sendable, Hashable {
    /// The answer is the answer.
    case none
    case follow(HTTPAddress)
    case refuse(because: Message)
  }

  /// - Parameter count: how many were followed already.
  static func decide(on response: HTTPResponse, to request: HTTPRequest, after count: Int) -> Decision {
    guard [301, 302, 303, 307, 308].contains(response.status), let location = response.headers["location"] else {
      return .none
    }
    guard count < limit else { return .refuse(because: "the server sends us on \(limit) times in a row") }
    // Others would have the method changed, and what was to be saved forgotten.
    let keepsMethod = [307, 308].contains(response.status) || [.get, .head].contains(request.method)
    guard keepsMethod, response.status != 303 else {
      return .refuse(because: "the server sends us on with another method")
    }
    guard let target = resolve(location, from: request.address) else {
      return .refuse(because: "the server sends us on to something that is no address")
    }
    guard request.credentials == nil || request.address.trusts(target) else {
      return .refuse(
        because: "the server sends us on to \(target.scheme.rawValue)://\(target.host):\(target.port), "
          + "which may not get the password")
    }
    guard request.address.scheme == .http || target.scheme == .https else {
      return .refuse(because: "the server sends us on to a place without encryption")
    }
    return .follow(target)
  }

  /// Absolute, or a path on the same server.
  private static func resolve(_ location: String, from base: HTTPAddress) -> HTTPAddress? {
    let halves = location.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let place = halves.first else { return nil }
    let query = halves.count > 1 ? halves[1] : nil
    if place.hasPrefix("/"), !place.hasPrefix("//") {
      guard HTTPAddress.parse("http://host" + place) != nil else { return nil }
      var target = base
      target.path = place
      target.query = query
      return target
    }
    // Nobody may hand us other credentials, nor a socket of this machine.
    guard let parsed = HTTPAddress.parse(place), parsed.user == nil, parsed.address.socketPath == nil else {
      return nil
    }
    var target = parsed.address
    target.query = query
    return target
  }
}
