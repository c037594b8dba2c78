import CoffreCore
import Testing

@testable import CoffreSources

@Suite("Addresses of databases")
struct DatabaseLocationTests {
  typealias Server = DatabaseLocation.Server

  @Test func `a whole address`() throws {
    let location = try DatabaseLocation(
      "postgresql://shop%40eu@db.example.org:5433/shop?sslmode=verify-full&application_name=a%26b")
    #expect(location.kind == .postgresql)
    #expect(location.user == "shop@eu")
    #expect(location.servers == [Server(host: "db.example.org", port: 5433)])
    #expect(location.database == "shop")
    #expect(location.option("sslmode") == "verify-full")
    #expect(location.option("application_name") == "a&b")
  }

  @Test(arguments: [
    ("postgresql://", DatabaseKind.postgresql), ("postgres://h", .postgresql), ("PostgreSQL://h", .postgresql),
    ("mariadb://h/d", .mariadb), ("mysql://h/d", .mariadb), ("mongodb://h/d", .mongodb),
    ("MongoDB+SRV://h.example.org/d", .mongodb),
    ("mariadb-physical://h", .mariadbPhysical),
  ])
  func `every scheme is known`(_ example: (text: String, kind: DatabaseKind)) throws {
    #expect(DatabaseLocation.kind(of: example.text) == example.kind)
    #expect(try DatabaseLocation(example.text).kind == example.kind)
  }

  @Test func `a name under which DNS knows the servers`() throws {
    let location = try DatabaseLocation("mongodb+srv://me@Shop.example.org/shop?authSource=admin")
    #expect(location.isSeedList && location.servers == [Server(host: "Shop.example.org")])
    #expect(location.text == "mongodb+srv://me@Shop.example.org/shop?authSource=admin")
    #expect(try DatabaseLocation(location.text) == location)
    // Whichever server answers, the snapshots are of one.
    #expect(location.snapshotName() == "shop.example.org-27017" && location.serverHost == "shop.example.org")
    let pinned = location.pinned(to: Server(host: "one.example.org", port: 27018))
    #expect(pinned.text == "mongodb://me@one.example.org:27018/shop?authSource=admin")
    #expect(try !DatabaseLocation("mongodb://shop.example.org/shop").isSeedList)
  }

  @Test(arguments: [
    "mongodb+srv://", "mongodb+srv:///shop", "mongodb+srv://a.example.org:27017",
    "mongodb+srv://a.example.org,b.example.org",
    "mongodb+srv://[::1]/shop", "mongodb+srv://%2Ftmp%2Fmongodb.sock", "mongodb+srv://a.example.org/?port=27017",
    "mongodb+srv://me:sesame@a.example.org",
  ])
  func `DNS knows servers by one name alone`(_ text: String) {
    let error = #expect(throws: DatabaseLocationError.self) { _ = try DatabaseLocation(text) }
    #expect("\(error?.explanation.problem ?? "")".contains("sesame") == false)
  }

  @Test(arguments: ["/srv/www", "sqlite.db", "https://db", "postgresql:/h", "postgresql", "s3://b/postgresql://h", ""])
  func `other arguments are no addresses`(_ text: String) {
    #expect(DatabaseLocation.kind(of: text) == nil)
    #expect(throws: DatabaseLocationError.self) { _ = try DatabaseLocation(text) }
  }

  @Test(arguments: [
    ("sqlite:data.db", "data.db", "sqlite:data.db"),
    ("sqlite:/srv/100%25?.db", "/srv/100%25?.db", "sqlite:/srv/100%25?.db"),
    ("sqlite:///srv/a%20b.db", "/srv/a b.db", "sqlite:/srv/a b.db"), ("SQLite:////srv/x", "/srv/x", "sqlite:/srv/x"),
  ])
  func `files are named by their paths`(_ example: (text: String, path: String, again: String)) throws {
    #expect(DatabaseLocation.kind(of: example.text) == .sqlite)
    let location = try DatabaseLocation(example.text)
    #expect(location.database == example.path)
    #expect(location.text == example.again)
    #expect(location.serverHost == nil)
    #expect(try DatabaseLocation(location.text) == location)
  }

