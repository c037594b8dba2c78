import CoffreSystem
import Glibc
import Synchronization

/// A small HTTP server in this process that does what a test tells it: right by default, wrong where a fault says so.
///
/// It keeps objects as rest-server does: what is there cannot be replaced, ranges past the end are cut short. One thread
/// for each connection.
package final class HostileServer: Sendable {
  package struct Request: Sendable {
    package let method: String
    /// Without query.
    package let path: String
    package let query: String
    /// By names in lower case.
    package let headers: [String: String]
    package let body: [UInt8]
  }

  package enum Answer: Sendable {
    case status(Int, headers: [String: String] = [:], body: [UInt8] = [])
    /// These bytes, then the end of the connection.
    case raw([UInt8])
    /// The right answer, cut off after so many bytes of its body.
    case cut(after: Int)
    /// The right answer, in pieces of so many bytes with pauses between.
    case slowly(pieces: Int, seconds: Double)
    /// The right answer, and its header says that it is so long.
    case claiming(length: Int)
    /// The connection is closed without a word.
    case nothing
    /// Silence, until the server stops.
    case silence
    /// It is done as it should be, and then the connection is closed without an answer.
    case doneWithoutAnswer
  }

  /// How it differs from rest-server where it does as it should.
  package struct Manners: Sendable {
    package var listsNamesOnly = false
    package var replaces = false
    package var serverName: String?
    package var knowsRanges = true
    package var appendOnly = false

    package init() {}
  }

  package typealias Fault = @Sendable (Request, _ number: Int) -> Answer?

  struct State: Sendable {
    var objects: [String: [UInt8]] = [:]
    var requests: [Request] = []
    var connections: Set<Int32> = []
    var fault: Fault?
    var isStopped = false
    var connectionCount = 0
  }

  /// 0 if it listens on a socket.
  package let port: LoopbackPort
  private let socketPath: String?
  package let manners: Manners
  let state = Mutex(State())
  private let listener: Int32

  /// - Parameter path: of a socket to listen on instead of a port.
  package init(_ manners: Manners = Manners(), at path: String? = nil) throws {
    self.manners = manners
    socketPath = path
    if let path {
      (listener, port) = (try LoopbackPort.listen(atPath: path), LoopbackPort(number: 0))
    } else {
      (listener, port) = try LoopbackPort.listen(on: 0)
    }
    _ = try EngineThread.start(named: "hostile") { [weak self, listener] in
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        guard let server = self else {
          close(connection)
          return
        }
        server.serve(connection)
      }
    }
  }

  deinit { stop() }

  /// Closes everything; later connections are refused.
  package func stop() {
    let isFirst = state.withLock { state in
      defer { state.isStopped = true }
      for connection in state.connections { shutdown(connection, Int32(SHUT_RDWR)) }
      return !state.isStopped
    }
    guard isFirst else { return }
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  package var location: String {
    if let socketPath { return "rest:http+unix://\(socketPath):/repository/" }
    return "rest:http://127.0.0.1:\(port.number)/repository/"
  }
  package var requests: [Request] { state.withLock { $0.requests } }
  package var connectionCount: Int { state.withLock { $0.connectionCount } }
  /// By path below the repository: `data/<name>`.
  package var objects: [String: [UInt8]] { state.withLock { $0.objects } }
  package func put(_ path: String, _ bytes: [UInt8]) { state.withLock { $0.objects[path] = bytes } }
  package func forgetRequests() { state.withLock { $0.requests = [] } }

  /// From now on each request is shown to `fault`, with its number from 1 on; `nil` means that all goes well.
  package func go(wrong fault: @escaping Fault) {
    state.withLock { state in
      state.requests = []
      state.fault = fault
    }
  }

  package func heal() { state.withLock { $0.fault = nil } }
}

// MARK: Connections

extension HostileServer {
  private func serve(_ connection: Int32) {
    let isStopped = state.withLock { state in
      state.connectionCount += 1
      if !state.isStopped { state.connections.insert(connection) }
      return state.isStopped
    }
    let started = try? EngineThread.start(named: "hostile") { [self] in
      let wire = Wire(descriptor: connection)
      while !isStopped, let request = wire.readRequest(), answer(request, on: wire) {}
      state.withLock { _ = $0.connections.remove(connection) }
      // A program started meanwhile may have inherited it: closing alone would not end it.
      shutdown(connection, Int32(SHUT_RDWR))
      close(connection)
    }
    if started == nil { close(connection) }
  }

