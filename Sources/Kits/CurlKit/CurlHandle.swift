import CCurl
import CoffreCore
import CoffreSystem

/// One of libcurl's handles with the connections it keeps open; used by one thread at a time.
///
/// It is driven through a multi handle of its own, which another thread can wake: a cancelled request ends at once,
/// whatever it waits for.
@safe final class CurlHandle: @unchecked Sendable {
  // The pool of `CurlClient` gives it to one thread at a time; `wake` alone may be called by all, as libcurl allows.
  private let easy: UnsafeMutableRawPointer
  private let multi: UnsafeMutableRawPointer
  private let errorText: UnsafeMutablePointer<CChar>
  private static let pollMilliseconds: Int32 = 250

  init() {
    guard let easy = unsafe curl_easy_init(), let multi = unsafe curl_multi_init() else {
      preconditionFailure("out of memory")
    }
    unsafe self.easy = easy
    unsafe self.multi = multi
    unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
  }

  deinit {
    unsafe curl_easy_cleanup(easy)
    unsafe curl_multi_cleanup(multi)
    unsafe errorText.deallocate()
  }

  /// Has a request that waits look around. From any thread.
  func wake() { unsafe curl_multi_wakeup(multi) }
}

// MARK: One request

extension CurlHandle {
  /// Sends a request and takes the answer.
  ///
  /// - Parameter verdict: asked several times a second, with the time for which no byte has moved; an answer ends the
  ///   request.
  func perform(
    _ request: CurlRequest, _ settings: CurlSettings, share: CurlShare, source: UnsafeRawBufferPointer,
    sink: Transfer.Sink, verdict: (Duration) -> CurlStop?
  ) throws(CurlError) -> (response: CurlResponse, collected: [UInt8]) {
    unsafe curl_easy_reset(easy)
    unsafe errorText[0] = 0
    let transfer = unsafe Transfer(request, settings, source: source, sink: sink)
    let headers = CurlList(request.headers)
    let code: CURLcode
    do throws(CurlError) {
      try configure(settings, share)
      try configure(request, headers, bodyCount: source.count)
      try check(unsafe transfer.attach(to: easy))
      code = try drive(transfer, verdict)
    } catch {
      unsafe curl_easy_reset(easy)
      throw error
    }
    if let problem = transfer.problem { throw problem }
    let isComplaint = transfer.status >= 300 && code == CURLE_WRITE_ERROR
    guard code == CURLE_OK || transfer.hasEnough || isComplaint else { throw failure(code) }
    guard transfer.status >= 100 else { throw CurlError(.malformed, "the server did not answer in HTTP") }
    let response = CurlResponse(
      status: transfer.status, headers: transfer.headers, bodyCount: transfer.received, complaint: transfer.complaint,
      newConnections: unsafe coffre_curl_number(easy, CURLINFO_NUM_CONNECTS))
    return (response, transfer.collected)
  }

  /// Moves bytes until the request has ended.
  private func drive(_ transfer: Transfer, _ verdict: (Duration) -> CurlStop?) throws(CurlError) -> CURLcode {
    guard unsafe curl_multi_add_handle(multi, easy) == CURLM_OK else { preconditionFailure("a handle is used twice") }
    // Taken out before its end, a request's connection is closed.
    defer { unsafe curl_multi_remove_handle(multi, easy) }
    var running: Int32 = 1
    while true {
      guard unsafe curl_multi_perform(multi, &running) == CURLM_OK else {
        throw CurlError(.connectionLost, "libcurl cannot go on")
      }
      if running == 0 { return result() }
      switch verdict(transfer.idle) {
      case .stalled?:
        throw CurlError(.stalled, "nothing moved for {1} s", number: Int(transfer.idle.components.seconds))
      case .cancelled?: throw CurlError(.cancelled, "interrupted")
      case nil: break
      }
      unsafe curl_multi_poll(multi, nil, 0, Self.pollMilliseconds, nil)
    }
  }

  private func result() -> CURLcode {
    var left: Int32 = 0
    var code = CURLE_OK
    while let message = unsafe curl_multi_info_read(multi, &left) {
      if unsafe message.pointee.msg == CURLMSG_DONE { unsafe code = message.pointee.data.result }
    }
    return code
  }

  private func failure(_ code: CURLcode) -> CurlError {
    let said = unsafe String(cString: errorText)
    return CurlError(code, saying: said.isEmpty ? unsafe String(cString: curl_easy_strerror(code)) : said)
  }

