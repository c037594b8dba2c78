import CoffreCore
import Testing

@testable import CoffreHTTP

@Suite("HTTP addresses")
struct HTTPAddressTests {
  @Test(arguments: [
    ("http://example.org", "http://example.org/"),
    ("https://Example.ORG:8000/a/b/", "https://example.org:8000/a/b/"),
    ("http://example.org:80/x", "http://example.org/x"),
    ("https://u:p@example.org/x", "https://example.org/x"),
    ("http://[::1]:8000/x/", "http://[::1]:8000/x/"),
    ("http://u%40b:p%3Aw@host/", "http://host/"),
    ("HTTP://host:/x", "http://host/x"),
  ])
  func `are read and shown without user and password`(_ example: (text: String, shown: String)) throws {
    let parsed = try #require(HTTPAddress.parse(example.text))
    #expect(parsed.address.description == example.shown)
  }

  @Test(arguments: [
    "", "example.org", "ftp://example.org/", "http://", "http:///path", "http://host:0/", "http://host:65536/",
    "http://host:8o/", "http://host/a?b", "http://host/a#b", "http://ho st/", "http://host/a\nb", "http://host/\u{7F}",
    "http://host/../x", "http://host/%2e%2E/x", "http://host/%zz", "http://host/%4", "http://::1/", "http://[::1/",
    "http://[::1]x/", "http://@/", "http+unix://relative:/x/", "http+unix:///:/x/", "http+unix:///socket:x",
  ])
  func `what is none is refused`(_ text: String) { #expect(HTTPAddress.parse(text) == nil) }

  @Test func `user and password are decoded`() throws {
    let parsed = try #require(HTTPAddress.parse("https://a%40b:c%3A%25d@e@host/"))
    #expect(parsed.user?.exposedBytes == Array("a@b".utf8))
    #expect(parsed.password?.exposedBytes == Array("c:%d@e".utf8))
    #expect(parsed.address.host == "host")
    let alone = try #require(HTTPAddress.parse("https://a@host/"))
    #expect(alone.user?.exposedBytes == Array("a".utf8) && alone.password == nil)
  }

  @Test func `a socket has a path of its own`() throws {
    let parsed = try #require(HTTPAddress.parse("http+unix:///run/rest.sock:/a/b/"))
    #expect(parsed.address.socketPath == Array("/run/rest.sock".utf8))
    #expect(parsed.address.path == "/a/b/")
    #expect(try #require(HTTPAddress.parse("http+unix:///run/rest.sock")).address.path == "/")
  }

  @Test(arguments: [
    ("http://a/", "http://a/x", true), ("http://a/", "http://b/", false), ("http://a/", "http://a:8080/", false),
    ("https://a/", "http://a/", false), ("http://a/", "https://a/", true), ("http://a:8080/", "https://a/", false),
    ("https://a:1/", "https://a:1/", true),
  ])
  func `credentials go to the same server only`(_ example: (from: String, to: String, isTrusted: Bool)) throws {
    let from = try #require(HTTPAddress.parse(example.from)).address
    #expect(from.trusts(try #require(HTTPAddress.parse(example.to)).address) == example.isTrusted)
  }

  @Test(
    arguments: [
      ("bytes 0-99/1234", 0, 99, 1234), ("bytes 5-5/6", 5, 5, 6), ("bytes 0-1/*", 0, 1, nil),
    ] as [(String, Int64, Int64, Int64?)])
  func `ranges are read`(_ text: String, _ first: Int64, _ last: Int64, _ size: Int64?) throws {
    let range = try #require(ContentRange(text))
    #expect(range.first == first && range.last == last && range.size == size)
  }

  @Test(arguments: [
    "", "bytes */10", "bytes 9-3/4", "bytes 0--1/0", "bytes 0-9/5", "items 0-1/2", "bytes 0-1", "bytes -1-2/3",
    "bytes 1-2/3/4", "bytes 99999999999999999999-1/2",
  ])
  func `ranges that contradict themselves are none`(_ text: String) { #expect(ContentRange(text) == nil) }
}

@Suite("HTTP redirects")
struct HTTPRedirectTests {
  private func decide(
    _ status: Int, _ location: String?, _ method: HTTPRequest.Method = .get, from: String = "http://a/r/config",
    withPassword: Bool = true, after count: Int = 0
  ) throws -> HTTPRedirect.Decision {
    var request = HTTPRequest(method, try #require(HTTPAddress.parse(from)).address)
    if withPassword { request.credentials = HTTPCredentials(user: Secret("u"), password: Secret("p")) }
    let response = HTTPResponse(status: status, headers: location.map { ["location": $0] } ?? [:])
    return HTTPRedirect.decide(on: response, to: request, after: count)
  }

  private func isRefused(_ decision: HTTPRedirect.Decision) -> Bool {
    if case .refuse = decision { true } else { false }
  }

  @Test(arguments: [200, 206, 304, 400, 404, 500])
  func `other answers are the answer`(_ status: Int) throws { #expect(try decide(status, "http://a/x") == .none) }

  @Test func `on the same server it is followed`() throws {
    for status in [301, 302, 307, 308] {
      guard case .follow(let address) = try decide(status, "/other/config?a=b") else {
        Issue.record("\(status) is not followed")
        continue
      }
      #expect(address.description == "http://a/other/config?a=b")
    }
  }

  @Test func `with a password it leads to no other server, nor out of encryption`() throws {
    for place in ["http://b/x", "http://a:8080/x", "//b/x", "https://a:444/x"] {
      #expect(isRefused(try decide(307, place)), "\(place)")
    }
    #expect(isRefused(try decide(307, "http://a/x", from: "https://a/r/")))
    #expect(isRefused(try decide(307, "http://b/x", from: "https://a/r/", withPassword: false)))
    #expect(!isRefused(try decide(307, "http://b/x", withPassword: false)))
    #expect(!isRefused(try decide(307, "https://a/x")))
  }

  @Test func `it brings no other password, no socket and no nonsense`() throws {
    for place in ["http://x:y@a/x", "http+unix:///run/docker.sock:/x", "ftp://a/x", "http://a:99999/", "x y"] {
      #expect(isRefused(try decide(307, place, withPassword: false)), "\(place)")
    }
  }

  @Test func `what saves or removes is never turned into a question`() throws {
    for status in [301, 302, 303] { #expect(isRefused(try decide(status, "/x", .post))) }
    #expect(isRefused(try decide(303, "/x", .get)))
    #expect(!isRefused(try decide(308, "/x", .delete)))
  }

  @Test func `it ends`() throws {
    #expect(!isRefused(try decide(307, "/x", after: 4)))
    #expect(isRefused(try decide(307, "/x", after: 5)))
  }
}
