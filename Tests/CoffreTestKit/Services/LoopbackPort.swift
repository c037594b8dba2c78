import CoffreSystem
import Glibc

/// A TCP port of this machine.
package struct LoopbackPort: Sendable, Hashable {
  package let number: UInt16

  package init(number: UInt16) { self.number = number }

  /// One that nobody uses at the moment.
  package static func free() throws -> LoopbackPort {
    let (descriptor, port) = try listen(on: 0)
    close(descriptor)
    return port
  }

  /// Begins to listen; 0 lets the system choose.
  static func listen(on number: UInt16) throws -> (descriptor: Int32, port: LoopbackPort) {
    let descriptor = try checked(socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0), "socket", [])
    var one: Int32 = 1
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
    var address = loopback(number)
    unsafe try withSocketAddress(&address) { unsafe try checked(bind(descriptor, $0, $1), "bind", []) }
    try checked(Glibc.listen(descriptor, 64), "listen", [])
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    unsafe try withSocketAddress(&address) { pointer, _ in
      unsafe try checked(getsockname(descriptor, pointer, &length), "getsockname", [])
    }
    return (descriptor, LoopbackPort(number: UInt16(bigEndian: address.sin_port)))
  }

  /// Begins to listen on a socket of this machine's file system.
  static func listen(atPath path: String) throws -> Int32 {
    let descriptor = try checked(socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0), "socket", [])
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
    _ = unsafe try withUnsafePointer(to: &address) { pointer in
      unsafe try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe try checked(bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)), "bind", Array(path.utf8))
      }
    }
    try checked(Glibc.listen(descriptor, 64), "listen", Array(path.utf8))
    return descriptor
  }

  /// Whether somebody takes connections there.
  package var answers: Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    var address = Self.loopback(number)
    return unsafe Self.withSocketAddress(&address) { unsafe connect(descriptor, $0, $1) == 0 }
  }

  /// Waits until somebody takes connections, or until nobody does.
  package func wait(until expected: Bool, seconds: Double = 120) -> Bool {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while answers != expected {
      guard ContinuousClock.now < deadline else { return false }
      usleep(10_000)
    }
    return true
  }

  private static func loopback(_ number: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = number.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }

  @discardableResult
  private static func withSocketAddress<Result>(
    _ address: inout sockaddr_in, _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) throws -> Result
  ) rethrows -> Result {
    unsafe try withUnsafeMutablePointer(to: &address) { pointer in
      unsafe try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe try body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
}
