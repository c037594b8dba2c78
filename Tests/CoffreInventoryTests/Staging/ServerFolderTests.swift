import CoffreCore
import CoffreSources
import CoffreSystem
import CoffreTestKit
import Glibc
import Testing

@testable import CoffreInventory

/// Data directories of real servers.
@Suite("Copies of data directories", .serialized, .timeLimit(.minutes(15)))
struct ServerFolderTests {
  private let folder: TestFolder
  private let area: StagingArea

  init() throws {
    folder = try TestFolder()
    area = try StagingArea(root: folder.path("temporary"))
  }

  /// A server with tables whose rows come in pairs, and who adds pairs as long as it is not stopped.
  private struct Bank {
    let server: MariaDBServer
    var writer: RunningProgram?

    /// - Parameter hasBinaryLog: then a transaction may be prepared in tables and decided in the log, which lies elsewhere.
    init(writing: Bool = false, hasBinaryLog: Bool = true) throws {
      var options = MariaDBServer.Options()
      // What is committed outlives a kill.
      options.settings = ["innodb-flush-log-at-trx-commit": "1"]
      if !hasBinaryLog { options.settings["log-bin"] = .some(nil) }
      server = try MariaDBServer(options)
      try server.run(
        """
        ALTER USER root@localhost IDENTIFIED BY 'only the tests know';
        CREATE DATABASE bank; CREATE TABLE bank.debit (id INT PRIMARY KEY, note TEXT) ENGINE=InnoDB;
        CREATE TABLE bank.credit (id INT PRIMARY KEY, note TEXT, KEY (note(8))) ENGINE=InnoDB;
        CREATE TABLE bank.kept (id INT PRIMARY KEY) ENGINE=MyISAM; INSERT INTO bank.kept VALUES (1), (2), (3);
        CREATE TABLE bank.aria (id INT PRIMARY KEY) ENGINE=Aria; INSERT INTO bank.aria VALUES (1), (2);
        INSERT INTO bank.debit SELECT -seq, MD5(seq) FROM mysql.seq_1_to_20000;
        INSERT INTO bank.credit SELECT -seq, MD5(seq) FROM mysql.seq_1_to_20000;
        DELIMITER //
        CREATE PROCEDURE bank.pay() BEGIN
          DECLARE i INT DEFAULT 0;
          LOOP
            SET i = i + 1;
            START TRANSACTION;
            INSERT INTO bank.debit VALUES (i, REPEAT('a', 200)); INSERT INTO bank.credit VALUES (i, REPEAT('b', 200));
            UPDATE bank.debit SET note = MD5(i) WHERE id = -1 - i % 20000;
            COMMIT;
          END LOOP;
        END//
        """)
      guard writing else { return }
      let settings = "\(server.scratch.path)/writer.sql"
      try writeRealFile(settings, "CALL bank.pay();\n")
      var program = ProgramSettings()
      program.environment = ["MYSQL_PWD": MariaDBServer.password]
      program.input = settings
      writer = try MariaDBServer.tool("mariadb").start(
        ["--no-defaults", "--host=127.0.0.1", "--port=\(server.port.number)", "--user=\(MariaDBServer.user)"], program)
      #expect(
        try writer?.waitUntil { try server.run("SELECT COUNT(*) > 100 FROM bank.debit WHERE id > 0") == "1" } == true)
    }

    func account(password: String = MariaDBServer.password, tools: InstalledTools? = nil) throws -> DatabaseSettings {
      var settings = DatabaseSettings(
        location: try DatabaseLocation(server.url("bank")), password: Secret(password), connectionCount: 1)
      settings.tools = tools
      return settings
    }

