package import CoffreCore
import CurlKit

/// One question to a server.
package struct HTTPRequest: Sendable {
  package enum Method: String, Sendable, Hashable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case delete = "DELETE"
  }

  /// What becomes of it when the work is to stop.
  package enum Urgency: Sendable, Hashable {
    /// It is given up at once.
    case abandonable
    /// It may end, and even begin, for a short while, as long as it gets on: what was stored must be named, and locks
    /// taken away.
    case finishing
  }

  package var method: Method
  package var address: HTTPAddress
  /// Names and values without line ends.
  package var headers: [(name: String, value: String)] = []
  package var credentials: HTTPCredentials?
  /// The bytes that are wanted; not empty.
  package var part: Range<Int64>?
  package var urgency = Urgency.abandonable

  package init(_ method: Method, _ address: HTTPAddress) {
    self.method = method
    self.address = address
  }
}

/// User and password of basic authentication.
package struct HTTPCredentials: Sendable {
  package let user: Secret
  package let password: Secret

  package init(user: Secret, password: Secret) {
    self.user = user
    self.password = password
  }
}

/// A server's answer, whatever its status.
package struct HTTPResponse: Sendable, Hashable {
  package let status: Int
  /// By their names in lower case.
  package let headers: [String: String]
  /// How many bytes of a successful answer were handed over.
  package let bodyCount: Int
  /// The first line of what the server says about a failure, at most 200 characters.
  package let complaint: String
  /// How many connections were made for it; 0 if one that was open served.
  package let newConnections: Int

  package init(
    status: Int, headers: [String: String] = [:], bodyCount: Int = 0, complaint: String = "", newConnections: Int = 0
  ) {
    self.status = status
    self.headers = headers
    self.bodyCount = bodyCount
    self.complaint = complaint
    self.newConnections = newConnections
  }

  init(_ response: CurlResponse) {
    let text = String(decoding: response.complaint, as: UTF8.self)
    let line = text.split(whereSeparator: \.isNewline).first { !$0.allSatisfy(\.isWhitespace) } ?? ""
    self.init(
      status: response.status, headers: response.headers, bodyCount: response.bodyCount,
      // A page meant for browsers tells nothing.
      complaint: line.hasPrefix("<") ? "" : String(line.prefix(200)), newConnections: response.newConnections)
  }

  package var isSuccess: Bool { (200..<300).contains(status) }
  /// What the header says of the whole body; of a `HEAD` too.
  package var contentLength: Int64? { headers["content-length"].flatMap { Int64($0) }.flatMap { $0 >= 0 ? $0 : nil } }

  /// `404 Not Found`, and what the server says about it.
  package var statusText: String {
    let name = Self.names[status].map { " \($0)" } ?? ""
    let isRepetition = complaint.isEmpty || complaint == Self.names[status]
    return "\(status)\(name)" + (isRepetition ? "" : ", \(complaint)")
  }

  // As servers say them.
  private static let names = [
    301: "Moved Permanently", 302: "Found", 307: "Temporary Redirect",  // not for people
    308: "Permanent Redirect", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden",  // not for people
    404: "Not Found", 405: "Method Not Allowed", 407: "Proxy Authentication Required",  // not for people
    408: "Request Timeout", 409: "Conflict", 411: "Length Required", 413: "Content Too Large",  // not for people
    416: "Range Not Satisfiable", 429: "Too Many Requests", 500: "Internal Server Error",  // not for people
    501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable",  // not for people
    504: "Gateway Timeout", 507: "Insufficient Storage",  // not for people
  ]
}

/// Which bytes an answer to a wish for a part holds (RFC 9110, section 14.4).
package struct ContentRange: Sendable, Hashable {
  package let first: Int64
  /// Inclusive.
  package let last: Int64
  /// `nil` if the server does not know.
  package let size: Int64?

  /// Reads `bytes 0-99/1234`; `nil` for what is none, or contradicts itself.
  package init?(_ text: String) {
    guard text.hasPrefix("bytes ") else { return nil }
    let halves = text.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
    guard halves.count == 2 else { return nil }
    let ends = halves[0].split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, let first = Int64(ends[0]), let last = Int64(ends[1]), first >= 0, last >= first else {
      return nil
    }
    self.first = first
    self.last = last
    if halves[1] == "*" {
      size = nil
    } else {
      guard let size = Int64(halves[1]), size > last else { return nil }
      self.size = size
    }
  }
}
