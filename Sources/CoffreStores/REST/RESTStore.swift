package import CoffreCore
import CoffreHTTP
import Synchronization

/// A store on a server that speaks restic's REST protocol: rest-server, `rclone serve restic` and others.
///
/// Servers differ: an upload that was not plainly accepted is looked at, an object that the server does not let be
/// replaced is compared, a range that comes short is told from an object that is.
package final class RESTStore: Store {
  let settings: Settings
  let client: HTTPClient
  /// What the server showed of itself.
  struct Observed {
    /// Lists have no sizes: each object costs a request.
    var listsNamesOnly = false
  }
  let observed = Mutex(Observed())
  private let isNew: Bool

  private init(_ settings: Settings, cancellation: Cancellation, isNew: Bool) {
    self.settings = settings
    self.isNew = isNew
    client = HTTPClient(settings.http, cancellation: cancellation)
  }

  /// A repository that should be there; the server is not asked yet.
  package convenience init(_ settings: Settings, cancellation: Cancellation) {
    self.init(settings, cancellation: cancellation, isNew: false)
  }

  /// Has the server make the place for a repository, unless it is there.
  package static func create(_ settings: Settings, cancellation: Cancellation) throws(StoreError) -> RESTStore {
    let store = RESTStore(settings, cancellation: cancellation, isNew: true)
    var address = settings.location.address
    address.query = "create=true"
    let response: HTTPResponse
    do throws(HTTPError) {
      response = try store.client.send(store.request(.post, address))
    } catch {
      throw store.error(error, .create, settings.location.shown)
    }
    guard response.isSuccess else { throw store.error(response, .create, settings.location.shown) }
    return store
  }

  package var traits: StoreTraits {
    StoreTraits(
      location: settings.location.shown, parallelRequests: 5, listsAtOnce: false,
      listsCheaply: !observed.withLock { $0.listsNamesOnly })
  }
}

// MARK: Asking

extension RESTStore {
  func request(_ method: HTTPRequest.Method, _ address: HTTPAddress) -> HTTPRequest {
    var request = HTTPRequest(method, address)
    request.headers = [("Accept", Self.mediaType)]
    if method == .post { request.headers.append(("Content-Type", "application/octet-stream")) }
    request.credentials = settings.credentials
    return request
  }

  /// - Parameter path: below the repository's own.
  func request(_ method: HTTPRequest.Method, _ path: String) -> HTTPRequest {
    var address = settings.location.address
    address.path += path
    return request(method, address)
  }

  /// The size of an object, `nil` if it is not there.
  func size(
    of place: Place, _ action: StoreError.Action, _ subject: String, urgency: HTTPRequest.Urgency = .abandonable
  ) throws(StoreError) -> Int64? {
    guard let path = place.path else { return nil }
    var request = request(.head, path)
    request.urgency = urgency
    let response: HTTPResponse
    do throws(HTTPError) {
      response = try client.send(request)
    } catch {
      throw self.error(error, action, subject)
    }
    if response.status == 404 { return nil }
    guard response.isSuccess else { throw error(response, action, subject) }
    guard let size = response.contentLength else { throw lie("it tells no size", action, subject) }
    return size
  }

  /// A place that was just made has no configuration yet; any other one without is no repository.
  func mayBeEmpty() throws(StoreError) -> Bool {
    if isNew { return true }
    return try size(of: .config, .list, settings.location.shown) != nil
  }
}

// MARK: Removing

extension RESTStore {
  package func remove(_ key: StoreKey) throws(StoreError) {
    let response = try delete(Place(key), key)
    guard let response, !response.isSuccess, response.status != 404 else { return }
    throw error(response, .remove, key.path)
  }

  /// - Returns: `nil` for what cannot be there.
  func delete(_ place: Place, _ key: StoreKey) throws(StoreError) -> HTTPResponse? {
    guard let path = place.path else { return nil }
    var request = request(.delete, path)
    request.urgency = .finishing
    do throws(HTTPError) {
      return try client.send(request)
    } catch {
      throw self.error(error, .remove, key.path)
    }
  }
}
