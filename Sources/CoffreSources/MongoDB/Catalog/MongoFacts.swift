import CoffreCore
import MongoKit
import OpenSSLKit

/// What a server says of itself and of us.
struct MongoFacts: Sendable {
  /// As `6.0.5`.
  let versionText: String
  /// 6 of `6.0.5`.
  let major: Int
  /// Whether there is a log of changes, or a router before several: only these know instants.
  let isReplicaSet: Bool
  let isRouter: Bool
  let isStandby: Bool
  /// `user@database`; `nil` where nobody has to say who it is.
  let account: String?
  /// Of the replica set's own making; `nil` where there is none, or we may not know.
  let identifier: String?
  let freeConnections: Int?
  /// For how many seconds the server can still show an instant; `nil` where we may not know.
  let windowInSeconds: Int64?

  init(on connection: MongoConnection) throws(MongoError) {
    let build = try connection.run(["buildInfo": 1], in: "admin")
    guard let version = build["version"]?.text,
      let major = version.split(separator: ".").first.flatMap({ Int($0) })
    else { throw MongoError(.unexpected, saying: "the server tells no version") }
    versionText = version
    self.major = major
    let hello = try connection.run(major >= 5 ? ["hello": 1] : ["isMaster": 1], in: "admin")
    isReplicaSet = hello["setName"]?.text != nil
    isRouter = hello["msg"]?.text == "isdbgrid"
    isStandby = hello["secondary"]?.isTrue ?? false
    let status = try connection.run(["connectionStatus": 1], in: "admin")
    let users = try? status["authInfo"]?.document?["authenticatedUsers"]?.document?.values()
    account = users?.first?.document.map { "\($0["user"]?.text ?? "")@\($0["db"]?.text ?? "")" }
    // Who may not know goes without.
    let server = try Self.ifAllowed(
      ["serverStatus": 1, "repl": 0, "metrics": 0, "wiredTiger": 0, "locks": 0], on: connection)
    freeConnections = (server?["connections"]?.document?["available"]?.integer).map { Int(clamping: $0) }
    let parameter = try Self.ifAllowed(["getParameter": 1, "minSnapshotHistoryWindowInSeconds": 1], on: connection)
    windowInSeconds = parameter?["minSnapshotHistoryWindowInSeconds"]?.integer
    let set = try Self.ifAllowed(["replSetGetConfig": 1], on: connection)
    if case .other(_, let bytes)? = set?["config"]?.document?["settings"]?.document?["replicaSetId"] {
      identifier = bytes.map { "\($0)" }.joined(separator: ".")
    } else {
      identifier = nil
    }
  }

  private static func ifAllowed(
    _ command: BSONDocument, on connection: MongoConnection
  ) throws(MongoError) -> BSONDocument? {
    do throws(MongoError) {
      return try connection.run(command, in: "admin")
    } catch {
      guard error.reason == .refused else { throw error }
      return nil
    }
  }

  /// Whether several connections can see one instant.
  var hasInstants: Bool { (isReplicaSet || isRouter) && major >= 5 }

  /// Whether a command may say which collection it means, beside its name.
  var takesUUIDs: Bool { major >= 6 && !isRouter }

  /// Tells this server at this address from all others; see `ServerFacts.identity`.
  func identity(at location: DatabaseLocation) -> String? {
    guard let identifier else { return nil }
    let text = "\(location.kind.rawValue)\0\(location.snapshotName())\0\(identifier)"
    return String(SHA256Hasher().hash(Array(text.utf8).span).description.prefix(32))
  }
}
