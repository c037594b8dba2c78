import CoffreCore
import Testing

@testable import PostgresKit

@Suite("Why a PostgreSQL server refuses a connection")
struct RefusalTests {
  @Test
  func `the code is taken out of the text, and the place in the server's sources with it`() {
    let refusal = Refusal(
      "connection to server at \"db\" (10.0.0.1), port 5432 failed: FATAL:  53300: sorry, too many clients already\n"
        + "LOCATION:  InitProcess, proc.c:353")
    #expect(refusal.state == "53300")
    #expect(
      refusal.text
        == "connection to server at \"db\" (10.0.0.1), port 5432 failed: FATAL:  sorry, too many clients already")
  }

  /// The word for how bad it is comes in the server's language.
  @Test
  func `the last of several answers counts`() {
    let refusal = Refusal(
      "failed: SCHWERWIEGEND:  28000: kein Eintrag\nLOCATION:  a, b.c:1\nfailed: FATAL:  3D000: no \"x\"\nLOCATION:  c")
    #expect(refusal.state == "3D000")
    #expect(refusal.text == "failed: SCHWERWIEGEND:  kein Eintrag\nfailed: FATAL:  no \"x\"")
  }

  /// As libpq 15 wrote it of a host with two addresses, and of a server that was killed.
  @Test(
    arguments: [
      (
        "connection to server at \"localhost\" (::1), port 5499 failed: Connection refused\n"
          + "\tIs the server running on that host and accepting TCP/IP connections?\n"
          + "connection to server at \"localhost\" (127.0.0.1), port 5499 failed: Connection refused\n"
          + "\tIs the server running on that host and accepting TCP/IP connections?",
        "connection to server at \"localhost\" (::1), port 5499 failed: Connection refused "
          + "(Is the server running on that host and accepting TCP/IP connections?); "
          + "connection to server at \"localhost\" (127.0.0.1), port 5499 failed: Connection refused "
          + "(Is the server running on that host and accepting TCP/IP connections?)"
      ),
      (
        "server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally\n"
          + "\tbefore or while processing the request.",
        "server closed the connection unexpectedly (This probably means the server terminated abnormally "
          + "before or while processing the request.)"
      ), ("one\r\ntwo\n\n", "one; two"), ("\tone", "one"), ("", ""),
    ])
  func `what comes in several lines is read in one`(_ text: String, _ line: String) {
    #expect(PostgresError(.unreachable, text).message.description == line)
    let error = PostgresError(.refused, "no", detail: text, hint: text)
    #expect(error.message.description == (text.isEmpty ? "no" : "no (\(line))"))
    #expect(error.advice?.description ?? "" == line)
  }

  @Test(
    arguments: [
      "", "a", "could not translate host name \"a\" to address: Name or service not known",
      "connection to server on socket \"/a/.s.PGSQL.5432\" failed: No such file or directory\n\tIs the server running?",
      "FATAL:  5330: four", "FATAL:  533000: six", "FATAL:  53a00: small letters", "FATAL: 53300: one blank",
    ])
  func `where no server says a code there is none`(_ message: String) {
    let refusal = Refusal(message)
    #expect(refusal.state.isEmpty)
    #expect(refusal.text == message)
  }
}
