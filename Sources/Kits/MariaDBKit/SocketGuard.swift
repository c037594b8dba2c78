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
      if let number { _ = shutdown(number, Int32(SHUT_RDWR)) }
    }
  }
}