  @Test(arguments: ["mariadb-physical:/srv/new", "mariadb-physical:new folder", "mariadb-physical:./a%20b?c"])
  func `folders for a server's files are named by their paths`(_ text: String) throws {
    #expect(DatabaseLocation.kind(of: text) == .mariadbPhysical)
    let location = try DatabaseLocation(text)
    #expect(location.folder == String(text.dropFirst("mariadb-physical:".count)))
    #expect(location.database == nil && location.serverHost == nil)
    #expect(location.text == text)
    #expect(try DatabaseLocation("mariadb-physical://localhost").folder == nil)
    #expect(throws: DatabaseLocationError.self) { _ = try DatabaseLocation("mariadb-physical:") }
  }

  @Test(arguments: ["sqlite:", "sqlite://host/x.db", "sqlite://", "sqlite:///x.db?mode=ro", "sqlite:///%zz"])
  func `files that cannot be meant`(_ text: String) {
    let error = #expect(throws: DatabaseLocationError.self) { _ = try DatabaseLocation(text) }
    #expect(error?.exitCode == .usage)
  }

  @Test(arguments: ["postgresql://h", "postgresql://h/", "postgresql://h?sslmode=require", "postgresql://h/?a=b"])
  func `without a database it is the whole server`(_ text: String) throws {
    let location = try DatabaseLocation(text)
    #expect(location.database == nil)
    #expect(location.server == Server(host: "h"))
  }

  @Test(
    arguments: [
      ("[2001:db8::1]:5433", "2001:db8::1", 5433), ("[::1]", "::1", nil),
      ("%2Frun%2Fpostgresql", "/run/postgresql", nil),
      ("%2Frun:77", "/run", 77), (":77", nil, 77), ("h:", "h", nil), ("h.example.:1", "h.example.", 1),
      ("h:65535", "h", 65535),
    ] as [(String, String?, Int?)])
  func `hosts and ports`(_ example: (text: String, host: String?, port: Int?)) throws {
    let location = try DatabaseLocation("postgresql://u@\(example.text)/d")
    #expect(location.servers == [Server(host: example.host, port: example.port)])
    #expect(location.database == "d")
    #expect(location.user == "u")
  }

  @Test func `several hosts, in their order`() throws {
    let location = try DatabaseLocation("postgresql://a:1,[::1]:2,c/d?target_session_attrs=any")
    #expect(location.servers == [Server(host: "a", port: 1), Server(host: "::1", port: 2), Server(host: "c")])
    #expect(location.pinned(to: Server(host: "c", port: 9)).servers == [Server(host: "c", port: 9)])
  }

  @Test(arguments: [
    ("postgresql:///d?host=/run/postgresql", [Server(host: "/run/postgresql")]),
    ("postgresql:///d?host=/run/postgresql&port=5433", [Server(host: "/run/postgresql", port: 5433)]),
    ("postgresql:///d?host=a,b&port=1,2", [Server(host: "a", port: 1), Server(host: "b", port: 2)]),
    ("postgresql:///d?host=a,b&port=7", [Server(host: "a", port: 7), Server(host: "b", port: 7)]),
    ("postgresql://h:1/d?port=2", [Server(host: "h", port: 2)]),
  ])
  func `hosts and ports among the options`(_ example: (text: String, servers: [Server])) throws {
    let location = try DatabaseLocation(example.text)
    #expect(location.servers == example.servers)
    #expect(location.database == "d" && location.options.isEmpty)
  }

  @Test func `user and database among the options`() throws {
    let location = try DatabaseLocation("postgresql://h?user=me&dbname=shop&ssl=true")
    #expect(location.user == "me" && location.database == "shop")
    #expect(location.options == [DatabaseLocation.Option(name: "sslmode", value: "require")])
  }

