import CoffreCore
import CoffreSystem
import CoffreTestKit
import Glibc
import MongoKit
import Synchronization
import Testing

@Suite("MongoDB sessions", .timeLimit(.minutes(10)))
struct MongoConnectionTests {
  private func failure(_ body: () throws -> Void) throws -> MongoError {
    try #require(#expect(throws: MongoError.self) { try body() })
  }

  private func settings(_ port: LoopbackPort, user: String? = nil, password: String? = nil) -> MongoSettings {
    var settings = MongoSettings(hosts: [MongoSettings.Host(name: "127.0.0.1", port: Int(port.number))])
    settings.isDirect = true
    settings.user = user
    settings.password = password.map { Secret($0) }
    settings.authSource = user == nil ? nil : "admin"
    return settings
  }

  @Test func `documents come as the server keeps them, in several batches`() throws {
    let server = try MongoServer.shared()
    let database = server.newName("kit")
    defer { try? server.dropDatabase(database) }
    // Written and read again by others, with an end that no text has.
    let hashes = try server.python(
      """
      import os, sys, hashlib, bson, pymongo
      from bson.raw_bson import RawBSONDocument
      c = pymongo.MongoClient(os.environ["URL"])[sys.argv[1]].many
      c.insert_many([{"_id": i, "t": "é\\0" * (i % 50), "n": {"a": [i, None, 1.5]}} for i in range(3000)])
      c.insert_many([{"_id": -i, "b": b"x" * 9_000_000} for i in range(1, 4)])
      h = hashlib.sha256()
      for d in c.with_options(bson.codec_options.CodecOptions(document_class=RawBSONDocument)).find().sort("_id", 1):
          h.update(d.raw)
      print(h.hexdigest())
      """, [database])
    let cursor = try MongoCursor(
      ["find": "many", "sort": ["_id": 1]], in: database, on: try server.connect())
    var all: [UInt8] = []
    var count = 0
    var batches = 0
    var documents: [UInt8] = []
    var ends: [Int] = []
    while try cursor.next(&documents, &ends) {
      count += ends.count
      batches += 1
      #expect(ends.last == documents.count)
      all += documents
      documents.removeAll()
      ends.removeAll()
    }
    #expect(count == 3003)
    #expect(batches > 3)
    #expect(sha256(all) == hashes.trimmingNewline)
  }

  /// By a program of the system's.
  private func sha256(_ bytes: [UInt8]) -> String? {
    guard let folder = try? WorkFolder(), (try? writeRealFile("\(folder.path)/bytes", bytes)) != nil else { return nil }
    let outcome = try? Tool.named("sha256sum", package: "coreutils").run(["\(folder.path)/bytes"])
    return outcome?.output.split(separator: " ").first.map(String.init)
  }

  @Test func `what is refused has its number and its name`() throws {
    let server = try MongoServer.shared()
    let connection = try server.connect()
    let unknown = try failure { try connection.run(["noSuchThing": 1], in: "admin") }
    #expect(unknown.reason == .refused && unknown.code == 59 && unknown.name == "CommandNotFound")
    let database = server.newName("kit")
    defer { try? server.dropDatabase(database) }
    let twice = try failure {
      try connection.run(["insert": "c", "documents": [["_id": 1], ["_id": 1]]], in: database)
    }
    #expect(twice.reason == .refused && twice.code == 11000)
    let gone = try failure {
      try connection.run(["getMore": .int64(123), "collection": "c"], in: database)
    }
    #expect(gone.code == 43)
    // It is of use still.
    #expect(try connection.run(["ping": 1], in: "admin")["ok"]?.isTrue == true)
  }

  @Test func `a wrong password is told, and nobody's password is`() throws {
    let server = try MongoServer.shared()
    let wrong = try failure {
      _ = try MongoConnection(
        settings(server.port, user: MongoServer.user, password: "sesame-open"), cancellation: Cancellation())
    }
    #expect(wrong.reason == .refused && wrong.code == MongoError.authenticationFailed)
    #expect(!"\(wrong) \(wrong.message)".contains("sesame"))
    let nobody = try failure {
      try MongoConnection(settings(server.port), cancellation: Cancellation()).run(["find": "c"], in: "kit")
    }
    #expect(nobody.reason == .refused && nobody.code == 13)
  }

