import CoffreCore
import CoffreHTTP
import Testing

@testable import CoffreStores

@Suite("REST locations")
struct RESTLocationTests {
  private func location(_ text: String) throws -> RESTStore.Location { try RESTStore.Location(Array(text.utf8)) }

  @Test(arguments: [
    ("rest:http://host/a/", "rest:http://host/a/"), ("rest:https://host:8000/a", "rest:https://host:8000/a/"),
    ("rest:http://host", "rest:http://host/"), ("rest:http://u:secret@host/a/", "rest:http://u:***@host/a/"),
    ("rest:http://u@host/a/", "rest:http://u@host/a/"), ("rest:https://host:443/", "rest:https://host/"),
    ("rest:http+unix:///run/a.sock:/x", "rest:http+unix:///run/a.sock:/x/"),
  ])
  func `are shown without password`(_ example: (text: String, shown: String)) throws {
    #expect(try location(example.text).shown == example.shown)
    #expect(Builtins.driver(for: Array(example.text.utf8))?.shown(Array(example.text.utf8)) == example.shown)
  }

  @Test(arguments: ["rest:", "rest:host", "rest:/a/b", "rest:ftp://u:secret@h/", "rest:http://u:secret@h:99999/"])
  func `what is none is refused, and not repeated`(_ text: String) throws {
    let error = #expect(throws: StoreError.self) { try location(text) }
    #expect(error?.reason == .refused && error?.isWorthRetrying == false)
    #expect(!"\(String(describing: error))".contains("secret"))
    #expect(Builtins.driver(for: Array(text.utf8))?.shown(Array(text.utf8)) == nil)
  }

  @Test func `which part of a location is a password`() {
    for (text, shown) in [
      ("s3:https://key:secret@host/bucket", "s3:https://key:***@host/bucket"), ("/srv/a@b:c", "/srv/a@b:c"),
      ("sftp:user@host:/srv", "sftp:user@host:/srv"), ("x://u:p@q@host/", "x://u:***@host/"), ("plain", "plain"),
    ] { #expect(withoutPassword(Array(text.utf8)) == shown) }
    let driver = RESTStore.driver
    #expect(driver.holdsPassword(Array("rest:http://u:p@h/".utf8)))
    #expect(!driver.holdsPassword(Array("rest:http://u@h/".utf8)))
  }

  private func credentials(_ text: String, _ variables: [String: String]) throws -> String {
    let settings = RESTStore.Settings(try location(text), StoreContext { variables[$0] })
    guard let credentials = settings.credentials else { return "none" }
    return displayed(credentials.user.exposedBytes) + ":" + displayed(credentials.password.exposedBytes)
  }

  @Test func `user and password come from the location, then from the environment`() throws {
    let restic = ["RESTIC_REST_USERNAME": "ru", "RESTIC_REST_PASSWORD": "rp"]
    let both = restic.merging(["COFFRE_REST_USERNAME": "cu", "COFFRE_REST_PASSWORD": "cp"]) { _, new in new }
    #expect(try credentials("rest:http://h/", [:]) == "none")
    #expect(try credentials("rest:http://h/", restic) == "ru:rp")
    #expect(try credentials("rest:http://h/", both) == "cu:cp")
    #expect(try credentials("rest:http://lu@h/", both) == "lu:cp")
    #expect(try credentials("rest:http://lu:lp@h/", both) == "lu:lp")
    #expect(try credentials("rest:http://h/", ["COFFRE_REST_USERNAME": "", "RESTIC_REST_USERNAME": "ru"]) == "ru:")
  }

  @Test func `keys have their places in URLs`() {
    #expect(RESTStore.Place(StoreKey("config")).path == "config")
    #expect(RESTStore.Place(StoreKey("data/ab/abcd")).path == "data/abcd")
    #expect(RESTStore.Place(StoreKey("locks/a b%c")).path == "locks/a%20b%25c")
    for key in ["data/ab/cdef", "data/abcd", "keys", "keys/a/b", "other/x", "config/x", "", "data/ab/abcd/e"] {
      #expect(RESTStore.Place(StoreKey(key)).path == nil, "\(key)")
    }
  }

  @Test func `hostile names become no keys`() {
    for kind in RESTStore.Kind.allCases {
      for name in ["", ".", "..", "a/b", "../../etc/passwd", "/", "\0"] { #expect(kind.key(named: name) == nil) }
    }
    for name in ["a", "..abc", ".a", "é", "ééé"] { #expect(RESTStore.Kind.data.key(named: name) == nil, "\(name)") }
  }
}