  @Test(arguments: [
    "postgresql://u:sesame@h/d", "postgresql://u:ses%61me@h/d", "postgresql://u:sesame@x@h/d", "mysql://u:sesame@h",
    "postgresql://:sesame@h", "postgresql://h/d?password=sesame", "postgresql://h/d?PassWord=sesame",
    "postgresql://h/d?sslpassword=sesame", "postgresql://h/d?oauth_client_secret=sesame",
    "mongodb://u:sesame@a,b/d?tlsCertificateKeyFilePassword=sesame",
  ])
  func `a password is refused and not repeated`(_ text: String) throws {
    let error = #expect(throws: DatabaseLocationError.self) { _ = try DatabaseLocation(text) }
    let refused = try #require(error)
    #expect(refused.exitCode == .usage)
    #expect(refused.explanation.problem == "the address of the database holds a password")
    let advice = try #require(refused.explanation.advice).description
    #expect(advice.contains("--source-password-file") && advice.contains("COFFRE_SOURCE_PASSWORD_FILE"))
    #expect(advice.contains("PGPASSWORD") == text.hasPrefix("postgresql"))
    #expect(!"\(refused)".contains("sesame"))
  }

  @Test(arguments: [
    "postgresql://u:se/same@h/d", "postgresql://u:se?same@h/d", "postgresql://u:12/same@h/d", "postgresql://h:sesame",
    "postgresql://h:0/", "postgresql://h:65536", "postgresql://h:1:2", "postgresql://[::1/d", "postgresql://[]/d",
    "postgresql://[::1]x/d", "postgresql://h/a/b", "postgresql://h/d?sesame", "postgresql://h/d?=sesame",
    "postgresql://h/d?a=b=c", "postgresql://h/%zz", "postgresql://h/%2", "postgresql://h/%00", "postgresql://h/%FF",
    "postgresql://?host=a,b&port=1,2,3", "postgresql://?port=sesame",
  ])
  func `other mistakes are usage errors that repeat nothing`(_ text: String) throws {
    let error = #expect(throws: DatabaseLocationError.self) { _ = try DatabaseLocation(text) }
    let refused = try #require(error)
    #expect(refused.exitCode == .usage)
    #expect(refused.explanation.problem == "cannot read the address of the database")
    #expect(refused.explanation.cause != nil)
    #expect(!"\(refused)".contains("same"))
  }

  @Test(
    arguments: [
      ("postgresql://DB.Example.org/shop", "db.example.org-5432", "db.example.org"),
      ("postgresql://db:5433,other/shop", "db-5433", "db"), ("postgresql:///shop", "localhost-5432", nil),
      ("postgresql:///shop?host=/run/postgresql", "localhost-5432", nil),
      ("postgresql://%2Frun:5433/shop", "localhost-5433", nil), ("postgresql://127.0.0.1", "127.0.0.1-5432", nil),
      ("postgresql://[2001:DB8::1]", "2001:db8::1-5432", "2001:db8::1"),
      ("postgresql:///d?hostaddr=192.0.2.7", "192.0.2.7-5432", "192.0.2.7"), ("mysql://m", "m-3306", "m"),
      ("postgresql:///d?service=shop", "shop", nil), ("postgresql://h/d?service=shop", "h-5432", "h"),
      ("mariadb:///d?socket=/run/mysqld/mysqld.sock", "localhost-3306", nil), ("mongodb://g", "g-27017", "g"),
    ] as [(String, String, String?)])
  func `names in snapshots`(_ example: (text: String, name: String, host: String?)) throws {
    let location = try DatabaseLocation(example.text)
    #expect(location.snapshotName() == example.name)
    #expect(location.snapshotName("mine") == "mine")
    #expect(location.serverHost == example.host)
  }

