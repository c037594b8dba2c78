package import CoffreCore
package import MongoKit

/// Who connects, and with what.
package struct MongoLogin: Sendable, Hashable {
  package let user: String
  package let password: String

  package init(user: String, password: String) {
    self.user = user
    self.password = password
  }

  /// May do everything.
  package static let superuser = MongoLogin(user: MongoServer.user, password: MongoServer.password)
}

extension MongoServer {
  // MARK: Where it is

  /// Without a password, as Coffre is told it.
  package func url(_ database: String?, user: String = MongoServer.user) -> String {
    "mongodb://\(user)@127.0.0.1:\(port.number)/\(database.map(Self.quoted) ?? "")?authSource=admin"
  }

  /// With the password, for programs that nobody watches.
  package var fullURL: String {
    "mongodb://\(Self.user):\(Self.quoted(Self.password))@127.0.0.1:\(port.number)/?authSource=admin&directConnection=true"
  }

  private static func quoted(_ text: String) -> String {
    text.utf8.map { byte in
      let isPlain = (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte)
      let digits = String(byte, radix: 16, uppercase: true)
      return isPlain || byte == UInt8(ascii: "_")
        ? String(UnicodeScalar(byte)) : "%" + (digits.count < 2 ? "0" : "") + digits
    }.joined()
  }

  // MARK: Asking

  /// - Parameter login: `nil` for nobody in particular.
  package func connect(
    as login: MongoLogin? = .superuser, cancellation: Cancellation = Cancellation()
  ) throws -> MongoConnection {
    var settings = MongoSettings(hosts: [MongoSettings.Host(name: "127.0.0.1", port: Int(port.number))])
    settings.isDirect = true
    settings.user = login?.user
    settings.password = login.map { Secret($0.password) }
    settings.authSource = login == nil ? nil : "admin"
    settings.options = encryption
    return try MongoConnection(settings, timeout: .seconds(60), cancellation: cancellation)
  }

  /// Runs one command.
  @discardableResult
  package func run(_ command: BSONDocument, in database: String = "admin") throws -> BSONDocument {
    try connect().run(command, in: database)
  }

  /// Inserts documents that are written as extended JSON.
  package func insert(_ documents: [String], into collection: String, of database: String) throws {
    let values = try documents.map { text in
      guard let document = ExtendedJSON.document(of: Array(text.utf8)) else { throw Failed(description: text) }
      return BSONValue.document(document)
    }
    try run(["insert": .string(collection), "documents": .list(values)], in: database)
  }

  /// Runs a script with the Python that has `pymongo`; `URL` is the server's address there.
  ///
  /// - Returns: what it printed.
  @discardableResult
  package func python(_ script: String, _ arguments: [String] = []) throws -> String {
    let outcome = try Self.python().run(["-c", script] + arguments, pythonSettings)
    guard outcome.isSuccess else { throw Failed(description: "\(outcome)") }
    return outcome.output
  }

  package func startPython(_ script: String, _ arguments: [String] = []) throws -> RunningProgram {
    try Self.python().start(["-c", script] + arguments, pythonSettings)
  }

  private var pythonSettings: ProgramSettings {
    var settings = ProgramSettings()
    settings.environment = ["URL": fullURL]
    settings.timeLimit = 600
    return settings
  }

  // MARK: Databases and users

  /// A name that no other test uses, and that is in none of theirs; databases come into being with their first collection.
  package func newName(_ name: String = "test") -> String { "\(name)_\(nextNumber())x" }

  /// What is not there is no error.
  package func dropDatabase(_ name: String) throws { try run(["dropDatabase": 1], in: name) }

  /// Names of all databases, sorted.
  package func databases() throws -> [String] {
    let list = try run(["listDatabases": 1, "nameOnly": true])["databases"]?.document?.values() ?? []
    return list.compactMap { $0.document?["name"]?.text }.sorted()
  }

  /// Names of a database's collections and views, but for the server's own, sorted.
  package func collections(of database: String) throws -> [String] {
    try connect().all(["listCollections": 1, "nameOnly": true], in: database).compactMap { $0["name"]?.text }
      .filter { !$0.hasPrefix("system.") || $0 == "system.js" }.sorted()
  }

  /// Makes a user.
  ///
  /// - Returns: how to connect as that user, whose name no other test uses.
  package func createUser(_ roles: BSONValue...) throws -> MongoLogin {
    let number = nextNumber()
    let login = MongoLogin(user: "user\(number)", password: "a user of the tests, \(number)")
    try run(["createUser": .string(login.user), "pwd": .string(login.password), "roles": .list(roles)])
    return login
  }

  package func count(_ collection: String, of database: String) throws -> Int {
    let rows = try connect().all(
      ["aggregate": .string(collection), "pipeline": [["$count": "n"]]], in: database)
    return rows.first?["n"]?.integer.map { Int($0) } ?? 0
  }

  // MARK: Comparing

  /// What the server says of a database: hashes of all documents by collection, and all definitions.
  package func contents(of database: String) throws -> [String: String] {
    var contents: [String: String] = [:]
    let connection = try connect()
    let hashes = try connection.run(["dbHash": 1], in: database)["collections"]?.document?.fields() ?? []
    for hash in hashes where hash.name != "system.views" { contents["documents of \(hash.name)"] = hash.value.text }
    for answer in try connection.all(["listCollections": 1], in: database) {
      guard let name = answer["name"]?.text, name != "system.views" else { continue }
      let options = answer["options"]?.document ?? [:]
      contents["definition of \(name)"] =
        "\(answer["type"]?.text ?? "") \(ExtendedJSON.text(of: options) ?? "")"
      guard answer["type"]?.text != "view", !name.hasPrefix("system.buckets.") else { continue }
      let indexes = try connection.all(["listIndexes": .string(name)], in: database)
      contents["indexes of \(name)"] = indexes.map { ExtendedJSON.text(of: $0) ?? "" }.sorted().joined(separator: "\n")
    }
    return contents
  }
}
