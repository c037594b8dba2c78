package import CoffreCore

/// One question to a server.
package struct CurlRequest: Sendable {
  package enum Method: String, Sendable, Hashable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case delete = "DELETE"
  }

  package var method: Method
  /// Without user and password.
  package var url: String
  /// `Name: value`, without line ends.
  package var headers: [String] = []
  /// Sent with basic authentication.
  package var credentials: CurlCredentials?
  /// Connects to this socket instead of the URL's host.
  package var socketPath: PathBytes?
  /// The bytes that are wanted; asked for by a `Range` header, and cut out here if the server sends the whole (200)
  /// instead.
  package var part: Range<Int64>?

  package init(_ method: Method, _ url: String) {
    self.method = method
    self.url = url
  }
}

package struct CurlCredentials: Sendable {
  package let user: Secret
  package let password: Secret

  package init(user: Secret, password: Secret) {
    self.user = user
    self.password = password
  }
}

/// A server's answer, whatever its status.
package struct CurlResponse: Sendable, Hashable {
  package let status: Int
  /// By their names in lower case; of those that come twice, the last.
  package let headers: [String: String]
  /// How many bytes of the body were handed over.
  package let bodyCount: Int
  /// The beginning of the body of an answer that is no success.
  package let complaint: [UInt8]
  /// How many connections were made for it; 0 if an old one served.
  package let newConnections: Int
}

/// What holds for all requests of a client.
package struct CurlSettings: Sendable {
  package var userAgent = "curl"
  /// Certificates of those who are trusted, instead of the system's: a file.
  package var authorityFile: PathBytes?
  /// The same as a folder of hashed names.
  package var authorityFolder: PathBytes?
  /// Certificate and key in one file (PEM).
  package var clientCertificate: PathBytes?
  /// Lets anybody pretend to be the server.
  package var acceptsAnyCertificate = false
  package var connectTimeout = Duration.seconds(30)
  package var sendingPace: TransferPace?
  package var receivingPace: TransferPace?

  package init() {}
}

/// What ends a request that is under way.
package enum CurlStop: Sendable, Hashable {
  case stalled
  case cancelled
}
