import CMongo
package import CoffreCore
import CoffreSystem

/// One session with one MongoDB server, through libmongoc. Used by one thread at a time.
///
/// A cancelled run shuts its sockets: whatever waits for the server ends at once.
///
/// `@unchecked Sendable`: whoever holds it lends it to one thread at a time, never to two at once.
@safe package final class MongoConnection: @unchecked Sendable {
  let cancellation: Cancellation
  private let client: OpaquePointer
  /// `nil` for a server that knows none: older than 3.6, or not yet of its replica set.
  private let session: OpaquePointer?
  private let sockets: MongoSockets
  /// What every command is told besides: the session.
  private let extras: BSONHolder
  /// The server that answers.
  package let host: MongoSettings.Host

  /// Of the library itself.
  ///
  /// - Precondition: it is loaded: there was a connection.
  package static var clientVersion: String { unsafe String(cString: mongoc_get_version()) }

  /// - Parameter timeout: for a server to be found, and for each to answer.
  package init(
    _ settings: MongoSettings, timeout: Duration = .seconds(30), cancellation: Cancellation
  ) throws(MongoError) {
    self.cancellation = cancellation
    if cancellation.isCancelled { throw .cancelled }
    try MongoLibrary.open()
    let address = try MongoURI(settings, timeout: timeout)
    var error = bson_error_t()
    guard let client = unsafe mongoc_client_new_from_uri_with_error(address.pointer, &error) else {
      throw MongoError(error, reply: nil)
    }
    unsafe mongoc_client_set_error_api(client, MONGOC_ERROR_API_VERSION_2)
    let sockets = MongoSockets(cancellation)
    unsafe sockets.watch(client)
    do throws(MongoError) {
      host = unsafe try Self.chosenHost(client, settings, cancellation)
      unsafe session = try Self.startSession(client, cancellation)
    } catch {
      unsafe mongoc_client_destroy(client)
      withExtendedLifetime(sockets) {}
      throw error
    }
    unsafe self.client = client
    self.sockets = sockets
    extras = BSONHolder()
    if let session = unsafe session { _ = unsafe mongoc_client_session_append(session, extras.pointer, &error) }
    // Only a command shows whether we are let in.
    try run(["ping": 1], in: "admin")
  }

  deinit {
    if let session = unsafe session { unsafe mongoc_client_session_destroy(session) }
    unsafe mongoc_client_destroy(client)
    withExtendedLifetime((sockets, extras)) {}
  }

  private static func chosenHost(
    _ client: OpaquePointer, _ settings: MongoSettings, _ cancellation: Cancellation
  ) throws(MongoError) -> MongoSettings.Host {
    var error = bson_error_t()
    let preference = unsafe settings.writes ? nil : mongoc_client_get_read_prefs(client)
    guard let found = unsafe mongoc_client_select_server(client, settings.writes, preference, &error) else {
      throw cancellation.isCancelled ? .cancelled : MongoError(error, reply: nil)
    }
    defer { unsafe mongoc_server_description_destroy(found) }
    guard let host = unsafe mongoc_server_description_host(found) else { return settings.hosts[0] }
    let name = unsafe withUnsafeBytes(of: host.pointee.host) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    return MongoSettings.Host(name: name, port: Int(unsafe host.pointee.port))
  }

  private static func startSession(
    _ client: OpaquePointer, _ cancellation: Cancellation
  ) throws(MongoError) -> OpaquePointer? {
    var error = bson_error_t()
    let options = unsafe mongoc_session_opts_new()
    defer { unsafe mongoc_session_opts_destroy(options) }
    // Instants are named by ourselves.
    unsafe mongoc_session_opts_set_causal_consistency(options, false)
    guard let session = unsafe mongoc_client_start_session(client, options, &error) else {
      if error.domain == MONGOC_ERROR_CLIENT.rawValue, error.code == MONGOC_ERROR_CLIENT_SESSION_FAILURE.rawValue {
        return nil
      }
      throw cancellation.isCancelled ? .cancelled : MongoError(error, reply: nil)
    }
    return unsafe session
  }
}

// MARK: Commands

extension MongoConnection {
  /// Runs one command as it stands.
  ///
  /// - Throws: also for what the server answered `ok` to, though writing failed.
  @discardableResult
  package func run(_ command: BSONDocument, in database: String) throws(MongoError) -> BSONDocument {
    let reply = try answer(to: command, in: database)
    guard let document = reply.document else { throw .malformed }
    if let failure = MongoError(ofWrite: document) { throw failure }
    return document
  }

  /// Runs a command that inserts, where some of the documents may be there already.
  ///
  /// - Returns: the numbers of those that were not inserted since others have their keys, in their order.
  /// - Throws: for any other failure.
  package func insertMissing(_ command: BSONDocument, in database: String) throws(MongoError) -> [Int] {
    let reply = try answer(to: command, in: database)
    guard let document = reply.document else { throw .malformed }
    var present: [Int] = []
    if let list = document["writeErrors"]?.document {
      guard let errors = try? list.values().compactMap(\.document) else { throw .malformed }
      for error in errors {
        guard error["code"]?.integer == Self.duplicateKey, let number = error["index"]?.integer else {
          throw MongoError(
            .refused, error["errmsg"]?.text ?? "", code: Int(error["code"]?.integer ?? 0),
            name: error["codeName"]?.text ?? "")
        }
        present.append(Int(number))
      }
    } else if let failure = MongoError(ofWrite: document) {
      throw failure
    }
    return present.sorted()
  }

  private static let duplicateKey: Int64 = 11000

  /// The library's own answer, for those who do not want it copied.
  func answer(to command: BSONDocument, in database: String) throws(MongoError) -> BSONHolder {
    if cancellation.isCancelled { throw .cancelled }
    let reply = BSONHolder()
    // The library makes it, whatever becomes of the call.
    unsafe bson_destroy(reply.pointer)
    var error = bson_error_t()
    let isDone = cancellation.whenCancelled(
      { [sockets] in sockets.shutDown() },
      during: {
        unsafe BSONHolder.with(command) { pointer in
          unsafe mongoc_client_command_with_opts(
            client, database, pointer, nil, extras.pointer, reply.pointer, &error)
        }
      })
    guard isDone else {
      if cancellation.isCancelled { throw .cancelled }
      throw MongoError(error, reply: reply.document)
    }
    return reply
  }
}
