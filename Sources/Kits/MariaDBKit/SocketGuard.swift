import Glibc
import Synchronization

/// The socket of a call that waits; nobody else's, should its number be given to another one afterwards.
final class SocketGuard: Sendable {
  private let number = Mutex<Int32?>(nil)

  func begin(_ socket: Int32) { number.withLock { $0 = socket } }
  func end() { number.withLock { $0 = nil } }

  /// Ends the wait: the library sees the connection break.
  func shutDown() {
    number.withLock { number in
      if let number { breakConnection(number) }
    }
  }
}

/// Ends a connection in both directions, and lets the server know at once when the socket is closed.
///
/// The library reads what has arrived already, so that nothing is unread when it closes: then the server would learn from
/// nobody that its rows are not wanted, and go on waiting for room for them until TCP gives up a minute later.
func breakConnection(_ socket: Int32) {
  var atOnce = linger(l_onoff: 1, l_linger: 0)
  _ = unsafe setsockopt(socket, SOL_SOCKET, SO_LINGER, &atOnce, socklen_t(MemoryLayout<linger>.size))
  _ = shutdown(socket, Int32(SHUT_RDWR))
}
