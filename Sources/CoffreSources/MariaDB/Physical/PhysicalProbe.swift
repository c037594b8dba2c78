import CoffreCore
import CoffreSystem
import MariaDBKit

/// What a physical backup of a server would meet.
enum PhysicalProbe {
  /// Of a disk that nobody measured.
  private static let usualBytesPerSecond = 100.0 * 1024 * 1024

  static func run(_ settings: DatabaseSettings, cancellation: Cancellation) throws -> DatabaseProbe {
    let server = try PhysicalServer(settings, cancellation: cancellation)
    let databases: [DatabaseProbe.Database]
    let isEncrypted: Bool
    do throws(MariaDBError) {
      let connection = try server.opener.connect()
      isEncrypted = connection.isEncrypted
      databases = [Self.database(server, on: connection)]
    } catch {
      throw SourceError(error, "test", Array(settings.location.text.utf8))
    }
    var probe = DatabaseProbe(
      serverVersion: server.facts.versionText, databases: databases, bytesPerSecond: usualBytesPerSecond)
    probe.clientVersion = MariaDBConnection.clientVersion
    probe.role = server.facts.account
    probe.isEncrypted = isEncrypted
    probe.isStandby = server.facts.isReplica
    probe.freeConnections = server.facts.freeConnections
    probe.missing = missing(server.facts.rights, server.facts.account)
    do throws(VendorToolError) {
      probe.tools = .success(try server.tools(settings.tools, cancellation: cancellation))
    } catch {
      probe.tools = .failure(error)
    }
    return probe
  }

  /// All of the server, by its folder.
  private static func database(
    _ server: PhysicalServer, on connection: MariaDBConnection
  ) -> DatabaseProbe.Database {
    let query = #"SELECT COUNT(*) FROM information_schema.INNODB_SYS_TABLES WHERE NAME LIKE '%/%'"#
    let count = (try? connection.execute(query)[0, 0].flatMap { Int($0) }) ?? 0
    return DatabaseProbe.Database(
      name: displayed(server.folder), sizeInBytes: server.sizeInBytes, tableCount: count, missing: [])
  }

  private static func missing(_ rights: MariaDBRights, _ account: String) -> [DatabaseProbe.Missing] {
    ["RELOAD", "PROCESS"].filter { !rights.has($0) }.map { right in
      DatabaseProbe.Missing(
        object: "server",  // not for people
        reason: "the account '\(account)' needs the right \(right)", isLoss: true)
    }
  }
}