  @Test(arguments: [
    ("postgres://u%40x@H:1/d%2Fe?a=%26&host2=/x", "postgresql://u%40x@H:1/d%2Fe?a=%26&host2=/x"),
    ("postgresql:///shop?host=/run/postgresql", "postgresql://%2Frun%2Fpostgresql/shop"),
    ("postgresql://[::1]:5433,b", "postgresql://[::1]:5433,b"), ("mysql://h/d", "mariadb://h/d"),
    ("postgresql://u:@h/", "postgresql://u@h"),
  ])
  func `what is shown can be read again`(_ example: (text: String, shown: String)) throws {
    let location = try DatabaseLocation(example.text)
    #expect(location.description == example.shown)
    #expect(try DatabaseLocation(location.text) == location)
  }

  @Test func `what is left open comes from the environment`() throws {
    let variables = ["PGHOST": "db.example.org", "PGPORT": "5433", "PGUSER": "shop", "MYSQL_HOST": ""]
    func completed(_ text: String) throws -> String {
      try DatabaseLocation(text).completed { variables[$0] }.text
    }
    #expect(try completed("postgresql:///d") == "postgresql://shop@db.example.org:5433/d")
    #expect(try completed("postgresql://me@h/d") == "postgresql://me@h:5433/d")
    #expect(try completed("postgresql://h:1/d") == "postgresql://shop@h:1/d")
    #expect(try completed("mysql:///d") == "mariadb:///d")
  }

  /// What is set here would win over the service, which libpq puts before the environment.
  @Test func `a service counts more than the environment`() throws {
    var variables = ["PGHOST": "db.example.org", "PGPORT": "5433", "PGUSER": "shop"]
    func completed(_ text: String) throws -> DatabaseLocation { try DatabaseLocation(text).completed { variables[$0] } }
    #expect(try completed("postgresql:///d?service=s").text == "postgresql:///d?service=s")
    #expect(try completed("postgresql://me@h/d?service=s").text == "postgresql://me@h/d?service=s")
    variables["PGSERVICE"] = "web"
    #expect(try completed("postgresql:///d").text == "postgresql:///d?service=web")
    #expect(try completed("postgresql:///d").snapshotName() == "web")
    #expect(try completed("postgresql:///d?service=s").snapshotName() == "s")
    #expect(try completed("postgresql://h/d").snapshotName() == "h-5432")
  }

  /// The entries of a file of services.
  private let services = ["shop": "orders", "bare": nil] as [String: String?]

  @Test func `a service that the address names brings its database, and the environment none`() throws {
    func completed(_ text: String, _ variables: [String: String] = [:]) throws -> String {
      // libpq takes that of the environment where the service names none.
      let database = { (service: String) in service == "shop" ? "orders" : variables["PGDATABASE"] }
      return try DatabaseLocation(text).completed(byService: database) { variables[$0] }
        .completed { variables[$0] }.text
    }
    #expect(try completed("postgresql:///?service=shop") == "postgresql:///orders?service=shop")
    #expect(try completed("postgresql://h/?service=shop") == "postgresql://h/orders?service=shop")
    #expect(try completed("postgresql:///d?service=shop") == "postgresql:///d?service=shop")
    #expect(try completed("postgresql:///?service=bare") == "postgresql://?service=bare")
    #expect(try completed("postgresql:///", ["PGSERVICE": "shop"]) == "postgresql://?service=shop")
    #expect(try completed("postgresql:///?service=bare", ["PGSERVICE": "shop"]) == "postgresql://?service=bare")
    #expect(try completed("postgresql:///?service=shop", ["PGDATABASE": "x"]) == "postgresql:///orders?service=shop")
    #expect(try completed("postgresql://h/", ["PGDATABASE": "x"]) == "postgresql://h")
    #expect(try completed("mysql:///?service=shop") == "mariadb://?service=shop")
    // It may be either's.
    for service in ["shop", "bare"] {
      let error = #expect(throws: DatabaseLocationError.self) {
        try completed("postgresql:///?service=\(service)", ["PGDATABASE": "orders"])
      }
      #expect(error?.explanation.cause?.description.contains("PGDATABASE") == true)
      #expect(error?.explanation.advice != nil)
    }
  }
}
