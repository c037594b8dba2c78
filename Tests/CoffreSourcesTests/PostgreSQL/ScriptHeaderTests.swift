import CoffreCore
import CoffreSystem
import Testing

@testable import CoffreSources

@Suite("Headers of pg_dump's scripts")
struct ScriptHeaderTests {
  /// As pg_dump 17 writes it.
  private static let header = """
    --
    -- PostgreSQL database dump
    --

    \\restrict key

    -- Dumped from database version 15.18
    -- Dumped by pg_dump version 17.9

    SET statement_timeout = 0;
    SET lock_timeout = 0;
    SET idle_in_transaction_session_timeout = 0;
    SET transaction_timeout = 0;
    SET client_encoding = 'UTF8';
    SELECT pg_catalog.set_config('search_path', '', false);
    SET row_security = off;


    """
  private static let body = "CREATE FUNCTION f() RETURNS void AS '\nSET transaction_timeout = 0;\n' LANGUAGE sql;\n"

  private func filtered(_ text: String, tool: Int, server: Int, room: Int) throws -> String {
    let reader = ScriptHeader.filtered(TextReader(text), tool: tool, server: server)
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: room)
    while true {
      var span = buffer.mutableSpan
      let count = try reader.read(into: &span)
      guard count > 0 else { return displayed(result) }
      result += buffer[..<count]
    }
  }

  @Test(arguments: [1, 100, 1 << 20])
  func `a setting that an older server does not know is left out of the header alone`(_ room: Int) throws {
    let long = String(repeating: "-- a comment\n", count: 1000)
    for rest in [Self.body, Self.body + long, ""] {
      let text = Self.header + rest
      let wanted = Self.header.split(separator: "SET transaction_timeout = 0;\n").joined() + rest
      #expect(try filtered(text, tool: 17, server: 15, room: room) == wanted)
      #expect(try filtered(text, tool: 17, server: 17, room: room) == text)
      #expect(try filtered(text, tool: 16, server: 15, room: room) == text)
    }
  }

  @Test func `a script of settings alone stays`() throws {
    for text in ["", "\n", "SET transaction_timeout = 0;", "SET transaction_timeout = 0"] {
      #expect(try filtered(text, tool: 18, server: 13, room: 10) == text)
    }
  }
}
