import CoffreCore
import CoffreSystem
import Glibc
import MariaDBKit
import Synchronization
import Testing

@testable import CoffreTestKit

@Suite("MariaDB sessions", .timeLimit(.minutes(10)))
struct MariaDBConnectionTests {
  private func settings(_ server: MariaDBServer, _ change: (inout MariaDBSettings) -> Void = { _ in })
    -> MariaDBSettings
  {
    var settings = MariaDBSettings()
    settings.host = "127.0.0.1"
    settings.port = Int(server.port.number)
    settings.user = MariaDBServer.user
    settings.password = Secret(MariaDBServer.password)
    settings.readsFiles = false
    change(&settings)
    return settings
  }

  private func connect(
    _ server: MariaDBServer, cancellation: Cancellation = Cancellation(),
    _ change: (inout MariaDBSettings) -> Void = { _ in }
  ) throws -> MariaDBConnection {
    try MariaDBConnection(settings(server, change), cancellation: cancellation)
  }

  private func failure(_ body: () throws -> Void) throws -> MariaDBError {
    try #require(#expect(throws: MariaDBError.self) { try body() })
  }

  /// Runs `body` while another thread cancels the run after a moment.
  private func during<Value: Sendable>(
    _ cancellation: Cancellation, _ body: @escaping @Sendable () throws -> Value
  ) throws -> Value {
    let result = Mutex<Result<Value, any Error>?>(nil)
    try runThreads(count: 2, named: "test") { number in
      guard number == 0 else {
        usleep(200_000)
        cancellation.cancel(.interrupted)
        return
      }
      let outcome = Result { try body() }
      result.withLock { $0 = outcome }
    }
    return try #require(result.withLock { $0 }).get()
  }

  // MARK: Without a server

  private var nowhere: MariaDBSettings {
    var settings = MariaDBSettings()
    settings.socket = "/nowhere/at/all"
    settings.user = "nobody"
    settings.password = Secret("sesame-open")
    settings.readsFiles = false
    return settings
  }

  @Test func `a server that is not there is named, the password is not`() throws {
    let error = try failure { _ = try MariaDBConnection(nowhere, cancellation: Cancellation()) }
    #expect(error.reason == .unreachable)
    #expect(error.text.contains("/nowhere/at/all"))
    #expect(!"\(error) \(error.message)".contains("sesame"))
  }

  @Test func `a cancelled run asks nobody`() throws {
    let cancellation = Cancellation()
    cancellation.cancel(.interrupted)
    #expect(try failure { _ = try MariaDBConnection(nowhere, cancellation: cancellation) }.reason == .cancelled)
  }

