package import CoffreCore
import CoffreSystem
import CurlKit
import Synchronization

/// Asks servers, each time on the calling thread, which waits for the answer.
///
/// Used by several threads at once; connections stay open for later requests. Redirects are followed on the same server,
/// and never with credentials to another one.
package final class HTTPClient: Sendable {
  package struct Settings: Sendable {
    package var userAgent = "coffre"
    /// Certificates of those who are trusted, instead of the system's: a file, or a folder of hashed names.
    package var authorities: Authorities = .system
    /// Certificate and key in one file (PEM).
    package var clientCertificate: PathBytes?
    /// Lets anybody pretend to be the server.
    package var acceptsAnyCertificate = false
    package var connectTimeout = Duration.seconds(30)
    /// Requests for which no byte moves so long are given up.
    package var stallTimeout = Duration.seconds(300)
    /// Of all requests together, in bytes a second.
    package var uploadLimit: Int?
    package var downloadLimit: Int?
    /// How long requests of the finishing kind may go on after a signal, and for how long one of them may hang.
    package var grace = Duration.seconds(10)
    package var stallTimeoutInGrace = Duration.seconds(2)

    package init() {}
  }

  package enum Authorities: Sendable, Hashable {
    case system
    case file(PathBytes)
    case folder(PathBytes)
  }

  /// What is known of the end.
  private struct Ending {
    /// When the wish to stop was noticed, on the monotonic clock.
    var began: Duration?
    /// A request hung since: nothing else needs to be tried in earnest.
    var isStuck = false
  }

  private let settings: Settings
  private let client: CurlClient
  private let cancellation: Cancellation
  private let ending = Mutex(Ending())

  /// - Parameter cancellation: frees requests under way.
  package init(_ settings: Settings, cancellation: Cancellation) {
    self.settings = settings
    self.cancellation = cancellation
    var curl = CurlSettings()
    curl.userAgent = settings.userAgent
    switch settings.authorities {
    case .system: break
    case .file(let path): curl.authorityFile = path
    case .folder(let path): curl.authorityFolder = path
    }
    curl.clientCertificate = settings.clientCertificate
    curl.acceptsAnyCertificate = settings.acceptsAnyCertificate
    curl.connectTimeout = settings.connectTimeout
    curl.sendingPace = settings.uploadLimit.map { TransferPace(bytesPerSecond: $0) }
    curl.receivingPace = settings.downloadLimit.map { TransferPace(bytesPerSecond: $0) }
    client = CurlClient(curl)
  }
}

// MARK: Sending

extension HTTPClient {
  /// Sends `body` and puts the body of a successful answer into `buffer`; one that does not fit is `.tooLarge`.
  #if compiler(<6.3)
    @_lifetime(buffer: copy buffer)
  #endif
  package func send(
    _ request: HTTPRequest, body: Span<UInt8>, into buffer: inout MutableSpan<UInt8>
  ) throws(HTTPError) -> HTTPResponse {
    var request = request
    var followed = 0
    while true {
      let response: HTTPResponse
      do throws(CurlError) {
        response = HTTPResponse(
          try client.send(
            curlRequest(for: request), body: body, into: &buffer, cancellation: cancellation,
            verdict: { verdict(on: request, idle: $0) }))
      } catch {
        throw HTTPError(error)
      }
      guard let next = try nextRequest(after: response, to: request, followed) else { return response }
      request = next
      followed += 1
    }
  }

  /// Sends a request without body and collects the body of a successful answer, up to `limit` bytes.
  package func collect(_ request: HTTPRequest, upTo limit: Int) throws(HTTPError) -> (
    response: HTTPResponse, body: [UInt8]
  ) {
    var request = request
    var followed = 0
    while true {
      let response: HTTPResponse
      let body: [UInt8]
      do throws(CurlError) {
        let answer = try client.send(
          curlRequest(for: request), body: Span(), collectingUpTo: limit, cancellation: cancellation,
          verdict: { verdict(on: request, idle: $0) })
        response = HTTPResponse(answer.response)
        body = answer.body
      } catch {
        throw HTTPError(error)
      }
      guard let next = try nextRequest(after: response, to: request, followed) else { return (response, body) }
      request = next
      followed += 1
    }
  }

  /// Sends a request whose answer's body does not matter; one of more than 64 KiB is an error.
  package func send(_ request: HTTPRequest) throws(HTTPError) -> HTTPResponse {
    try collect(request, upTo: 64 << 10).response
  }

  private func nextRequest(after response: HTTPResponse, to request: HTTPRequest, _ followed: Int)
    throws(HTTPError) -> HTTPRequest?
  {
    switch HTTPRedirect.decide(on: response, to: request, after: followed) {
    case .none: return nil
    case .refuse(let cause): throw HTTPError(.redirected, cause)
    case .follow(let address):
      var next = request
      next.address = address
      return next
    }
  }

  private func curlRequest(for request: HTTPRequest) -> CurlRequest {
    let method: CurlRequest.Method =
      switch request.method {
      case .get: .get
      case .head: .head
      case .post: .post
      case .put: .put
      case .delete: .delete
      }
    var curl = CurlRequest(method, request.address.description)
    curl.headers = request.headers.map { "\($0.name): \($0.value)" }
    curl.credentials = request.credentials.map { CurlCredentials(user: $0.user, password: $0.password) }
    curl.socketPath = request.address.socketPath
    curl.part = request.part
    return curl
  }
}

// MARK: Ending

extension HTTPClient {
  /// Whether a request under way has to end now.
  private func verdict(on request: HTTPRequest, idle: Duration) -> CurlStop? {
    guard let reason = cancellation.reason else { return idle > settings.stallTimeout ? .stalled : nil }
    guard request.urgency == .finishing else { return .cancelled }
    // Where another part failed, nobody waits impatiently: what is in hand may be brought home.
    guard reason != .failedElsewhere else { return idle > settings.stallTimeout ? .stalled : nil }
    return ending.withLock { ending in
      let now = Clock.monotonic()
      let began = ending.began ?? now
      ending.began = began
      if idle > settings.stallTimeoutInGrace { ending.isStuck = true }
      let isOver = now - began > settings.grace || (ending.isStuck && idle > .milliseconds(500))
      return isOver ? .cancelled : nil
    }
  }
}
