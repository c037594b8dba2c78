import CoffreCore
import CoffreStores
import CoffreSystem
import CoffreTestKit
import Testing

/// Against the real `rclone serve restic`.
@Suite("REST store against rclone", .timeLimit(.minutes(10)))
struct RESTServerTests {
  private let key = StoreKey("data/ob/object")

  private func failure(_ server: RestServer, _ change: (inout StoreContext) -> Void = { _ in }) -> StoreError? {
    do {
      let store = try server.makeStore("repository", change)
      _ = try store.objects(in: StoreKey("snapshots"))
      return nil
    } catch {
      return error as? StoreError
    }
  }

  @Test func `a wrong password is refused, with advice and without the password`() throws {
    let server = try RestServer()
    let error = try #require(
      failure(server) {
        $0.environment = { ["COFFRE_REST_USERNAME": "tester", "COFFRE_REST_PASSWORD": "nonsense-77"][$0] }
      })
    #expect(error.reason == .refused && error.exitCode == .destinationUnreachable)
    #expect(error.explanation.advice?.contains("password") == true)
    #expect(!"\(error)".contains("nonsense-77"))
    let anonymous = try #require(failure(server) { $0.environment = { _ in nil } })
    #expect(anonymous.explanation.advice?.contains("COFFRE_REST_USERNAME") == true)
  }

  @Test func `a certificate that nobody signed is refused unless it is named`() throws {
    let folder = try WorkFolder()
    var options = RestServer.Options()
    options.certificate = try TestCertificate(in: folder.path)
    let server = try RestServer(options)
    #expect(failure(server) == nil)
    let error = try #require(failure(server) { $0.connection.authorities = nil })
    #expect(error.reason == .refused && error.exitCode == .destinationUnreachable && !error.isWorthRetrying)
    #expect(error.explanation.advice?.contains("--cacert") == true)
    let other = try TestCertificate(in: folder.path, named: "other")
    #expect(failure(server) { $0.connection.authorities = Array(other.certificate.utf8) }?.reason == .refused)
    #expect(failure(server) { $0.connection.authorities = Array(options.certificate?.key.utf8 ?? "".utf8) } != nil)
    let insecure = failure(server) {
      $0.connection.authorities = nil
      $0.connection.acceptsAnyCertificate = true
    }
    #expect(insecure == nil)
  }

  @Test func `a server that wants a certificate gets it`() throws {
    let folder = try WorkFolder()
    let client = try TestCertificate(in: folder.path, named: "client")
    var options = RestServer.Options()
    options.certificate = try TestCertificate(in: folder.path)
    options.clientAuthority = client.certificate
    let server = try RestServer(options)
    #expect(failure(server) != nil)
    #expect(failure(server) { $0.connection.clientCertificate = Array(client.both.utf8) } == nil)
    let broken = failure(server) { $0.connection.clientCertificate = Array(client.certificate.utf8) }
    #expect(broken?.reason == .refused)
  }

  @Test func `plain words to an encrypted port, and the other way round`() throws {
    let folder = try WorkFolder()
    var options = RestServer.Options()
    options.certificate = try TestCertificate(in: folder.path)
    let encrypted = try RestServer(options)
    let plain = try RestServer()
    for (location, word) in [
      ("rest:http://127.0.0.1:\(encrypted.port.number)/r/", "http"),
      ("rest:https://127.0.0.1:\(plain.port.number)/r/", "TLS"),
    ] {
      var context = StoreContext { _ in nil }
      context.pace = .none
      let driver = try #require(Builtins.driver(for: Array(location.utf8)))
      let error = #expect(throws: StoreError.self) { _ = try driver.create(Array(location.utf8), context) }
      #expect(error?.explanation.advice?.contains(word) == true, "\(String(describing: error))")
    }
  }

  @Test func `a server that only adds takes backups and lets locks go`() throws {
    var options = RestServer.Options()
    options.appendOnly = true
    let server = try RestServer(options)
    let store = try server.makeStore()
    try store.save([1, 2, 3].span, at: key)
    try store.save([1, 2, 3].span, at: key)
    try store.save([9].span, at: StoreKey("locks/l"))
    try store.remove(StoreKey("locks/l"))
    let error = #expect(throws: StoreError.self) { try store.remove(key) }
    #expect(error?.reason == .refused && error?.explanation.advice?.contains("additions") == true)
    #expect(try store.load(key, expectedSize: 3) == [1, 2, 3])
  }

  @Test func `an upload that is cut off leaves nothing under its name`() throws {
    let server = try RestServer()
    let cancellation = Cancellation()
    let store = try server.makeStore("repository") {
      $0.connection.uploadLimit = 1 << 20
      $0.cancellation = cancellation
      $0.connection.stallTimeout = .seconds(5)
    }
    let bytes = seededBytes(1, count: 40 << 20)
    // Eleven seconds after the signal, at the latest, it is cut.
    cancellation.cancel(.interrupted)
    let start = ContinuousClock.now
    #expect(throws: StoreError.self) { try store.save(bytes.span, at: key) }
    #expect(ContinuousClock.now - start < .seconds(30))
    let after = try server.makeStore()
    // The server clears away what was cut off once it notices, which takes it long where much else runs.
    for _ in 0..<600 where try !after.objects(in: .all).isEmpty { pause(seconds: 0.1) }
    #expect(try after.objects(in: .all).isEmpty)
  }

  @Test func `a server that comes back is found again`() throws {
    let server = try RestServer()
    let store = try server.makeStore("repository") { $0.pace = RetryPace() }
    try store.save([1, 2, 3].span, at: key)
    server.kill()
    let answer = Monitor<[UInt8]?>(nil)
    let thread = try EngineThread.start(named: "ask") {
      let bytes = try? store.load(StoreKey("data/ob/object"), expectedSize: 3)
      answer.withLock { $0 = bytes }
    }
    pause(seconds: 2)
    #expect(answer.withLock { $0 } == nil)
    try server.start()
    thread.join()
    #expect(answer.withLock { $0 } == [1, 2, 3])
  }
}
