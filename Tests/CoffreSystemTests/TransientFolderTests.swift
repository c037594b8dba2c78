import CoffreCore
import CoffreSystem
import Testing

@Suite("Transient folders", .timeLimit(.minutes(10)))
struct TransientFolderTests {
  private func names(_ folder: TemporaryFolder) throws -> [PathBytes] {
    try FileDescriptor.openDirectory(path: folder.path).entryNames()
  }

  @Test func `only this user may enter, and nothing stays`() throws {
    let parent = try TemporaryFolder()
    do {
      let folder = try TransientFolder(in: parent.path)
      try writeFileAtomically("secret".bytes, joined(folder.path, "a".bytes))
      #expect(try FileDescriptor.openDirectory(path: folder.path).attributes().permissions == 0o700)
      #expect(try names(parent).count == 1)
    }
    #expect(try names(parent) == [])
  }

  /// What a thread still holds goes too: nobody waits for it at the end.
  @Test func `the end of the process removes what somebody still holds`() async throws {
    let result = await #expect(processExitsWith: .exitCode(3), observing: [\.standardOutputContent]) {
      let folder = try TransientFolder()
      try writeFileAtomically("secret".bytes, joined(folder.path, "a".bytes))
      _ = try EngineThread.start(named: "holds") { pauseForever(holding: folder) }
      try StandardStream.output.write("<\(displayed(folder.path))>")
      ThisProcess.end(with: 3)
    }
    let said = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self).split(separator: "<")
    let path = try #require(said.last?.split(separator: ">").first, "\(said)")
    #expect(path.contains("/coffre-"))
    let error = failure { () throws(SystemError) in _ = try FileDescriptor.openDirectory(path: String(path).bytes) }
    #expect(error?.isNotFound == true)
  }
}

private func pauseForever(holding folder: TransientFolder) {
  try? pause(for: .seconds(600), unless: Cancellation())
  _ = folder.path
}