  /// - Returns: whether the connection goes on.
  private func answer(_ request: Request, on wire: Wire) -> Bool {
    let (fault, number) = state.withLock { state in
      state.requests.append(request)
      return (state.fault, state.requests.count)
    }
    guard let answer = fault?(request, number) else { return wire.send(response(to: request), to: request) }
    switch answer {
    case .status(let status, let headers, let body):
      return wire.send(Response(status: status, headers: headers, body: body), to: request)
    case .raw(let bytes): wire.write(bytes)
    case .cut(let count): wire.sendCut(response(to: request), after: count)
    case .slowly(let pieces, let seconds):
      return wire.send(response(to: request), to: request, pieces: pieces, pause: seconds)
    case .claiming(let length):
      var response = response(to: request)
      response.claimedLength = length
      _ = wire.send(response, to: request)
    case .nothing: break
    case .silence:
      while !state.withLock({ $0.isStopped }), wire.isOpen { usleep(20_000) }
    case .doneWithoutAnswer: _ = response(to: request)
    }
    return false
  }

  struct Response: Sendable {
    var status: Int
    var headers: [String: String] = [:]
    var body: [UInt8] = []
    var claimedLength: Int?
  }
}

/// One connection's reading and writing.
private final class Wire {
  let descriptor: Int32
  private var buffer: [UInt8] = []

  init(descriptor: Int32) { self.descriptor = descriptor }

  /// Whether the other side is still there.
  var isOpen: Bool {
    var byte: UInt8 = 0
    let count = unsafe recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
    return count > 0 || (count < 0 && errno == EAGAIN)
  }

  private func readMore() -> Bool {
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    let count = unsafe piece.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
    guard count > 0 else { return false }
    buffer += piece[..<count]
    return true
  }

  func readRequest() -> HostileServer.Request? {
    let end = Array("\r\n\r\n".utf8)
    var searched = 0
    var headEnd: Int?
    while headEnd == nil {
      if buffer.count >= 4 {
        headEnd = (searched...(buffer.count - 4)).first { Array(buffer[$0..<($0 + 4)]) == end }
        searched = max(0, buffer.count - 4)
      }
      if headEnd == nil, !readMore() { return nil }
    }
    guard let headEnd else { return nil }
    let lines = String(decoding: buffer[..<headEnd], as: UTF8.self).split(separator: "\r\n").map(String.init)
    buffer.removeFirst(headEnd + 4)
    let words = (lines.first ?? "").split(separator: " ").map(String.init)
    guard words.count == 3 else { return nil }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let halves = line.split(separator: ":", maxSplits: 1).map(String.init)
      if halves.count == 2 { headers[halves[0].lowercased()] = String(halves[1].drop { $0 == " " }) }
    }
    if headers["expect"] != nil { write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)) }
    let length = headers["content-length"].flatMap { Int($0) } ?? 0
    while buffer.count < length { guard readMore() else { return nil } }
    let body = Array(buffer.prefix(length))
    buffer.removeFirst(length)
    let target = words[1].split(separator: "?", maxSplits: 1).map(String.init)
    return HostileServer.Request(
      method: words[0], path: target.first ?? "", query: target.count > 1 ? target[1] : "", headers: headers, body: body
    )
  }

  func write(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  private func head(of response: HostileServer.Response) -> [UInt8] {
    var text = "HTTP/1.1 \(response.status) Status\r\n"
    text += "Content-Length: \(response.claimedLength ?? response.body.count)\r\n"
    for (name, value) in response.headers where name.lowercased() != "content-length" {
      text += "\(name): \(value)\r\n"
    }
    return Array((text + "\r\n").utf8)
  }

  func send(
    _ response: HostileServer.Response, to request: HostileServer.Request, pieces: Int? = nil, pause: Double = 0
  ) -> Bool {
    write(head(of: response))
    guard request.method != "HEAD" else { return true }
    guard let pieces else {
      write(response.body)
      return response.claimedLength == nil
    }
    var rest = response.body[...]
    while !rest.isEmpty, isOpen {
      write(Array(rest.prefix(pieces)))
      rest = rest.dropFirst(pieces)
      usleep(UInt32(pause * 1_000_000))
    }
    return rest.isEmpty
  }

  func sendCut(_ response: HostileServer.Response, after count: Int) {
    write(head(of: response))
    write(Array(response.body.prefix(count)))
  }
}
