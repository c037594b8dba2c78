import CoffreCore
import CoffreHTTP

/// The words of restic's REST protocol (restic-format, section 17.2).
extension RESTStore {
  /// The kinds of objects that a server keeps; data lie in sub-folders in keys, and not in URLs.
  enum Kind: String, Sendable, CaseIterable {
    case data, keys, locks, snapshots, index

    /// The key of an object that a list names; `nil` for names that can be none of ours.
    func key(named name: String) -> StoreKey? {
      guard !name.isEmpty, name != ".", name != "..", !name.contains("/"), !name.contains("\0") else { return nil }
      guard self == .data else { return StoreKey("\(rawValue)/\(name)") }
      guard name.utf8.count >= 2, name.utf8.prefix(2).allSatisfy({ $0 < 0x80 && $0 != 0x2E }) else { return nil }
      return StoreKey("data/\(name.prefix(2))/\(name)")
    }
  }

  /// What a key is called in URLs, below the repository's own.
  enum Place: Sendable, Hashable {
    case config
    case object(Kind, name: String)
    /// Repositories have no such object.
    case none

    init(_ key: StoreKey) {
      let parts = key.path.split(separator: "/").map(String.init)
      self = .none
      if key.path == "config" { self = .config }
      guard let kind = parts.first.flatMap({ Kind(rawValue: $0) }), let name = parts.last, parts.count > 1 else {
        return
      }
      if kind.key(named: name) == key { self = .object(kind, name: name) }
    }

    /// - Returns: `nil` for what the protocol has no place for.
    var path: String? {
      switch self {
      case .config: "config"
      case .object(let kind, let name): "\(kind.rawValue)/\(Self.percentEncoded(name))"
      case .none: nil
      }
    }

    var isConfig: Bool { self == .config }

    private static func percentEncoded(_ name: String) -> String {
      name.utf8.map { byte -> String in
        let isPlain =
          (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
          || [0x2D, 0x2E, 0x5F, 0x7E].contains(byte)
        if isPlain { return String(UnicodeScalar(byte)) }
        let digits = String(byte, radix: 16, uppercase: true)
        return "%" + (digits.count < 2 ? "0" : "") + digits
      }.joined()
    }
  }

  static let mediaType = "application/vnd.x.restic.rest.v2"
  /// A hundred bytes for each of five million packs.
  static let largestList = 512 << 20
}

// MARK: What an answer means

extension RESTStore {
  /// The error that an answer other than success stands for.
  func error(_ response: HTTPResponse, _ action: StoreError.Action, _ subject: String) -> StoreError {
    StoreError(
      reason(of: response.status, action), action, subject, because: "the server answered \(response.statusText)",
      remedy: remedy(for: response, action))
  }

  private func reason(of status: Int, _ action: StoreError.Action) -> StoreError.Reason {
    switch status {
    case 404: .notFound
    case 416: .truncated
    case 507: .noSpace
    // The body did not arrive as it was sent.
    case 400 where action == .save: .failed
    case 408, 429, 500, 502...504, 506, 508...599: .unreachable
    default: .refused
    }
  }

  private func remedy(for response: HTTPResponse, _ action: StoreError.Action) -> Message? {
    switch (response.status, action) {
    case (401, _) where settings.credentials == nil:
      "This server wants to know who asks: set COFFRE_REST_USERNAME and COFFRE_REST_PASSWORD."
    case (401, _): "Check the user name and the password for this server."
    case (403, .remove):
      "This server may only take additions: run forget and prune on the machine that keeps the repository, or as a user "
        + "who may remove."
    case (403, .save), (403, .create):
      "Check that this user may write to this path; a server with private repositories wants the user's name first in it."
    case (403, _): "Check that this user may read this path."
    case (404, .save), (404, .list), (404, .create): "Check the path in the repository's address."
    case (507, _): "Free some space on the server or raise its limit, then run the command again; nothing was lost."
    case (413, _): "Have the server, or the proxy before it, take requests of at least 64 MiB."
    case (500..., _): "See the server's own log; run the command again when it is well."
    case (300..<400, _), (400, _), (405, _):
      "Check the address: a server that speaks restic's REST protocol has to answer there, with http or https as given."
    default: nil
    }
  }

  /// The error for a request that got no answer.
  func error(_ error: HTTPError, _ action: StoreError.Action, _ subject: String) -> StoreError {
    let reason: StoreError.Reason =
      if error.kind == .cancelled {
        .cancelled
      } else if error.isPassing {
        .unreachable
      } else if error.kind == .tooLarge {
        .failed
      } else {
        .refused
      }
    return StoreError(reason, action, subject, because: error.cause, remedy: remedy(for: error))
  }

  private func remedy(for error: HTTPError) -> Message? {
    switch error.kind {
    case .certificate:
      "Name the certificate of the authority that signed the server's with --cacert. With --insecure-tls anybody between "
        + "here and there could take the password."
    case .handshake:
      "Check that the server speaks TLS on this port (https) or does not (http), and whether it wants --tls-client-cert."
    case .certificateFile: "Check the files that --cacert and --tls-client-cert name: both are PEM texts."
    case .redirected: "Give the address to which the server sends, if it is yours."
    case .invalid: "Check the repository's address."
    case .unknownHost: "Check the name of the server, and the network."
    case .cannotConnect: "Check the address and the port, and that the server is running."
    case .timedOut, .stalled, .connectionLost: "Check the network and the server, then run the command again."
    case .malformed: "Check the address: a server that speaks restic's REST protocol has to answer there."
    case .tooLarge, .cancelled: nil
    }
  }

  /// Something that a server must not answer.
  func lie(_ text: Message, _ action: StoreError.Action, _ subject: String) -> StoreError {
    StoreError(
      .failed, action, subject, because: "the server contradicts itself: \(text)",
      remedy: "Check the server, and what stands before it, such as a proxy.")
  }
}
