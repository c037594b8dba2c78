import CoffreCore
import MongoKit
import Synchronization

/// Opens connections to one server, always to the same one: which of a replica set is meant is found out once.
final class MongoOpener: Sendable {
  let settings: DatabaseSettings
  let cancellation: Cancellation
  private let writes: Bool
  private let chosen = Mutex<MongoSettings.Host?>(nil)

  /// - Parameter writes: whether a server is wanted that takes changes.
  init(_ settings: DatabaseSettings, writes: Bool = false, cancellation: Cancellation) {
    self.settings = settings
    self.writes = writes
    self.cancellation = cancellation
  }

  /// The server that answered; `nil` until then.
  var host: MongoSettings.Host? { chosen.withLock { $0 } }

  /// As `DatabaseLocation` names it; the first one of the address until one answered.
  var server: DatabaseLocation.Server {
    guard let host else { return settings.location.server }
    return DatabaseLocation.Server(host: host.name, port: host.port)
  }

  /// - Parameter other: ends the connection's waits in place of the opener's own.
  func connect(_ other: Cancellation? = nil) throws(MongoError) -> MongoConnection {
    var wanted = try MongoAddress.settings(for: settings.location, password: settings.password)
    wanted.writes = writes
    if let host {
      wanted.hosts = [host]
      wanted.isDirect = true
      wanted.isSeedList = false
      // They would look for others.
      let seeking: Set<String> = ["replicaset", "readpreference", "readpreferencetags", "directconnection"]
      wanted.options.removeAll { seeking.contains($0.name.lowercased()) }
    }
    let connection = try MongoConnection(wanted, cancellation: other ?? cancellation)
    if host == nil { chosen.withLock { $0 = $0 ?? connection.host } }
    return connection
  }
}
