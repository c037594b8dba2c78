package import CoffreCore
package import CoffreSystem

/// What a vendor's tool writes, believed only when the tool ended well and what it wrote begins and ends as it must: a
/// tool that dies half-way, or writes nothing and is content, makes no backup.
package final class ToolReader: ByteReader {
  /// What shows that the text is whole.
  package struct Marks: Sendable {
    /// Stands within the first 4 KiB.
    package var first: [UInt8]
    /// Stands within the last 4 KiB.
    package var last: [UInt8]

    package init(first: String, last: String) {
      self.first = Array(first.utf8)
      self.last = Array(last.utf8)
    }
  }

  private static let markRoom = 4096
  private let child: ChildProcess
  private let subject: PathBytes
  private let tool: String
  private let marks: Marks
  private let cancellation: Cancellation
  private let finish: ([UInt8]) throws(SourceError) -> Void
  private var head: [UInt8] = []
  private var tail: [UInt8] = []
  private var isAtEnd = false

  /// - Parameters:
  ///   - child: started with piped output and captured errors.
  ///   - subject: where the text lies in the snapshot.
  ///   - finish: told what the tool said beside, when it is done.
  package init(
    _ child: ChildProcess, tool: String, subject: PathBytes, marks: Marks, cancellation: Cancellation,
    finish: @escaping ([UInt8]) throws(SourceError) -> Void
  ) {
    self.child = child
    self.tool = tool
    self.subject = subject
    self.marks = marks
    self.cancellation = cancellation
    self.finish = finish
  }

  package var attributes: EntryAttributes? { nil }
  package func isUnchanged() throws(SourceError) -> Bool { true }

  package func read(into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int {
    guard !isAtEnd else { return 0 }
    let count: Int
    do throws(SystemError) {
      let child = child
      count = try cancellation.whenCancelled {
        child.endSoon()
      } during: { () throws(SystemError) in
        try child.read(into: &buffer)
      }
    } catch {
      throw SourceError(.notWhole, "read", subject, because: error.cause)
    }
    if cancellation.isCancelled { throw SourceError(.cancelled, "read", subject, because: "the run was cancelled") }
    keepMarks(buffer.span.extracting(0..<count))
    if count == 0 { try end() }
    return count
  }

  private func keepMarks(_ bytes: Span<UInt8>) {
    let missing = min(Self.markRoom - head.count, bytes.count)
    if missing > 0 { append(bytes.extracting(0..<missing), to: &head) }
    append(bytes.extracting(max(0, bytes.count - Self.markRoom)..<bytes.count), to: &tail)
    if tail.count > Self.markRoom { tail.removeFirst(tail.count - Self.markRoom) }
  }

  private func end() throws(SourceError) {
    isAtEnd = true
    let status: ChildProcess.ExitStatus
    do throws(SystemError) {
      let child = child
      // One that has closed its output need not come to an end.
      status = try cancellation.whenCancelled {
        child.endSoon()
      } during: { () throws(SystemError) in
        try child.wait()
      }
    } catch {
      throw SourceError(.notWhole, "wait for", Array(tool.utf8), because: error.cause)
    }
    if cancellation.isCancelled { throw SourceError(.cancelled, "read", subject, because: "the run was cancelled") }
    let errors = child.capturedErrors()
    guard status.isSuccess else {
      let words = lastLines(of: errors)
      throw SourceError(
        .notWhole, "read", subject,
        because: words.isEmpty ? "\(tool) \(status.message)" : "\(tool) \(status.message): \(words)",
        advice: "Run the command again; if it fails again, run '\(tool)' by hand and look at what it says.")
    }
    guard contains(head, marks.first), contains(tail, marks.last) else {
      throw SourceError(
        .notWhole, "read", subject,
        because: "\(tool) ended well, but what it wrote is no whole dump",
        advice: "Run '\(tool)' by hand and look at what it writes; another program may stand in its place.")
    }
    try finish(errors)
  }

  private func contains(_ text: [UInt8], _ mark: [UInt8]) -> Bool {
    guard text.count >= mark.count else { return false }
    return (0...(text.count - mark.count)).contains { text[$0...].starts(with: mark) }
  }
}

/// The last lines that a tool said, as a part of a sentence.
package func lastLines(of errors: [UInt8], limit: Int = 5) -> String {
  let lines = String(decoding: errors, as: UTF8.self).split(separator: "\n").map { visible(String($0)) }
  return lines.suffix(limit).joined(separator: "; ")
}
