import CoffreCore
import CoffreHTTP
import CoffreSystem
import CoffreTestKit
import Testing

/// Against a server that does what it is told.
@Suite("HTTP client", .timeLimit(.minutes(10)))
struct HTTPClientTests {
  private let server: HostileServer

  init() throws { server = try HostileServer() }

  private func client(
    _ cancellation: Cancellation = Cancellation(), _ change: (inout HTTPClient.Settings) -> Void = { _ in }
  ) -> HTTPClient {
    var settings = HTTPClient.Settings()
    change(&settings)
    return HTTPClient(settings, cancellation: cancellation)
  }

  private func request(_ method: HTTPRequest.Method = .get, _ path: String = "data/x") -> HTTPRequest {
    HTTPRequest(
      method, HTTPAddress(scheme: .http, host: "127.0.0.1", port: Int(server.port.number), path: "/repository/" + path))
  }

  private func failure(_ body: () throws(HTTPError) -> Void) -> HTTPError? {
    do throws(HTTPError) {
      try body()
      return nil
    } catch {
      return error
    }
  }

  // MARK: Bodies

  @Test func `bodies go and come as they are`() throws {
    let client = client()
    let bytes = seededBytes(7, count: 3_000_000)
    var nothing: [UInt8] = []
    var none = nothing.mutableSpan
    #expect(try client.send(request(.post), body: bytes.span, into: &none).status == 200)
    let hasArrived = server.objects["data/x"] == bytes
    #expect(hasArrived)
    var buffer = [UInt8](repeating: 0, count: 3_000_010)
    var span = buffer.mutableSpan
    let response = try client.send(request(), body: Span(), into: &span)
    #expect(response.status == 200 && response.bodyCount == bytes.count)
    let isSame = Array(buffer[..<bytes.count]) == bytes && buffer[bytes.count...].allSatisfy { $0 == 0 }
    #expect(isSame)
    let isCollected = try client.collect(request(), upTo: 3_000_000).body == bytes
    #expect(isCollected)
  }

  @Test func `a connection serves many requests`() throws {
    server.put("data/x", [1, 2, 3])
    let client = client()
    var made = 0
    for _ in 0..<20 { made += try client.send(request()).newConnections }
    #expect(made == 1 && server.connectionCount == 1)
    // An answer that tells of a failure does not cost the connection either.
    for _ in 0..<5 { made += try client.send(request(.get, "data/missing")).newConnections }
    #expect(made == 1 && server.connectionCount == 1)
  }

  @Test func `an answer that is longer than allowed is an error`() throws {
    server.put("data/x", [UInt8](repeating: 1, count: 100_001))
    let error = failure { () throws(HTTPError) in _ = try client().collect(request(), upTo: 100_000) }
    #expect(error?.kind == .tooLarge)
    #expect(error?.isPassing == false)
    var buffer = [UInt8](repeating: 0, count: 100_000)
    var span = buffer.mutableSpan
    #expect(throws: HTTPError.self) { _ = try client().send(request(), body: Span(), into: &span) }
  }

  @Test func `what a server says about a failure does not get into the caller's buffer`() throws {
    server.go { _, _ in .status(500, body: Array("the disk burns\nmore".utf8)) }
    var buffer = [UInt8](repeating: 7, count: 100)
    var span = buffer.mutableSpan
    let response = try client().send(request(), body: Span(), into: &span)
    #expect(response.statusText == "500 Internal Server Error, the disk burns")
    #expect(buffer.allSatisfy { $0 == 7 })
  }

  @Test func `a failure with an endless text ends`() throws {
    server.go { _, _ in .status(500, body: [UInt8](repeating: 0x41, count: 5_000_000)) }
    let response = try client().send(request())
    #expect(response.status == 500 && response.complaint.count == 200)
  }

  @Test func `a part of a whole that came instead is cut out`() throws {
    let bytes = seededBytes(1, count: 500_000)
    server.go { _, _ in .status(200, body: bytes) }
    for range: Range<Int64> in [0..<10, 99_990..<100_500, 499_999..<500_000] {
      var request = request()
      request.part = range
      var buffer = [UInt8](repeating: 0, count: range.count)
      var span = buffer.mutableSpan
      let response = try client().send(request, body: Span(), into: &span)
      #expect(response.bodyCount == range.count)
      let isPart = buffer == Array(bytes[Int(range.lowerBound)..<Int(range.upperBound)])
      #expect(isPart)
    }
  }

  // MARK: What breaks

