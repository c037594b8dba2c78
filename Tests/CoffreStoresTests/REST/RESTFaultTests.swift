import CoffreCore
import CoffreStores
import CoffreTestKit
import Testing

/// Servers that break off, lie and refuse.
@Suite("REST store against a hostile server", .timeLimit(.minutes(10)))
struct RESTFaultTests {
  private let server: HostileServer
  private let store: any Store
  private let key = StoreKey("data/ob/object")
  private let bytes = seededBytes(3, count: 10_000)

  init() throws {
    server = try HostileServer()
    store = try server.makeStore()
    server.forgetRequests()
  }

  private func loading(_ range: Range<Int64>? = nil) -> StoreError? {
    failure { () throws(StoreError) in _ = try store.load(key, range: range, expectedSize: range?.count ?? 10_000) }
  }

  private func saving() -> StoreError? { failure { () throws(StoreError) in try store.save(bytes.span, at: key) } }

  private func listing(_ prefix: String = "data") -> StoreError? {
    failure { () throws(StoreError) in _ = try store.objects(in: StoreKey(prefix)) }
  }

  private var holdsObjectOnly: Bool { server.objects == ["data/object": bytes] }

  private var posts: Int { server.requests.count { $0.method == "POST" } }

  // MARK: Statuses

  @Test(
    arguments: [
      (401, .refused, .destinationUnreachable), (403, .refused, .destinationUnreachable), (404, .notFound, .failed),
      (416, .truncated, .failed), (507, .noSpace, .noSpace), (500, .unreachable, .destinationUnreachable),
      (503, .unreachable, .destinationUnreachable), (429, .unreachable, .destinationUnreachable),
      (405, .refused, .destinationUnreachable),
    ] as [(Int, StoreError.Reason, ExitCode)])
  func `each status has its reason`(_ status: Int, _ reason: StoreError.Reason, _ code: ExitCode) throws {
    server.go { _, _ in .status(status) }
    let error = try #require(loading())
    #expect(error.reason == reason && error.exitCode == code)
    #expect(error.cause.contains("\(status)"))
    #expect(saving()?.reason == (status == 404 ? .notFound : reason))
    #expect(server.requests.count { $0.method == "GET" } == 1)
  }

  @Test(arguments: [401, 403, 404, 416, 507])
  func `what is refused is not asked again`(_ status: Int) throws {
    let patient = try server.makeStore { $0.pace = .hurried }
    server.go { _, _ in .status(status) }
    #expect(throws: StoreError.self) { _ = try patient.load(key, expectedSize: 10) }
    #expect(server.requests.count == 1)
  }

  @Test func `a server that is ill for a while is asked until it is well`() throws {
    let patient = try server.makeStore { $0.pace = .hurried }
    server.go { _, number in number <= 4 ? .status(500 + number % 2 * 3) : nil }
    try patient.save(bytes.span, at: key)
    #expect(holdsObjectOnly)
    server.go { _, number in number <= 4 ? .nothing : nil }
    let isSame = try patient.load(key, expectedSize: 10_000) == bytes
    #expect(isSame)
    server.go { _, number in number <= 4 ? .cut(after: 20) : nil }
    #expect(try patient.objects(in: StoreKey("data")).map(\.key) == [key])
  }

  @Test func `advice says what to do`() throws {
    server.go { _, _ in .status(401) }
    #expect(try #require(loading()).explanation.advice?.contains("COFFRE_REST_USERNAME") == true)
    server.go { _, _ in .status(403) }
    let removal = failure { () throws(StoreError) in try store.remove(key) }
    #expect(removal?.explanation.advice?.contains("additions") == true)
    #expect(removal?.exitCode == .destinationUnreachable)
    server.go { _, _ in .status(507) }
    #expect(try #require(saving()).explanation.advice?.contains("space on the server") == true)
  }

  // MARK: Loading

  @Test(arguments: [
    HostileServer.Answer.cut(after: 0), .cut(after: 9999), .nothing, .claiming(length: 10_001),
    .raw(Array("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n".utf8)),
  ])
  func `an answer that breaks off is worth another try`(_ answer: HostileServer.Answer) {
    server.put("data/object", bytes)
    server.go { _, _ in answer }
    #expect(loading()?.reason == .unreachable)
    #expect(loading(0..<10_000)?.reason == .unreachable)
  }