  private func check(_ code: CURLcode) throws(CurlError) {
    guard code != CURLE_OK else { return }
    throw CurlError(.invalid, failure(code))
  }
}

// MARK: Options

extension CurlHandle {
  private func set(_ option: CURLoption, _ value: Int) throws(CurlError) {
    try check(unsafe coffre_curl_set_number(easy, option, value))
  }

  private func set(_ option: CURLoption, _ value: PathBytes) throws(CurlError) {
    guard !value.contains(0) else { throw CurlError(.invalid, "a value with a zero byte in it") }
    let code = unsafe (value + [0]).withUnsafeBytes { bytes in
      unsafe coffre_curl_set_text(easy, option, bytes.bindMemory(to: CChar.self).baseAddress)
    }
    try check(code)
  }

  private func set(_ option: CURLoption, _ value: String) throws(CurlError) { try set(option, Array(value.utf8)) }

  private func configure(_ settings: CurlSettings, _ share: CurlShare) throws(CurlError) {
    unsafe try check(coffre_curl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText))
    unsafe try check(share.attach(to: easy))
    try set(CURLOPT_NOSIGNAL, 1)
    // A name that does not resolve must not hold up the end of the program.
    try set(CURLOPT_QUICK_EXIT, 1)
    try set(CURLOPT_PROTOCOLS_STR, "http,https")
    try set(CURLOPT_FOLLOWLOCATION, 0)
    try set(CURLOPT_TCP_KEEPALIVE, 1)
    try set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(settings.connectTimeout))
    try set(CURLOPT_USERAGENT, settings.userAgent)
    try set(CURLOPT_UPLOAD_BUFFERSIZE, 512 << 10)
    try set(CURLOPT_BUFFERSIZE, settings.receivingPace.map { max(1024, $0.pieceSize) } ?? 512 << 10)
    try set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    if let file = settings.authorityFile { try set(CURLOPT_CAINFO, file) }
    if let folder = settings.authorityFolder { try set(CURLOPT_CAPATH, folder) }
    if let file = settings.clientCertificate {
      try set(CURLOPT_SSLCERT, file)
      try set(CURLOPT_SSLKEY, file)
    }
    if settings.acceptsAnyCertificate {
      try set(CURLOPT_SSL_VERIFYPEER, 0)
      try set(CURLOPT_SSL_VERIFYHOST, 0)
    }
  }

  private func configure(_ request: CurlRequest, _ headers: borrowing CurlList, bodyCount: Int) throws(CurlError) {
    try set(CURLOPT_URL, request.url)
    if let part = request.part { try set(CURLOPT_RANGE, "\(part.lowerBound)-\(part.upperBound - 1)") }
    if let path = request.socketPath { try set(CURLOPT_UNIX_SOCKET_PATH, path) }
    unsafe try check(coffre_curl_set_pointer(easy, CURLOPT_HTTPHEADER, headers.start))
    if let credentials = request.credentials {
      try set(CURLOPT_HTTPAUTH, 1)  // CURLAUTH_BASIC, which Swift does not see
      try set(CURLOPT_USERNAME, credentials.user.exposedBytes)
      try set(CURLOPT_PASSWORD, credentials.password.exposedBytes)
    }
    switch request.method {
    case .get: try set(CURLOPT_HTTPGET, 1)
    case .head: try set(CURLOPT_NOBODY, 1)
    case .delete: try set(CURLOPT_CUSTOMREQUEST, "DELETE")
    case .post:
      try set(CURLOPT_POST, 1)
      unsafe try check(coffre_curl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, Int64(bodyCount)))
    case .put:
      try set(CURLOPT_UPLOAD, 1)
      unsafe try check(coffre_curl_set_offset(easy, CURLOPT_INFILESIZE_LARGE, Int64(bodyCount)))
    }
  }
}

private func milliseconds(_ duration: Duration) -> Int {
  Int(clamping: duration.components.seconds) * 1000 + Int(duration.components.attoseconds / 1_000_000_000_000_000)
}

/// A list of texts as the library wants it.
@safe private struct CurlList: ~Copyable {
  let start: UnsafeMutablePointer<curl_slist>?

  init(_ texts: [String]) {
    var list: UnsafeMutablePointer<curl_slist>?
    for text in texts {
      guard let longer = unsafe curl_slist_append(list, text) else { preconditionFailure("out of memory") }
      unsafe list = longer
    }
    unsafe start = list
  }

  deinit { unsafe curl_slist_free_all(start) }
}
