import CMongo
import CoffreCore
import Glibc
import Synchronization

/// The sockets of a client: a cancelled run shuts them, so that whatever waits for the server ends at once.
///
/// They are kept as duplicates of our own: a number that the library has closed, and that is somebody else's by now, is
/// never touched.
///
/// `@unchecked Sendable`: it holds nothing but a mutex and a value that is.
@safe final class MongoSockets: @unchecked Sendable {
  private let duplicates = Mutex<[Int32]>([])
  private let cancellation: Cancellation

  init(_ cancellation: Cancellation) { self.cancellation = cancellation }

  deinit { duplicates.withLock { $0.forEach { close($0) } } }

  /// From now on the client connects through this object, which must outlive it.
  func watch(_ client: OpaquePointer) {
    unsafe mongoc_client_set_stream_initiator(
      client,
      { address, host, context, error in
        guard let context = unsafe context else { return nil }
        let sockets = unsafe Unmanaged<MongoSockets>.fromOpaque(context).takeUnretainedValue()
        return unsafe sockets.connect(address, host, error)
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  func shutDown() { duplicates.withLock { $0.forEach { _ = shutdown($0, Int32(SHUT_RDWR)) } } }

  private func connect(
    _ address: OpaquePointer?, _ host: UnsafePointer<mongoc_host_list_t>?, _ error: UnsafeMutablePointer<bson_error_t>?
  ) -> OpaquePointer? {
    // What is left to do for a cancelled run needs no server.
    guard let host = unsafe host, !cancellation.isCancelled else { return nil }
    guard let found = unsafe MongoStream.open(host, address, error) else { return nil }
    if let descriptor = found.descriptor {
      let duplicate = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
      if duplicate >= 0 { duplicates.withLock { $0.append(duplicate) } }
    }
    if cancellation.isCancelled { shutDown() }
    return unsafe found.secured(for: host, address, error)
  }
}