    var data: PathBytes { Array(server.dataFolder.utf8) }
  }

  private func plan(_ source: PathBytes) -> RowPlan {
    RowPlan(
      type: .serverFolder, source: source, sourceMount: nil, destination: folder.path("dst"), destinationMount: nil,
      format: "7z", retention: RetentionPolicy())
  }

  private func stage(
    _ bank: Bank, _ account: DatabaseSettings?, cancellation: Cancellation = Cancellation(),
    progress: @escaping @Sendable (Int64) -> Void = { _ in }
  ) throws(SourceError) -> StagedSource {
    try RowStaging(area: area, account: account, cancellation: cancellation)
      .open(plan(bank.data), row: 1, progress: progress)
  }

  private var rowsLeft: [String] {
    realNames(in: displayed(area.root)).flatMap { realNames(in: "\(displayed(area.root))/\($0)") }.filter {
      $0 != "lock"
    }
  }

  /// A server of the tests on what was copied, before the proof has changed it.
  private func expectOneInstant(_ staged: StagedSource) throws {
    var options = MariaDBServer.Options()
    options.data = displayed(staged.place)
    let copy = try MariaDBServer(options)
    let counts = try copy.run(
      """
      SELECT (SELECT COUNT(*) FROM bank.debit WHERE id > 0), (SELECT COUNT(*) FROM bank.credit WHERE id > 0),
        (SELECT MAX(id) FROM bank.debit), (SELECT MAX(id) FROM bank.credit), (SELECT COUNT(*) FROM bank.kept),
        (SELECT COUNT(*) FROM bank.aria), (SELECT COUNT(*) FROM bank.credit WHERE id < 0)
      """
    ).split(separator: "\t")
    #expect(counts.count == 7 && counts[0] == counts[1] && counts[2] == counts[3], "\(counts)")
    #expect(counts.suffix(3) == ["3", "2", "20000"], "\(counts)")
    let sound = try copy.run("CHECK TABLE bank.debit, bank.credit, bank.kept, bank.aria")
    #expect(sound.split(separator: "\n").allSatisfy { $0.hasSuffix("OK") }, "\(sound)")
  }

  // MARK: A server that runs

  @Test func `a server that is written to gives one instant, which another server opens`() throws {
    let bank = try Bank(writing: true)
    let staged = try stage(bank, bank.account())
    #expect(staged.way == .serverBackup && !staged.method.isEmpty)
    #expect(staged.notes.filter(\.isLoss) == [])
    #expect(splitPath(staged.place).name == Array("data".utf8))
    #expect(bank.writer?.hasEnded == false && bank.server.isRunning)
    let owner = try FileDescriptor.attributes(ofPath: bank.data)
    for name in ["ibdata1", "bank", "bank/debit.ibd"] {
      let copied = try FileDescriptor.attributes(ofPath: joined(staged.place, Array(name.utf8)))
      #expect(copied.userID == owner.userID, "\(name)")
    }
    try expectOneInstant(staged)
    let proved = try staged.prove()
    #expect(proved.count == 1 && proved.allSatisfy(\.isGood), "\(proved)")
    staged.remove()
    #expect(rowsLeft == [])
    // Nobody is left, and nothing of ours in the original.
    #expect(realNames(in: bank.server.dataFolder).allSatisfy { !$0.contains("coffre") && !$0.contains("xtrabackup") })
    #expect(bank.server.isRunning)
  }

  @Test func `without mariadb-backup a lock holds who writes, and is let go of`() throws {
    let bank = try Bank(writing: true)
    let none = InstalledTools(family: .mariadbBackup, found: [])
    let staged = try stage(bank, bank.account(tools: none))
    #expect(staged.way == .serverLocked)
    #expect("\(staged.method)".contains("mariadb-backup was not used"), "\(staged.method)")
    // Who writes goes on.
    let before = try bank.server.run("SELECT MAX(id) FROM bank.debit")
    #expect(
      try bank.writer?.waitUntil { try bank.server.run("SELECT MAX(id) FROM bank.debit") != before } == true)
    try expectOneInstant(staged)
    let proved = try staged.prove()
    #expect(proved.count == 1 && proved.allSatisfy(\.isGood), "\(proved)")
    #expect("\(proved)".contains("read all of"))
  }

  @Test func `a table that is damaged in the copy is found by the proof`() throws {
    let bank = try Bank()
    // Of one that runs, its log would mend some of it.
    bank.server.stop()
    let staged = try stage(bank, nil)
    let table = joined(staged.place, Array("bank/credit.ibd".utf8))
    let file = try FileDescriptor.open(table, for: .writing)
    // Pages of rows and of the index, behind those that tell of the file.
    try file.write([UInt8](repeating: 0xA5, count: 512 << 10).span, at: 128 << 10)
    let error = #expect(throws: SourceError.self) { try staged.prove() }
    #expect(error?.path == bank.data, "\(String(describing: error))")
    staged.remove()
    #expect(rowsLeft == [])
  }

  @Test func `a program that writes nothing and is content makes no copy`() throws {
    let bank = try Bank()
    let programs = folder.path("programs")
    try makeDirectories(programs)
    for name in ["mariadb-backup", "mbstream"] {
      try writeProgram("\(displayed(programs))/\(name)", "#!/bin/sh\necho 'completed OK!' >&2\nexit 0\n")
    }
    let version = try #require(
      try InstalledTools.find(.mariadbBackup, cancellation: Cancellation()).found.first?.version)
    let content = InstalledTools(
      family: .mariadbBackup, found: [VendorTools(folder: displayed(programs), version: version)])
    let error = #expect(throws: SourceError.self) { try stage(bank, bank.account(tools: content)) }
    #expect(error?.reason == .notWhole, "\(String(describing: error))")
    #expect(rowsLeft == [])
  }

  @Test func `a wrong password is refused with words that help`() throws {
    let bank = try Bank()
    let error = #expect(throws: SourceError.self) { try stage(bank, bank.account(password: "no such word")) }
    let text = error.map { "\($0.text) \($0.explanation.advice ?? "")" } ?? ""
    #expect(error?.reason == .notWhole && error?.exitCode == .sourceUnreadable)
    #expect(text.contains("Access denied") && text.contains("stop the server"), "\(text)")
    #expect(!text.contains("no such word"))
    #expect(rowsLeft == [])
  }

  @Test func `another server's account is not taken for this one's`() throws {
    let bank = try Bank()
    let other = try MariaDBServer.shared()
    let account = DatabaseSettings(
      location: try DatabaseLocation(other.url(nil)), password: Secret("wrong for the first"), connectionCount: 1)
    var elsewhere = account
    elsewhere.password = Secret(MariaDBServer.password)
    #expect(throws: SourceError.self) { try stage(bank, account) }
    // Of the same name and password on both: the socket of the right process is asked first.
    let staged = try stage(bank, elsewhere)
    #expect(staged.way == .serverBackup)
    #expect(realEntryExists("\(displayed(staged.place))/bank"))
  }

  /// As the guide writes it.
  @Test func `an account with the rights of the guide is enough`() throws {
    let bank = try Bank()
    let login = try bank.server.createUser("sauvegarde", ["RELOAD, PROCESS, LOCK TABLES, BINLOG MONITOR ON *.*"])
    var account = try bank.account(password: login.password)
    account.location.user = login.user
    let staged = try stage(bank, account)
    #expect(staged.way == .serverBackup)
    #expect(try staged.prove().allSatisfy(\.isGood))
  }

  // MARK: A server that does not run

  @Test func `a stopped server's folder is copied as it is`() throws {
    let bank = try Bank(writing: true)
    bank.server.stop()
    let before = try sums(bank.data)
    let staged = try stage(bank, nil)
    #expect(staged.way == .serverStopped && staged.notes == [], "\(staged.notes)")
    #expect(try sums(staged.place) == before)
    try expectOneInstant(staged)
    let proved = try staged.prove()
    #expect(proved.count == 1 && proved.allSatisfy(\.isGood), "\(proved)")
    #expect(try sums(bank.data) == before)
  }

  @Test func `a killed server's folder is copied, and recovers`() throws {
    let bank = try Bank(writing: true, hasBinaryLog: false)
    bank.server.kill()
    let staged = try stage(bank, nil)
    #expect(staged.way == .serverStopped)
    try expectOneInstant(staged)
    #expect(try staged.prove().allSatisfy(\.isGood))
  }

  /// Sums of all files, by their paths.
  private func sums(_ folder: PathBytes) throws -> String {
    var settings = ProgramSettings()
    settings.directory = displayed(folder)
    let outcome = try Tool(path: "/bin/sh").run(["-c", "find . -type f | LC_ALL=C sort | xargs sha256sum"], settings)
    #expect(outcome.isSuccess, "\(outcome)")
    return outcome.output
  }

  @Test func `nobody starts a server on a folder while it is copied`() throws {
    let bank = try Bank()
    bank.server.stop()
    let found = Monitor<[String]>([])
    let data = bank.server.dataFolder
    let staged = try stage(bank, nil) { _ in
      guard found.withLock({ $0.isEmpty }) else { return }
      // What a server does first, with locks as it takes them.
      let script = """
        use Fcntl; open(my $f, '+<', '\(data)/ibdata1') or die; my $l = pack('s s l! l! i', F_WRLCK, 0, 0, 0, 0);
        print fcntl($f, F_SETLK, $l) ? 'taken' : 'held';
        """
      let outcome = try? Tool.named("perl", package: "perl").run(["-e", script])
      found.withLock { $0.append(outcome?.output ?? "none") }
    }
    #expect(found.withLock { $0 } == ["held"])
    staged.remove()
    // Afterwards it does.
    try bank.server.start()
    #expect(try bank.server.run("SELECT COUNT(*) FROM bank.kept") == "3")
  }

  @Test func `a folder that somebody writes to while it is copied is refused`() throws {
    let bank = try Bank()
    bank.server.stop()
    let path = joined(bank.data, Array("bank/debit.ibd".utf8))
    let time = Monitor<Int64>(1000)
    let error = #expect(throws: SourceError.self) {
      try stage(bank, nil) { _ in
        let second = time.withLock { time in
          time += 1
          return Timestamp(seconds: time, nanoseconds: 0)
        }
        try? FileDescriptor.open(path, for: .writing).setTimes(accessed: second, modified: second)
      }
    }
    #expect(error?.reason == .notWhole && "\(error?.cause ?? "")".contains("debit.ibd"), "\(String(describing: error))")
    #expect(rowsLeft == [])
  }

  @Test func `what leads elsewhere is told, and no server follows it`() throws {
    let bank = try Bank()
    bank.server.stop()
    try makeRealFolder("\(bank.server.scratch.path)/elsewhere")
    try makeRealSymlink("\(bank.server.dataFolder)/linked", to: "\(bank.server.scratch.path)/elsewhere")
    let staged = try stage(bank, nil)
    #expect(staged.notes.count == 1 && staged.notes.allSatisfy(\.isLoss))
    #expect("\(staged.notes)".contains("linked"))
    #expect(try staged.prove() == [])
    // Nobody opened it.
    #expect(realNames(in: displayed(staged.place)).contains("ibdata1"))
  }

  // MARK: What is left

  @Test(.enabled(if: isRoot, "needs root"))
  func `no room for the copy`() throws {
    let bank = try Bank()
    bank.server.stop()
    let mount = try MemoryMount(at: displayed(folder.path("small")), options: "size=16m")
    defer { withExtendedLifetime(mount) {} }
    let area = try StagingArea(root: folder.path("small"))
    let staging = RowStaging(area: area, account: nil, cancellation: Cancellation())
    let error = #expect(throws: SourceError.self) { try staging.open(plan(bank.data), row: 1) }
    #expect(error?.reason == .noSpace && "\(error?.cause ?? "")".contains("needs"), "\(String(describing: error))")
    area.close()
    #expect(realNames(in: displayed(folder.path("small"))) == [])
  }

  @Test func `a cancelled run leaves nothing`() throws {
    let bank = try Bank()
    let cancellation = Cancellation()
    let error = #expect(throws: SourceError.self) {
      try stage(bank, bank.account(), cancellation: cancellation) { _ in cancellation.cancel(.terminated) }
    }
    #expect(error?.reason == .cancelled, "\(String(describing: error))")
    #expect(rowsLeft == [])
    area.close()
    #expect(realNames(in: displayed(area.root)) == [])
    #expect(try bank.server.run("SELECT COUNT(*) FROM bank.kept") == "3")
  }

  @Test func `what would be done is told without doing it`() throws {
    let bank = try Bank()
    let staging = RowStaging(area: area, account: nil, cancellation: Cancellation())
    #expect("\(staging.outlook(plan(bank.data)) ?? "")".hasPrefix("a server runs"))
    bank.server.stop()
    #expect("\(staging.outlook(plan(bank.data)) ?? "")".hasPrefix("no server runs"))
    #expect(realNames(in: displayed(area.root)) == [])
  }
}