  @Test func `a server that never answers is given up in time, or when the run is cancelled`() throws {
    let (descriptor, port) = try LoopbackPort.listen(on: 0)
    defer { close(descriptor) }
    var silent = nowhere
    silent.socket = nil
    silent.host = "127.0.0.1"
    silent.port = Int(port.number)
    let late = try failure {
      _ = try MariaDBConnection(silent, timeout: .milliseconds(300), cancellation: Cancellation())
    }
    #expect(late.reason == .unreachable)
    #expect(late.message == "the server does not answer in time")
    let (cancellation, still) = (Cancellation(), silent)
    let start = ContinuousClock.now
    let cancelled = try during(cancellation) {
      try failure { _ = try MariaDBConnection(still, cancellation: cancellation) }
    }
    #expect(cancelled.reason == .cancelled)
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  // MARK: With one

  @Test func `values come as they are, and NULL as none`() throws {
    let connection = try connect(try MariaDBServer.shared())
    let rows = try connection.execute(#"SELECT 1 AS One, NULL, 'é', x'00FF', ''"#)
    #expect(rows.count == 1)
    #expect(rows.columns.first == "One" && rows.column("ONE") == 0)
    #expect(rows[0, 0] == "1" && rows[0, 1] == nil && rows[0, 2] == "é" && rows[0, 4] == "")
    #expect(rows.bytes(0, 3) == [0, 255] && rows.bytes(1, 0) == nil)
    #expect(connection.serverVersion.contains("MariaDB"))
  }

  @Test func `what the server refuses has its number and state, and the session goes on`() throws {
    let connection = try connect(try MariaDBServer.shared())
    let error = try failure { try connection.execute("SELECT * FROM nothing.at_all") }
    #expect(error.reason == .refused && error.code == 1146 && error.state == "42S02")
    #expect("\(error.message)".hasSuffix("(1146)"))
    #expect(try connection.execute("SELECT 1").count == 1)
  }

  @Test func `a wrong password is told by its number`() throws {
    let error = try failure {
      _ = try connect(try MariaDBServer.shared()) { $0.password = Secret("wrong-one") }
    }
    #expect(error.reason == .unreachable && error.code == 1045 && error.state == "28000")
    #expect(!"\(error) \(error.message)".contains("wrong-one"))
  }

  @Test func `rows come as lines whose values can be told apart`() throws {
    let connection = try connect(try MariaDBServer.shared())
    try connection.execute("SET NAMES binary")
    let stream = try RowStream(
      #"SELECT 1, 'a\tb\nc\\d', NULL, x'00C3', '' UNION ALL SELECT 2, 'N', '\\N', '', 'z'"#, on: connection)
    var lines: [UInt8] = []
    var ends: [Int] = []
    while try stream.append(to: &lines, ends: &ends, upTo: 1) {}
    #expect(
      lines == Array(#"1"#.utf8 + [9] + #"a\tb\nc\\d"#.utf8 + [9] + #"\N"#.utf8 + [9, 0, 0xC3, 9, 10])
        + Array("2\tN\t\\\\N\t\tz\n".utf8))
    #expect(ends.count == 2 && ends.last == lines.count && stream.isAtEnd)
    #expect(try connection.execute("SELECT FOUND_ROWS()")[0, 0] == "2")
  }

  /// Values are looked through several bytes at a time.
  @Test func `what needs a backslash gets one wherever it stands in a value`() throws {
    // What needs one, bytes beside those, and the same with the highest bit.
    let alphabet: [UInt8] = [9, 10, 0x5C, 8, 11, 0x5B, 0x5D, 0, 1, 0x89, 0x8A, 0xDC, 0xFF, 0x61, 0x61, 0x61]
    let noise = seededBytes(7, count: 400 * 41)
    let values = (0..<400).map { number in
      noise[number * 41..<(number * 41 + number % 41)].map { alphabet[Int($0) % alphabet.count] }
    }
    let expected = values.map { value in
      value.flatMap { (byte: UInt8) -> [UInt8] in
        switch byte {
        case 9: Array(#"\t"#.utf8)
        case 10: Array(#"\n"#.utf8)
        case 0x5C: Array(#"\\"#.utf8)
        default: [byte]
        }
      }
    }
    let literals = values.map { value in
      "x'" + value.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() + "'"
    }
    let connection = try connect(try MariaDBServer.shared())
    let stream = try RowStream("SELECT \(literals.joined(separator: ","))", on: connection)
    var lines: [UInt8] = []
    var ends: [Int] = []
    while try stream.append(to: &lines, ends: &ends, upTo: 1) {}
    #expect(lines == Array(expected.joined(separator: [9])) + [10])
  }

  @Test func `rows that nobody takes to the end end with their session, at once`() throws {
    let server = try MariaDBServer.shared()
    let number = try breakOffRows(of: server)
    // The server must not wait for room for the others: it would for a minute.
    let other = try connect(server)
    var isGone = false
    for _ in 0..<300 where !isGone {
      isGone = try other.execute("SELECT 1 FROM information_schema.PROCESSLIST WHERE ID = \(number)").count == 0
      if !isGone { usleep(100_000) }
    }
    #expect(isGone)
  }

  /// - Returns: the number of the session, whose connection is closed.
  private func breakOffRows(of server: MariaDBServer) throws -> UInt {
    let connection = try connect(server)
    var stream: RowStream? = try RowStream(
      "SELECT REPEAT('x', 1000) FROM mysql.seq_1_to_10000000", on: connection)
    var lines: [UInt8] = []
    var ends: [Int] = []
    _ = try stream?.append(to: &lines, ends: &ends, upTo: 10_000)
    #expect(lines.count >= 10_000 && lines.count < 12_000)
    let start = ContinuousClock.now
    stream = nil
    #expect(ContinuousClock.now - start < .seconds(8))
    #expect(try failure { try connection.execute("SELECT 1") }.reason == .unreachable)
    return connection.threadID
  }

  @Test func `a cancelled run waits for no answer`() throws {
    let cancellation = Cancellation()
    let connection = try connect(try MariaDBServer.shared(), cancellation: cancellation)
    let start = ContinuousClock.now
    let error = try during(cancellation) { try failure { try connection.execute("SELECT SLEEP(30)") } }
    #expect(error.reason == .cancelled)
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  @Test func `a killed session is a broken connection`() throws {
    let server = try MariaDBServer.shared()
    let connection = try connect(server)
    try server.run("KILL \(connection.threadID)")
    #expect(try failure { try connection.execute("SELECT 1") }.reason == .unreachable)
  }

  // MARK: Rows in

  private struct Broken: Error {}

  @Test func `lines go into a table, and their remarks are counted`() throws {
    let server = try MariaDBServer.shared()
    let database = try server.createDatabase("load")
    defer { try? server.dropDatabase(database) }
    let connection = try connect(server) { settings in
      settings.database = database
      settings.mayLoad = true
    }
    try connection.execute("CREATE TABLE t (a INT PRIMARY KEY, b VARBINARY(20))")
    try connection.execute("SET sql_mode = ''")
    var pieces: [[UInt8]] = [Array("1\ta\\tb\n2\t".utf8), [0, 255, 10], Array("x\t\\N\n".utf8)]
    let outcome = try connection.load(
      "LOAD DATA LOCAL INFILE 'rows' INTO TABLE t CHARACTER SET binary"
    ) { (memory: inout MutableSpan<UInt8>) throws(Broken) in
      guard !pieces.isEmpty else { return 0 }
      let piece = pieces.removeFirst()
      for (index, byte) in piece.enumerated() { memory[index] = byte }
      return piece.count
    }
    #expect(outcome == LoadOutcome(rows: 3, warnings: 1))
    let rows = try connection.execute("SELECT a, b FROM t ORDER BY a")
    #expect(rows.bytes(0, 0) == Array("0".utf8) && rows.bytes(0, 1) == nil)
    #expect(rows.bytes(1, 1) == Array("a\tb".utf8) && rows.bytes(2, 1) == [0, 255])
  }

  @Test func `rows that could not be read are not half there`() throws {
    let server = try MariaDBServer.shared()
    let database = try server.createDatabase("load")
    defer { try? server.dropDatabase(database) }
    let connection = try connect(server) { settings in
      settings.database = database
      settings.mayLoad = true
    }
    try connection.execute("CREATE TABLE t (a INT PRIMARY KEY) ENGINE=InnoDB")
    try connection.execute("START TRANSACTION")
    var isFirst = true
    #expect(throws: LoadFailure<Broken>.self) {
      _ = try connection.load("LOAD DATA LOCAL INFILE 'rows' INTO TABLE t") {
        (memory: inout MutableSpan<UInt8>) throws(Broken) in
        guard isFirst else { throw Broken() }
        isFirst = false
        memory[0] = UInt8(ascii: "7")
        memory[1] = UInt8(ascii: "\n")
        return 2
      }
    }
    #expect(try server.run("SELECT COUNT(*) FROM t", database) == "0")
  }

  @Test func `a server gets no file that nobody hands over`() throws {
    let server = try MariaDBServer.shared()
    let database = try server.createDatabase("load")
    defer { try? server.dropDatabase(database) }
    for mayLoad in [false, true] {
      let connection = try connect(server) { settings in
        settings.database = database
        settings.mayLoad = mayLoad
      }
      try connection.execute("CREATE OR REPLACE TABLE t (a TEXT)")
      _ = try failure { try connection.execute("LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE t") }
      #expect(try server.run("SELECT COUNT(*) FROM t", database) == "0")
    }
  }

  // MARK: Encryption

  @Test func `encryption is used where the server has it, and demanded when it is asked for`() throws {
    let plain = try MariaDBServer.shared()
    #expect(try !connect(plain).isEncrypted)
    _ = try failure { _ = try connect(plain) { $0.encryption = .required } }

    let folder = try WorkFolder()
    let certificate = try TestCertificate(in: folder.path)
    var options = MariaDBServer.Options()
    options.certificate = certificate
    let server = try MariaDBServer(options)
    #expect(try connect(server).isEncrypted)
    #expect(try connect(server) { $0.encryption = .required }.isEncrypted)
    #expect(try !connect(server) { $0.encryption = .disabled }.isEncrypted)
    _ = try failure { _ = try connect(server) { $0.encryption = .verified } }
    let verified = try connect(server) { settings in
      settings.encryption = .verified
      settings.authorities = certificate.certificate
    }
    #expect(verified.isEncrypted)
  }
}
