import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreSources

/// A server that does nothing is waited for no longer than is sensible.
@Suite("The server that proves a restore", .timeLimit(.minutes(10)))
struct PrivateServerTests {
  private let scratch: WorkFolder

  init() throws { scratch = try WorkFolder() }

  /// - Parameter script: what stands for `mariadbd`.
  private func start(_ script: String) throws -> PrivateServer {
    try writeRealFile("\(scratch.path)/mariadbd", "#!/bin/sh\n\(script)\n", mode: 0o755)
    let version = ToolVersion(major: 10, minor: 11, text: "10.11.1")
    return try PrivateServer(
      VendorTools(folder: scratch.path, version: version),
      on: FolderInTheMaking(Array("\(scratch.path)/data".utf8)).files, with: ServerSettings(""),
      cancellation: Cancellation())
  }

  private func expectEnd(_ word: String, _ body: () throws -> Void) throws {
    let error = #expect(throws: SourceError.self, performing: body)
    #expect(error?.cause.description.contains(word) == true, "\(String(describing: error))")
  }

  @Test func `one that never answers is ended`() throws {
    let server = try start("echo 'I am thinking' >&2\nexec sleep 1000")
    try expectEnd("has not answered after") { _ = try server.connect(within: .milliseconds(200)) }
    // It was waited for, so that nothing of it is left.
    #expect(throws: SourceError.self) { try server.stop(within: .seconds(60)) }
  }

  @Test func `one that does not stop is ended`() throws {
    let mark = "\(scratch.path)/hears-nothing"
    let server = try start("trap '' TERM\ntouch \(mark)\nwhile true; do sleep 0.1; done")
    // Asked before, it would go.
    while !realEntryExists(mark) { pause(seconds: 0.01) }
    try expectEnd("has not stopped after") { try server.stop(within: .milliseconds(200)) }
  }

  @Test func `one that ends at once is told of, with its words`() throws {
    let server = try start("echo '[ERROR] not today' >&2\nexit 7")
    try expectEnd("not today") { _ = try server.connect(within: .seconds(600)) }
  }
}