  @Test func `a range that comes short is told from an object that is short`() {
    server.put("data/object", bytes)
    #expect(loading(9_000..<10_001)?.reason == .truncated)
    func part(_ range: String, _ count: Int) -> HostileServer.Answer {
      .status(206, headers: ["Content-Range": range], body: [UInt8](repeating: 0, count: count))
    }
    for (answer, reason) in [
      (part("bytes 0-49/10000", 50), .failed), (part("bytes 100-199/10000", 100), .failed),
      (part("bytes 0-49/50", 50), .truncated), (part("nonsense", 50), .truncated),
      (part("bytes 0-199/10000", 200), .failed),
      (.status(206, body: []), .truncated), (.status(204), .truncated),
    ] as [(HostileServer.Answer, StoreError.Reason)] {
      server.go { _, _ in answer }
      #expect(loading(0..<100)?.reason == reason, "\(answer)")
    }
  }

  @Test func `a part that comes instead of the whole is a lie`() {
    server.go { _, _ in
      .status(206, headers: ["Content-Range": "bytes 0-9/10000"], body: [UInt8](repeating: 0, count: 10))
    }
    #expect(loading()?.reason == .failed)
  }

  @Test func `an object larger than it should be ends early`() {
    server.put("data/object", [UInt8](repeating: 1, count: 30_000_000))
    #expect(loading()?.reason == .truncated)
  }

  // MARK: Lists

  @Test(arguments: [
    "", "null", "{}", "<html><body>Welcome</body></html>", #"[{"name":"ab","size":-1}]"#, #"[{"name":"ab""#,
  ])
  func `a list that cannot be read is an error`(_ text: String) {
    server.go { _, _ in .status(200, body: Array(text.utf8)) }
    #expect(listing()?.reason == .failed)
  }

  @Test func `a list that broke off is an error`() {
    server.put("data/object", bytes)
    server.go { _, _ in .cut(after: 5) }
    #expect(listing()?.reason == .unreachable)
  }

  @Test func `names that lead elsewhere are passed over, and no object comes twice`() throws {
    let names = ["../../config", "..", "", "a", "object", "object", "a/b"]
    let list = "[" + names.map { #"{"name":"\#($0)","size":1}"# }.joined(separator: ",") + "]"
    server.go { _, _ in .status(200, body: Array(list.utf8)) }
    #expect(try store.objects(in: StoreKey("data")) == [StoredObject(key: key, sizeInBytes: 1)])
  }

  @Test func `a list that is not found is empty only where a repository is`() throws {
    let opened = try #require(
      try Builtins.driver(for: Array(server.location.utf8))?.open(
        Array(server.location.utf8), context()))
    let noList: HostileServer.Fault = { request, _ in
      request.method == "GET" && request.path.hasSuffix("/") ? .status(404) : nil
    }
    server.go(wrong: noList)
    let error = failure { () throws(StoreError) in _ = try opened.objects(in: StoreKey("snapshots")) }
    #expect(error?.reason == .notFound)
    server.put("config", [1])
    #expect(try opened.objects(in: StoreKey("snapshots")).isEmpty)
    // While a repository is made there is no configuration yet.
    #expect(try server.makeStore().objects(in: StoreKey("snapshots")).isEmpty)
  }

  @Test func `rclone's not found means that it could not list`() throws {
    var manners = HostileServer.Manners()
    manners.serverName = "rclone/v1.60.1"
    let rclone = try HostileServer(manners)
    let store = try rclone.makeStore()
    rclone.put("config", [1])
    rclone.go { _, _ in .status(404, headers: ["Server": "rclone/v1.60.1"]) }
    #expect(throws: StoreError.self) { _ = try store.objects(in: StoreKey("snapshots")) }
  }

  @Test func `lists without sizes are dear`() throws {
    #expect(store.traits.listsCheaply && !store.traits.listsAtOnce && store.traits.parallelRequests == 5)
    var manners = HostileServer.Manners()
    manners.listsNamesOnly = true
    let old = try HostileServer(manners)
    old.put("data/object", bytes)
    let store = try old.makeStore()
    #expect(try store.objects(in: StoreKey("data")) == [StoredObject(key: key, sizeInBytes: 10_000)])
    #expect(!store.traits.listsCheaply)
  }

  // MARK: Saving

  @Test func `an upload that was plainly accepted costs one request`() {
    #expect(saving() == nil)
    #expect(server.requests.map(\.method) == ["POST"])
    #expect(holdsObjectOnly)
  }

  @Test func `a server that accepts an object for later and does not keep it`() {
    server.go { request, _ in request.method == "POST" ? .status(202) : nil }
    #expect(saving()?.reason == .failed)
  }

