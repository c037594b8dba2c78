import CoffreCore
import MariaDBKit

/// What the options of an address mean to the library.
enum MariaDBAddress {
  private static let modes: [String: MariaDBSettings.Encryption] = [
    "disabled": .disabled, "preferred": .preferred, "required": .required, "verify_identity": .verified,
    "verify-identity": .verified, "verify-full": .verified,
  ]

  static func settings(
    for location: DatabaseLocation, on server: DatabaseLocation.Server, password: Secret?
  ) throws(MariaDBError) -> MariaDBSettings {
    var settings = MariaDBSettings()
    settings.host = server.isSocket ? nil : server.host
    settings.socket = server.isSocket ? server.host : nil
    settings.port = server.port
    settings.user = location.user
    settings.password = password
    for option in location.options { try apply(option, to: &settings) }
    return settings
  }

  private static func apply(
    _ option: DatabaseLocation.Option, to settings: inout MariaDBSettings
  ) throws(MariaDBError) {
    switch option.name {
    case "socket": settings.socket = option.value
    case "ssl-ca": settings.authorities = option.value
    case "ssl-capath": settings.authoritiesFolder = option.value
    case "ssl-cert": settings.certificate = option.value
    case "ssl-key": settings.key = option.value
    case "ssl-crl": settings.withdrawn = option.value
    case "ssl-mode", "sslmode":
      guard let mode = modes[option.value.lowercased()] else {
        throw MariaDBError(
          .unreachable, saying: "the address asks for the unknown encryption '\(option.value)'",
          advice: "Write ssl-mode=disabled, preferred, required or verify_identity.")
      }
      settings.encryption = mode
    default:
      throw MariaDBError(
        .unreachable, saying: "the address has the unknown option '\(option.name)'",
        advice: "Known are socket, ssl-mode, ssl-ca, ssl-capath, ssl-cert, ssl-key and ssl-crl.")
    }
  }
}
