import CoffreCore
import CoffreSources
import CoffreSystem
import MariaDBKit

/// The server that has a data directory in use, reached.
struct AnsweringServer {
  /// With which it answered; of the whole server.
  let settings: DatabaseSettings
  let connection: MariaDBConnection
  /// Whether the folder that it names as its own is the very one, on this machine: programs that open it by that name then
  /// read the right files.
  let namesFolder: Bool
  let isMariaDB: Bool

  /// Tries the account that is given, then the user that Coffre runs as, over the sockets of the server's process, then over
  /// the account's own address.
  ///
  /// - Parameter process: `nil` if it is not seen.
  /// - Throws: only if the run was cancelled.
  static func reach(
    _ process: ServingProcess?, of folder: PathBytes, account: DatabaseSettings?, cancellation: Cancellation
  ) throws(SourceError) -> Result<AnsweringServer, SilenceError> {
    var reasons: [Message] = []
    for candidate in candidates(process, account) {
      do throws(MariaDBError) {
        let connection = try PlainSession.mariadb(candidate.settings, cancellation: cancellation)
        let answer = try connection.execute(#"SELECT @@GLOBAL.datadir, @@GLOBAL.hostname"#)
        let named = answer.bytes(0, 0) ?? []
        // Servers of other machines call their folders the same.
        let isHere = candidate.isOfProcess || candidate.settings.location.server.isSocket || answer[0, 1] == hostName()
        let namesFolder = isHere && Self.isSame(named, folder)
        // What listens on the process's socket is the process.
        guard namesFolder || candidate.isOfProcess else {
          reasons.append("\(candidate.name): its data directory is '\(shown(named))'")
          continue
        }
        return .success(
          AnsweringServer(
            settings: candidate.settings, connection: connection, namesFolder: namesFolder,
            isMariaDB: connection.serverVersion.lowercased().contains(#"mariadb"#)))
      } catch {
        if error.reason == .cancelled || cancellation.isCancelled {
          throw SourceError(.cancelled, "copy", folder, because: "the run was cancelled")
        }
        reasons.append("\(candidate.name): \(error.message)")
      }
    }
    return .failure(SilenceError(reasons: reasons))
  }

  /// Why a server that runs was not reached: one reason for each way that was tried.
  struct SilenceError: Error {
    let reasons: [Message]
  }

  private struct Candidate {
    let settings: DatabaseSettings
    let isOfProcess: Bool

    /// For people: `user@socket`, or the address.
    var name: String {
      let location = settings.location
      guard location.server.isSocket, let socket = location.server.host else { return location.text }
      return location.user.map { "\($0)@\(socket)" } ?? socket
    }
  }

  private static func candidates(_ process: ServingProcess?, _ account: DatabaseSettings?) -> [Candidate] {
    var candidates: [Candidate] = []
    let sockets = process?.sockets.map { displayed($0) } ?? []
    func add(_ location: DatabaseLocation, _ password: Secret?, isOfProcess: Bool) {
      var settings = DatabaseSettings(location: location, password: password, connectionCount: 1)
      settings.tools = account?.tools
      candidates.append(Candidate(settings: settings, isOfProcess: isOfProcess))
    }
    func place(_ server: DatabaseLocation.Server, _ user: String?) -> DatabaseLocation {
      DatabaseLocation(kind: .mariadb, user: user, servers: [server])
    }
    if let account {
      for socket in sockets {
        add(place(.init(host: socket), account.location.user), account.password, isOfProcess: true)
      }
    }
    for socket in sockets { add(place(.init(host: socket), nil), nil, isOfProcess: true) }
    if let account {
      var location = account.location
      location.kind = .mariadb
      location.database = nil
      add(location, account.password, isOfProcess: false)
    }
    // Where the engine looks by itself.
    if sockets.isEmpty { add(place(.init(), nil), nil, isOfProcess: false) }
    return candidates
  }

  private static func isSame(_ named: PathBytes, _ folder: PathBytes) -> Bool {
    guard let one = try? FileDescriptor.attributes(ofPath: named, .following),
      let other = try? FileDescriptor.attributes(ofPath: folder, .following)
    else { return false }
    return one.isSameFile(as: other)
  }
}
