import CCurl
package import CoffreCore
import CoffreSystem
import Synchronization

/// Sends requests, each on the calling thread, and keeps connections for those that follow.
///
/// Handles are kept in a pool, the one used last on top: a thread that asks again finds its own connection still open.
package final class CurlClient: Sendable {
  private let settings: CurlSettings
  private let share = CurlShare()
  private let idle = Mutex<[CurlHandle]>([])

  package init(_ settings: CurlSettings) {
    Self.prepare
    self.settings = settings
  }

  /// Once in a process, before other threads use the library.
  private static let prepare: Void = {
    guard curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK else { preconditionFailure("libcurl does not start") }
  }()

  private func withHandle<Result>(
    wokenBy cancellation: Cancellation, _ body: (CurlHandle) throws(CurlError) -> Result
  ) throws(CurlError) -> Result {
    let handle = idle.withLock { $0.popLast() } ?? CurlHandle()
    defer { idle.withLock { $0.append(handle) } }
    return try cancellation.whenCancelled({ handle.wake() }, during: { () throws(CurlError) in try body(handle) })
  }
}

extension CurlClient {
  /// Sends `body` without copying it and puts the body of a successful answer into `buffer`.
  ///
  /// - Parameters:
  ///   - cancellation: has `verdict` asked at once when it is raised; what that means is for `verdict` to say.
  ///   - verdict: asked several times a second, with the time for which no byte has moved.
  #if compiler(<6.3)
    @_lifetime(buffer: copy buffer)
  #endif
  package func send(
    _ request: CurlRequest, body: Span<UInt8>, into buffer: inout MutableSpan<UInt8>, cancellation: Cancellation,
    verdict: (Duration) -> CurlStop?
  ) throws(CurlError) -> CurlResponse {
    unsafe try body.withUnsafeBytes { (source) throws(CurlError) in
      unsafe try buffer.withUnsafeMutableBytes { (target) throws(CurlError) in
        try withHandle(wokenBy: cancellation) { (handle) throws(CurlError) in
          unsafe try handle.perform(
            request, settings, share: share, source: source, sink: .buffer(target), verdict: verdict
          ).response
        }
      }
    }
  }

  /// Sends `body` without copying it and collects the body of a successful answer.
  ///
  /// - Parameter limit: more bytes are an error.
  package func send(
    _ request: CurlRequest, body: Span<UInt8>, collectingUpTo limit: Int, cancellation: Cancellation,
    verdict: (Duration) -> CurlStop?
  ) throws(CurlError) -> (response: CurlResponse, body: [UInt8]) {
    unsafe try body.withUnsafeBytes { (source) throws(CurlError) in
      try withHandle(wokenBy: cancellation) { (handle) throws(CurlError) in
        let (response, collected) = unsafe try handle.perform(
          request, settings, share: share, source: source, sink: .array(limit: limit), verdict: verdict)
        return (response, collected)
      }
    }
  }
}

/// What the handles of one client have in common: resolved names and TLS sessions.
@safe final class CurlShare: @unchecked Sendable {
  // The library locks through the functions of shim.h.
  private let shared: UnsafeMutablePointer<coffre_curl_share>

  init() {
    guard let shared = unsafe coffre_curl_share_new() else { preconditionFailure("out of memory") }
    unsafe self.shared = shared
  }

  deinit { unsafe coffre_curl_share_free(shared) }

  func attach(to easy: UnsafeMutableRawPointer) -> CURLcode {
    unsafe coffre_curl_set_pointer(easy, CURLOPT_SHARE, shared.pointee.share)
  }
}
