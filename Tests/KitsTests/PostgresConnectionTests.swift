import CoffreCore
import Glibc
import PostgresKit
import Testing

@testable import CoffreTestKit

/// What needs no server; everything else is tested where databases are backed up.
@Suite("PostgreSQL sessions")
struct PostgresConnectionTests {
  private let nowhere = [
    (keyword: "host", value: "/nowhere/at/all"), (keyword: "port", value: "5499"), (keyword: "user", value: "nobody"),
    (keyword: "password", value: "sesame-open"), (keyword: "dbname", value: "nothing"),
  ]

  private func failure(
    _ settings: [(keyword: String, value: String)], timeout: Duration = .seconds(20),
    cancellation: Cancellation = Cancellation()
  ) throws -> PostgresError {
    let error = #expect(throws: PostgresError.self) {
      _ = try PostgresConnection(settings, timeout: timeout, cancellation: cancellation)
    }
    return try #require(error)
  }

  @Test func `a server that is not there is named, the password is not`() throws {
    let error = try failure(nowhere)
    #expect(error.reason == .unreachable)
    #expect(error.text.contains("/nowhere/at/all/.s.PGSQL.5499"))
    #expect(!"\(error) \(error.message)".contains("sesame"))
    #expect(!error.isPasswordMissing)
  }

  @Test func `an unknown setting is refused in the library's words`() throws {
    let error = try failure([(keyword: "colour", value: "blue")])
    #expect(error.reason == .unreachable)
    #expect(error.text.contains("colour"))
  }

  @Test func `a cancelled run asks nobody`() throws {
    let cancellation = Cancellation()
    cancellation.cancel(.interrupted)
    #expect(try failure(nowhere, cancellation: cancellation).reason == .cancelled)
  }

  @Test func `a server that never answers is given up in time`() throws {
    let (descriptor, port) = try LoopbackPort.listen(on: 0)
    defer { close(descriptor) }
    let settings = [
      (keyword: "host", value: "127.0.0.1"), (keyword: "port", value: String(port.number)),
      (keyword: "user", value: "nobody"),
    ]
    let error = try failure(settings, timeout: .milliseconds(300))
    #expect(error.reason == .unreachable)
    #expect(error.message == "the server does not answer in time")
  }
}
