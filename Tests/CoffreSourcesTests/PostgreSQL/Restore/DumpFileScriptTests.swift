import CoffreCore
import CoffreSystem
import Testing

@testable import CoffreSources

/// Rows between the statements of a dump, however its bytes come.
@Suite("Scripts in PostgreSQL's dump files")
struct DumpFileScriptTests {
  /// Some bytes at a time, as a pipe gives them.
  private final class Pieces: ByteReader {
    private var rest: ArraySlice<UInt8>
    private let size: Int

    init(_ text: String, of size: Int) {
      rest = Array(text.utf8)[...]
      self.size = size
    }

    var attributes: EntryAttributes? { nil }
    func isUnchanged() throws(SourceError) -> Bool { true }

    func read(into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int {
      let piece = rest.prefix(min(size, buffer.count))
      copy(piece.span, into: &buffer)
      rest = rest.dropFirst(piece.count)
      return piece.count
    }
  }

  private func statement(_ script: DumpFileScript) throws -> String? {
    guard case .statement(let statement) = try script.next() else { return nil }
    return String(decoding: statement.bytes, as: UTF8.self)
  }

  @Test(arguments: [1, 2, 7, 1000, 1 << 20])
  func `rows are those between the statement and its end`(_ size: Int) throws {
    // An end of a line in each place of a piece, and rows that are longer than many pieces.
    let rows =
      (0..<40).map { String(repeating: "x", count: $0) } + [#"\\."#, #"a\."#, String(repeating: "y", count: 5000), ""]
    let text = "COPY t (a) FROM stdin;\n" + rows.map { $0 + "\n" }.joined() + "\\.\n\nSELECT 1;\n"
    var sent: [UInt8] = []
    let script = DumpFileScript(Pieces(text, of: size), named: Array("f".utf8)) { _ in }
    #expect(try statement(script)?.hasPrefix("COPY t (a) FROM stdin") == true)
    let count = try script.rows { (bytes: Span<UInt8>) throws(SourceError) in append(bytes, to: &sent) }
    #expect(count == rows.count)
    #expect(String(decoding: sent, as: UTF8.self) == rows.map { $0 + "\n" }.joined())
    #expect(try statement(script)?.contains("SELECT 1") == true)
  }

  @Test func `rows without their end are a file that was cut`() throws {
    let script = DumpFileScript(Pieces("COPY t FROM stdin;\n1\n2\n", of: 3), named: Array("f".utf8)) { _ in }
    _ = try script.next()
    let error = #expect(throws: SourceError.self) { try script.rows { _ in } }
    #expect(error?.explanation.cause?.description.contains("ends among the rows") == true)
  }
}
