package import CoffreCore
import CurlKit

/// Why a request got no answer that can be used.
package struct HTTPError: Error, Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    /// The address cannot be used at all.
    case invalid
    case unknownHost
    case cannotConnect
    case timedOut
    case connectionLost
    /// No byte moved for too long.
    case stalled
    /// The server is not who it says, as far as we can know.
    case certificate
    /// No encrypted connection came about.
    case handshake
    /// A certificate or key file of ours cannot be used.
    case certificateFile
    case tooLarge
    case malformed
    /// Sent on to another place, where we do not go.
    case redirected
    case cancelled
  }

  package let kind: Kind
  /// What happened, without any secret.
  package let cause: Message

  package init(_ kind: Kind, _ cause: Message) {
    self.kind = kind
    self.cause = cause
  }

  /// Whether the same request may go through a little later.
  package var isPassing: Bool {
    switch kind {
    case .unknownHost, .cannotConnect, .timedOut, .connectionLost, .stalled, .handshake, .malformed: true
    case .invalid, .certificate, .certificateFile, .tooLarge, .redirected, .cancelled: false
    }
  }

  /// Whether the server may have taken something of the request.
  package var mayHaveReachedServer: Bool {
    switch kind {
    case .timedOut, .connectionLost, .stalled, .malformed, .tooLarge, .cancelled: true
    case .invalid, .unknownHost, .cannotConnect, .certificate, .handshake, .certificateFile, .redirected: false
    }
  }

  init(_ error: CurlError) {
    let kind: Kind =
      switch error.kind {
      case .invalid: .invalid
      case .unknownHost: .unknownHost
      case .cannotConnect: .cannotConnect
      case .timedOut: .timedOut
      case .connectionLost: .connectionLost
      case .stalled: .stalled
      case .certificate: .certificate
      case .handshake: .handshake
      case .certificateFile: .certificateFile
      case .tooLarge: .tooLarge
      case .malformed: .malformed
      case .cancelled: .cancelled
      }
    let cause = error.number.map { Message(template: error.text, arguments: [.number($0)]) }
    self.init(kind, cause ?? .verbatim(error.text))
  }
}