  @Test func `a server that accepts for later and keeps a part does not keep it for long`() {
    server.put("data/object", Array(bytes.prefix(100)))
    server.go { request, _ in request.method == "POST" ? .status(202) : nil }
    #expect(saving()?.reason == .failed)
    #expect(server.objects.isEmpty)
  }

  @Test func `an answer that was lost is no second object, and no failure`() throws {
    // The connection was open from before: the request is sent again, and finds what it brought.
    server.go { _, number in number == 1 ? .doneWithoutAnswer : nil }
    #expect(saving() == nil)
    #expect(holdsObjectOnly)
    // What no answer came about is taken away again; the same save then begins anew.
    server.go { request, _ in request.method == "POST" ? .doneWithoutAnswer : nil }
    #expect(saving()?.reason == .unreachable)
    #expect(server.objects.isEmpty)
    // Nor does it matter if it could not be taken away.
    server.go { request, _ in ["POST", "DELETE"].contains(request.method) ? .doneWithoutAnswer : nil }
    #expect(saving()?.reason == .unreachable)
    server.put("data/object", bytes)
    server.heal()
    #expect(saving() == nil)
    #expect(holdsObjectOnly)
  }

  @Test func `remains of an upload that broke off are replaced`() {
    server.put("data/object", Array(bytes.prefix(5000)))
    #expect(saving() == nil)
    server.put("data/object", bytes.map { $0 ^ 1 })
    #expect(saving() == nil)
    #expect(holdsObjectOnly)
  }

  @Test func `a server that only adds keeps what lies there, and says so`() throws {
    var manners = HostileServer.Manners()
    manners.appendOnly = true
    let stern = try HostileServer(manners)
    let store = try stern.makeStore()
    stern.put("data/object", bytes)
    try store.save(bytes.span, at: key)
    stern.put("data/object", [1, 2, 3])
    let error = failure { () throws(StoreError) in try store.save(bytes.span, at: key) }
    #expect(error?.reason == .refused && error?.explanation.advice?.contains("machine that keeps") == true)
    #expect(stern.objects == ["data/object": [1, 2, 3]])
    // Locks come and go.
    try store.save([1].span, at: StoreKey("locks/l"))
    try store.remove(StoreKey("locks/l"))
    #expect(stern.objects["locks/l"] == nil)
  }

  @Test func `a configuration is never replaced`() {
    server.put("config", [1, 2, 3])
    let error = failure { () throws(StoreError) in try store.save([4, 5, 6].span, at: StoreKey("config")) }
    #expect(error?.reason == .refused)
    #expect(server.objects == ["config": [1, 2, 3]])
    #expect(failure { () throws(StoreError) in try store.save([1, 2, 3].span, at: StoreKey("config")) } == nil)
    #expect(!server.requests.contains { $0.method == "DELETE" })
  }

  @Test func `a server that refuses is asked once`() {
    server.go { request, _ in request.method == "POST" ? .status(403) : nil }
    #expect(saving()?.reason == .refused)
    #expect(posts == 1)
  }

  @Test func `keys that no repository has are not sent`() {
    for path in ["other/x", "data/ab/cdef", "data/x"] {
      let key = StoreKey(path)
      #expect(failure { () throws(StoreError) in try store.save(bytes.span, at: key) }?.reason == .refused)
      #expect(failure { () throws(StoreError) in try store.remove(key) } == nil)
    }
    #expect(server.requests.isEmpty)
  }

  // MARK: The end

  @Test func `after a signal nothing is loaded, and what is in hand may be saved`() throws {
    let cancellation = Cancellation()
    let store = try server.makeStore { $0.cancellation = cancellation }
    server.put("data/object", bytes)
    cancellation.cancel(.interrupted)
    let error = failure { () throws(StoreError) in _ = try store.load(key, expectedSize: 10_000) }
    #expect(error?.reason == .cancelled && error?.exitCode == .interrupted)
    try store.save(bytes.span, at: StoreKey("index/other"))
    try store.remove(key)
    #expect(Set(server.objects.keys) == ["index/other"])
  }

  @Test func `a socket of this machine serves too`() throws {
    let folder = try WorkFolder()
    let local = try HostileServer(at: "\(folder.path)/rest.sock")
    let store = try local.makeStore()
    try store.save(bytes.span, at: key)
    let isSame = try store.load(key, expectedSize: 10_000) == bytes
    #expect(isSame)
    #expect(store.traits.location == "rest:http+unix://\(folder.path)/rest.sock:/repository/")
  }

  private func context() -> StoreContext {
    var context = StoreContext { _ in nil }
    context.pace = .none
    return context
  }
}
