import CoffreCore
package import CoffreHTTP
import CoffreSystem

extension RESTStore {
  /// All that a store of this kind needs to know.
  package struct Settings: Sendable {
    package let location: Location
    /// Of the location, else of the environment.
    package let credentials: HTTPCredentials?
    package let http: HTTPClient.Settings

    package init(_ location: Location, _ context: StoreContext) {
      self.location = location
      credentials = Self.credentials(of: location, context.environment)
      http = Self.httpSettings(context.connection)
    }

    /// As restic: what the location lacks comes from the environment.
    private static func credentials(of location: Location, _ environment: (String) -> String?) -> HTTPCredentials? {
      func value(_ name: String) -> Secret? {
        (environment("COFFRE_REST_\(name)") ?? environment("RESTIC_REST_\(name)")).map { Secret($0) }
      }
      guard let user = location.user ?? value("USERNAME") else { return nil }
      return HTTPCredentials(user: user, password: location.password ?? value("PASSWORD") ?? Secret([]))
    }

    private static func httpSettings(_ connection: ConnectionSettings) -> HTTPClient.Settings {
      var settings = HTTPClient.Settings()
      settings.userAgent = connection.userAgent
      if let path = connection.authorities {
        let isFolder = (try? FileDescriptor.attributes(ofPath: path, .following))?.kind == .directory
        settings.authorities = isFolder ? .folder(path) : .file(path)
      }
      settings.clientCertificate = connection.clientCertificate
      settings.acceptsAnyCertificate = connection.acceptsAnyCertificate
      settings.uploadLimit = connection.uploadLimit
      settings.downloadLimit = connection.downloadLimit
      settings.connectTimeout = connection.connectTimeout
      settings.stallTimeout = connection.stallTimeout
      return settings
    }
  }
}