  @Test(arguments: [
    (HostileServer.Answer.nothing, HTTPError.Kind.connectionLost), (.cut(after: 10), .connectionLost),
    (.claiming(length: 1001), .connectionLost),
    (.raw(Array("SSH-2.0-OpenSSH_9.2\r\n".utf8)), .malformed), (.raw(Array("HTTP/1.1 999999 \r\n".utf8)), .malformed),
  ])
  func `broken answers are errors, worth another try`(_ example: (answer: HostileServer.Answer, kind: HTTPError.Kind)) {
    server.put("data/x", [UInt8](repeating: 1, count: 1000))
    server.go { _, _ in example.answer }
    let error = failure { () throws(HTTPError) in _ = try client().collect(request(), upTo: 10_000) }
    #expect(error?.isPassing == true, "\(String(describing: error))")
    if example.kind == .connectionLost { #expect(error?.kind == .connectionLost) }
  }

  @Test func `endless headers are refused`() {
    let line = "X-Header: \(String(repeating: "a", count: 1000))\r\n"
    let text = "HTTP/1.1 200 OK\r\n" + String(repeating: line, count: 200) + "\r\n"
    server.go { _, _ in .raw(Array(text.utf8)) }
    #expect(failure { () throws(HTTPError) in _ = try client().send(request()) }?.kind == .malformed)
  }

  @Test func `nobody there, nobody of that name`() throws {
    let port = try LoopbackPort.free()
    let nobody = HTTPRequest(.get, HTTPAddress(scheme: .http, host: "127.0.0.1", port: Int(port.number)))
    #expect(failure { () throws(HTTPError) in _ = try client().send(nobody) }?.kind == .cannotConnect)
    let unknown = HTTPRequest(.get, HTTPAddress(scheme: .http, host: "nobody.invalid"))
    #expect(failure { () throws(HTTPError) in _ = try client().send(unknown) }?.kind == .unknownHost)
  }

  @Test func `an answer that does not get on is given up, a slow one is not`() throws {
    server.put("data/x", [UInt8](repeating: 1, count: 40))
    let client = client { $0.stallTimeout = .seconds(4) }
    server.go { _, _ in .slowly(pieces: 6, seconds: 1) }
    #expect(try client.collect(request(), upTo: 100).body.count == 40)
    server.go { _, _ in .silence }
    let start = ContinuousClock.now
    let error = failure { () throws(HTTPError) in _ = try client.send(request()) }
    #expect(error?.kind == .stalled && error?.isPassing == true)
    #expect(ContinuousClock.now - start < .seconds(40))
  }

  @Test func `a password is in no error`() throws {
    var request = request()
    request.credentials = HTTPCredentials(user: Secret("somebody"), password: Secret("hunter2-xyz"))
    server.go { _, number in number % 2 == 0 ? .nothing : .status(401) }
    let response = try client().send(request)
    #expect(server.requests.first?.headers["authorization"] == "Basic c29tZWJvZHk6aHVudGVyMi14eXo=")
    let error = failure { () throws(HTTPError) in _ = try client().send(request) }
    for text in ["\(response)", "\(String(describing: error))", "\(request)"] {
      #expect(!text.contains("hunter2") && !text.contains("aHVudGVyMi14eXo"), "\(text)")
    }
  }

  @Test func `a redirect to another server does not take the password along`() throws {
    let other = try HostileServer()
    server.go { _, _ in .status(307, headers: ["Location": "http://127.0.0.1:\(other.port.number)/repository/data/x"]) }
    var request = request()
    request.credentials = HTTPCredentials(user: Secret("u"), password: Secret("p"))
    #expect(failure { () throws(HTTPError) in _ = try client().send(request) }?.kind == .redirected)
    #expect(other.requests.isEmpty)
  }

  @Test func `a redirect on the same server is followed with the body`() throws {
    server.go { request, _ in
      request.path.hasSuffix("/old") ? .status(308, headers: ["Location": "/repository/data/new"]) : nil
    }
    var nothing: [UInt8] = []
    var none = nothing.mutableSpan
    let response = try client().send(request(.post, "data/old"), body: [1, 2, 3].span, into: &none)
    #expect(response.status == 200 && server.objects["data/new"] == [1, 2, 3])
  }

  // MARK: The end

  @Test func `a signal frees a request that waits`() throws {
    server.go { _, _ in .silence }
    let cancellation = Cancellation()
    let client = client(cancellation)
    let waiting = try EngineThread.start(named: "signal") {
      pause(seconds: 0.3)
      cancellation.cancel(.interrupted)
    }
    let start = ContinuousClock.now
    let error = failure { () throws(HTTPError) in _ = try client.send(request()) }
    #expect(error?.kind == .cancelled)
    #expect(ContinuousClock.now - start < .seconds(20))
    waiting.join()
  }

  @Test func `after a signal only what finishes the work is sent`() throws {
    let cancellation = Cancellation()
    let client = client(cancellation)
    cancellation.cancel(.terminated)
    #expect(failure { () throws(HTTPError) in _ = try client.send(request()) }?.kind == .cancelled)
    var finishing = request(.delete)
    finishing.urgency = .finishing
    #expect(try client.send(finishing).status == 200)
  }

  @Test func `after a signal a server that hangs is not waited for`() throws {
    let cancellation = Cancellation()
    let client = client(cancellation) { $0.stallTimeoutInGrace = .milliseconds(500) }
    server.go { _, _ in .silence }
    cancellation.cancel(.interrupted)
    var finishing = request(.delete)
    finishing.urgency = .finishing
    let start = ContinuousClock.now
    for _ in 0..<3 { #expect(failure { () throws(HTTPError) in _ = try client.send(finishing) }?.kind == .cancelled) }
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  @Test func `limits hold for all connections together`() throws {
    server.put("data/x", [UInt8](repeating: 1, count: 300_000))
    let client = client {
      $0.downloadLimit = 400_000
      $0.uploadLimit = 400_000
    }
    let question = request()
    let upload = request(.post, "data/y")
    var start = ContinuousClock.now
    try runThreads(count: 3, named: "down") { _ in _ = try? client.collect(question, upTo: 300_000) }
    #expect(ContinuousClock.now - start > .seconds(1.8))
    start = .now
    var nothing: [UInt8] = []
    var none = nothing.mutableSpan
    _ = try client.send(upload, body: [UInt8](repeating: 1, count: 400_000).span, into: &none)
    #expect(ContinuousClock.now - start > .seconds(0.8))
  }
}
