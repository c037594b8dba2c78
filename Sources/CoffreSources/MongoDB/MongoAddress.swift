import CoffreCore
import MongoKit

/// What an address means to the library.
enum MongoAddress {
  /// Options of MongoDB's addresses that change how a server is reached. In lower case: capitals do not count in them.
  private static let known: Set<String> = [
    "replicaset", "tls", "ssl", "tlscafile", "tlscertificatekeyfile", "tlsinsecure", "tlsallowinvalidcertificates",
    "tlsallowinvalidhostnames", "authmechanism", "readpreference", "readpreferencetags", "maxstalenessseconds",
    "connecttimeoutms", "sockettimeoutms", "serverselectiontimeoutms", "compressors", "zlibcompressionlevel",
    "directconnection", "localthresholdms",
  ]
  /// What the tools and other programs write into addresses, and what means nothing here: every command says itself what
  /// it wants.
  private static let idle: Set<String> = [
    "retrywrites", "retryreads", "w", "journal", "wtimeoutms", "readconcernlevel", "appname", "maxpoolsize",
    "minpoolsize", "waitqueuetimeoutms", "heartbeatfrequencyms",
  ]
  private static let sourceOption = "authsource"

  static func settings(for location: DatabaseLocation, password: Secret?) throws(MongoError) -> MongoSettings {
    var settings = MongoSettings(
      hosts: location.servers.map { server in
        MongoSettings.Host(name: server.host ?? "localhost", port: location.port(of: server))
      })
    settings.user = location.user
    settings.password = location.user == nil ? nil : password
    var source: String?
    for option in location.options {
      let name = option.name.lowercased()
      if name == sourceOption {
        source = option.value
      } else if known.contains(name) {
        settings.options.append((option.name, option.value))
      } else if !idle.contains(name) {
        throw MongoError(
          .unreachable, saying: "the address has the unknown option '\(option.name)'",
          advice: "Known are replicaSet, authSource, authMechanism, readPreference, directConnection, and tls with "
            + "tlsCAFile and tlsCertificateKeyFile.")
      }
    }
    settings.isSeedList = location.isSeedList
    // Such an address means TLS; said here, it also counts for the server that is chosen in the end.
    if location.isSeedList, !settings.options.contains(where: { ["tls", "ssl"].contains($0.name.lowercased()) }) {
      settings.options.append(("tls", "true"))
    }
    // As MongoDB's own programs take it.
    if location.user != nil { settings.authSource = source ?? location.database ?? "admin" }
    return settings
  }
}