  @Test func `a server that is not there`() throws {
    let port = try LoopbackPort.free()
    let error = try failure {
      _ = try MongoConnection(
        settings(port, user: "somebody", password: "sesame-open"), timeout: .seconds(2), cancellation: Cancellation())
    }
    #expect(error.reason == .unreachable)
    #expect("\(error.message)".contains("\(port.number)"))
    #expect(!"\(error)".contains("sesame"))
  }

  @Test func `TLS is spoken only with whom the certificate is for`() throws {
    let folder = try WorkFolder()
    defer { withExtendedLifetime(folder) {} }
    let certificate = try TestCertificate(in: folder.path)
    var options = MongoServer.Options()
    options.certificate = certificate
    let server = try MongoServer(options)
    #expect(try server.run(["ping": 1])["ok"]?.isTrue == true)
    func connect(_ options: [(name: String, value: String)]) throws {
      var settings = settings(server.port)
      settings.options = options
      _ = try MongoConnection(settings, timeout: .seconds(30), cancellation: Cancellation())
    }
    let authority = (name: "tlsCAFile", value: certificate.certificate)
    #expect(throws: Never.self) { try connect([("tls", "true"), authority]) }
    #expect(throws: Never.self) { try connect([("tls", "true"), ("tlsAllowInvalidCertificates", "true")]) }
    // Nobody that the system trusts has signed it.
    #expect(try failure { try connect([("tls", "true")]) }.reason == .unreachable)
    #expect(try failure { try connect([("tls", "true"), ("tlsCAFile", "/nowhere.pem")]) }.reason == .unreachable)
    #expect(try failure { try connect([]) }.reason == .unreachable)
  }

  @Test func `a server is reached through its socket, too`() throws {
    let server = try MongoServer.shared()
    var settings = MongoSettings(hosts: [MongoSettings.Host(name: server.socket, port: 0)])
    settings.isDirect = true
    settings.user = MongoServer.user
    settings.password = Secret(MongoServer.password)
    settings.authSource = "admin"
    let connection = try MongoConnection(settings, cancellation: Cancellation())
    #expect(connection.host.name == server.socket)
    #expect(try connection.run(["ping": 1], in: "admin")["ok"]?.isTrue == true)
  }

  @Test func `a cancelled run waits for no answer`() throws {
    let server = try MongoServer.shared()
    let database = server.newName("kit")
    defer { try? server.dropDatabase(database) }
    try server.run(["insert": "c", "documents": [["_id": 1]]], in: database)
    let cancellation = Cancellation()
    let connection = try server.connect(cancellation: cancellation)
    let caught = Mutex<MongoError?>(nil)
    try runThreads(count: 2, named: "test") { number in
      guard number == 0 else {
        usleep(300_000)
        cancellation.cancel(.interrupted)
        return
      }
      do throws(MongoError) {
        // Ten minutes, unless somebody ends it.
        try connection.run(
          ["find": "c", "filter": ["$where": "sleep(600000); return true"]], in: database)
      } catch {
        caught.withLock { $0 = error }
      }
    }
    #expect(caught.withLock { $0?.reason } == .cancelled)
    #expect(throws: MongoError.self) { try connection.run(["ping": 1], in: "admin") }
    // The server sees that nobody waits, and goes on.
    #expect(try server.run(["ping": 1])["ok"]?.isTrue == true)
  }

  @Test func `a cancelled run connects to nobody`() {
    let cancellation = Cancellation()
    cancellation.cancel(.interrupted)
    let error = #expect(throws: MongoError.self) {
      _ = try MongoConnection(settings(LoopbackPort(number: 1)), cancellation: cancellation)
    }
    #expect(error?.reason == .cancelled)
  }
}

extension String {
  fileprivate var trimmingNewline: String { String(prefix { $0 != "\n" }) }
}
