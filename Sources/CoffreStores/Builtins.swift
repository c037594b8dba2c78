package import CoffreCore
import CoffreSystem

/// Every store that this program knows; the first that handles a location serves it.
package enum Builtins {
  package static let stores: [StoreDriver] = [RESTStore.driver, LocalStore.driver]

  /// - Returns: `nil` if no store handles the location.
  package static func driver(for location: PathBytes) -> StoreDriver? { stores.first { $0.handles(location) } }
}

extension LocalStore {
  /// A path, with or without `local:` before it. Anything that looks like a URL is somebody else's.
  static let driver = StoreDriver(
    handles: { location in
      let text = displayed(location)
      return text.hasPrefix("local:") || !text.prefix { $0 != "/" }.contains(":")
    },
    isRemote: false, shown: { displayed($0) },
    openPlain: { (location, _) throws(StoreError) in try LocalStore(folder: path(location)) },
    createPlain: { (location, _) throws(StoreError) in try LocalStore.create(folder: path(location)) })

  private static func path(_ location: PathBytes) -> PathBytes {
    let prefix = Array("local:".utf8)
    return location.starts(with: prefix) ? Array(location.dropFirst(prefix.count)) : location
  }
}
