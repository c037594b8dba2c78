import CoffreCore
import CoffreSystem
import Testing

@testable import CoffreSources

@Suite("What a vendor's tool writes", .timeLimit(.minutes(10)))
struct ToolReaderTests {
  private static let marks = ToolReader.Marks(first: "-- begin\n", last: "-- end\n")

  private struct Outcome {
    var text: [UInt8] = []
    var failure: SourceError?
    /// What the tool said beside; `nil` if nobody was told that it is done.
    var said: String?
  }

  /// Reads all that a script writes, in pieces of `room` bytes.
  private func read(_ script: String, room: Int = 1000, cancellation: Cancellation = Cancellation()) throws -> Outcome {
    let child = try ChildProcess.start(["sh", "-c", script], output: .piped, errors: .captured)
    var outcome = Outcome()
    var said: String?
    let reader = ToolReader(
      child, tool: "tool", subject: Array("/dump.sql".utf8), marks: Self.marks, cancellation: cancellation
    ) { bytes throws(SourceError) in said = displayed(bytes) }
    var buffer = [UInt8](repeating: 0, count: room)
    do throws(SourceError) {
      while true {
        var span = buffer.mutableSpan
        let count = try reader.read(into: &span)
        guard count > 0 else { break }
        outcome.text += buffer[..<count]
      }
    } catch {
      outcome.failure = error
    }
    outcome.said = said
    return outcome
  }

  @Test(arguments: [1, 7, 1000, 1 << 20])
  func `a whole text is believed, whatever the size of its pieces`(_ room: Int) throws {
    let outcome = try read(
      "echo '-- title'; echo '-- begin'; seq 3000; echo '-- end'; echo '-- rest'; echo careful >&2", room: room)
    #expect(outcome.failure == nil)
    #expect(outcome.said == "careful\n")
    let numbers = (1...3000).map { "\($0)\n" }.joined()
    #expect(displayed(outcome.text) == "-- title\n-- begin\n\(numbers)-- end\n-- rest\n")
  }

  @Test(
    arguments: [
      "true",  // nothing at all
      "echo '-- begin'; seq 3000",  // half
      "seq 3000; echo '-- end'",  // the other half
      "echo '-- begin'; echo '-- end'; seq 3000",  // goes on behind its end
      "seq 3000; echo '-- begin'; echo '-- end'",  // begins behind something else
      "printf -- '-- begin\\n-- end'",  // the last line is cut
    ])
  func `a tool that is content with half a text makes no backup`(_ script: String) throws {
    let outcome = try read(script)
    #expect(outcome.failure?.reason == .notWhole)
    #expect(outcome.failure?.cause.description.contains("no whole dump") == true)
    #expect(outcome.said == nil)
  }

  @Test
  func `a tool that fails is quoted, even if all its text is there`() throws {
    let outcome = try read("echo '-- begin'; echo '-- end'; echo one >&2; echo 'no such \u{1B}table' >&2; exit 1")
    #expect(outcome.failure?.reason == .notWhole)
    let cause = outcome.failure?.cause.description ?? ""
    #expect(cause.contains("status 1"))
    #expect(cause.contains("one; no such \\x1btable"))
    #expect(outcome.said == nil)
  }

  @Test
  func `a tool that is killed is a failure`() throws {
    let outcome = try read("echo '-- begin'; echo '-- end'; kill -9 $$")
    #expect(outcome.failure?.reason == .notWhole)
    #expect(outcome.failure?.cause.description.contains("signal 9") == true)
  }

  /// Endless text, no text at all, and a tool that closes its output and stays.
  @Test(arguments: ["yes", "sleep 60", "echo '-- begin'; echo '-- end'; exec >&-; exec 2>&-; sleep 60"])
  func `a cancelled run waits for no tool`(_ script: String) throws {
    let cancellation = Cancellation()
    let start = ContinuousClock.now
    let thread = try EngineThread.start(named: "canceller") {
      try? pause(for: .milliseconds(300), unless: Cancellation())
      cancellation.cancel(.interrupted)
    }
    let outcome = try read(script, cancellation: cancellation)
    thread.join()
    #expect(outcome.failure?.reason == .cancelled)
    #expect(outcome.said == nil)
    #expect(ContinuousClock.now - start < .seconds(30))
  }

  @Test
  func `a tool that nobody reads ends with its reader`() throws {
    let number: Int32
    do {
      let child = try ChildProcess.start(["sleep", "60"], output: .piped, errors: .captured)
      number = child.processID
      #expect(isProcessPresent(number))
      _ = ToolReader(
        child, tool: "tool", subject: [], marks: Self.marks, cancellation: Cancellation()
      ) { _ throws(SourceError) in }
    }
    #expect(!isProcessPresent(number))
  }

  @Test
  func `the last lines of many are quoted`() {
    let said = (1...20).map { "line \($0)" }.joined(separator: "\n")
    #expect(lastLines(of: Array(said.utf8)) == "line 16; line 17; line 18; line 19; line 20")
    #expect(lastLines(of: []) == "")
  }
}
