import CCurl

/// Why a request got no answer.
package struct CurlError: Error, Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    /// The address or an option cannot be used at all.
    case invalid
    case unknownHost
    /// Nobody listens there, or the way is closed.
    case cannotConnect
    case timedOut
    /// The connection broke before the whole answer was there.
    case connectionLost
    /// No byte moved for too long.
    case stalled
    /// The server's certificate is not signed by anybody who is trusted, is of another name, or has expired.
    case certificate
    /// No encrypted connection came about, for other reasons.
    case handshake
    /// A certificate or key file of ours cannot be used.
    case certificateFile
    /// The answer is longer than the caller has room for.
    case tooLarge
    /// What came is not HTTP.
    case malformed
    case cancelled
  }

  package let kind: Kind
  /// Never holds a password.
  package let text: String
  /// What `{1}` in our own words stands for; `nil` if the words are the library's.
  package let number: Int?

  /// In our own words.
  package init(_ kind: Kind, _ text: String, number: Int = 0) {
    self.kind = kind
    self.text = text
    self.number = number
  }

  /// Of another kind, in the same words.
  init(_ kind: Kind, _ other: CurlError) {
    self.kind = kind
    text = other.text
    number = other.number
  }

  init(_ code: CURLcode, saying text: String) {
    kind =
      switch code {
      case CURLE_URL_MALFORMAT, CURLE_BAD_FUNCTION_ARGUMENT, CURLE_UNKNOWN_OPTION,
        CURLE_NOT_BUILT_IN:
        .invalid
      case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .unknownHost
      case CURLE_COULDNT_CONNECT, CURLE_PROXY, CURLE_INTERFACE_FAILED: .cannotConnect
      case CURLE_OPERATION_TIMEDOUT: .timedOut
      case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS: .certificate
      case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_USE_SSL_FAILED: .handshake
      case CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ENGINE_INITFAILED: .certificateFile
      // Only http and https are ever asked for: what came was another protocol.
      case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING: .malformed
      case CURLE_FILESIZE_EXCEEDED: .tooLarge
      default: .connectionLost
      }
    self.text = text
    number = nil
  }
}
