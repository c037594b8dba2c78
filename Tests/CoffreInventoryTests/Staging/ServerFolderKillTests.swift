import CoffreCore
import CoffreSources
import CoffreSystem
import CoffreTestKit
import Glibc
import Testing

@testable import CoffreInventory

/// A run that is ended by force while it copies a server's data directory.
@Suite("Copies of data directories, killed", .timeLimit(.minutes(10)))
struct ServerFolderKillTests {
  /// A folder that the process of this test and its child know without being told.
  private static func place(_ process: Int32) -> String { "/tmp/coffre-test-server-\(process)" }

  /// Programs that have the folder in one of their words.
  private static func programs(in folder: String) -> [String] {
    realNames(in: "/proc").filter { name in
      guard Int(name) != nil, let words = try? readRealFile("/proc/\(name)/cmdline") else { return false }
      return String(decoding: words, as: UTF8.self).contains(folder)
    }
  }

  @Test func `its programs end with it, and the next run removes what it left`() async throws {
    let place = Self.place(getpid())
    defer { try? removeRealTree(place) }
    let server = try MariaDBServer()
    try server.run(
      "CREATE DATABASE shop; CREATE TABLE shop.t SELECT seq, REPEAT(MD5(seq), 20) AS note FROM seq_1_to_20000")
    try makeRealFolder(place)
    try writeRealFile("\(place)/url", server.url(nil))
    try writeRealFile("\(place)/data", server.dataFolder)
    await #expect(processExitsWith: .signal(SIGKILL)) {
      let place = ServerFolderKillTests.place(getppid())
      var account = DatabaseSettings(
        location: try DatabaseLocation(String(decoding: readRealFile("\(place)/url"), as: UTF8.self)),
        connectionCount: 1)
      account.password = Secret(MariaDBServer.password)
      let area = try StagingArea(root: Array("\(place)/temporary".utf8))
      let plan = RowPlan(
        type: .serverFolder, source: try readRealFile("\(place)/data"), sourceMount: nil, destination: [0x2F],
        destinationMount: nil, format: "7z", retention: RetentionPolicy())
      _ = try RowStaging(area: area, account: account, cancellation: Cancellation())
        .open(plan, row: 1) { _ in _ = kill(getpid(), SIGKILL) }
    }
    let temporary = "\(place)/temporary"
    #expect(realNames(in: temporary).count == 1)
    let deadline = ContinuousClock.now + .seconds(240)
    while !Self.programs(in: temporary).isEmpty, ContinuousClock.now < deadline { usleep(20_000) }
    #expect(Self.programs(in: temporary) == [])
    let area = try StagingArea(root: Array(temporary.utf8))
    #expect(area.removeStale().count == 1)
    #expect(realNames(in: temporary) == [])
    // The server goes on, and nobody holds its writers.
    try server.run("INSERT INTO shop.t VALUES (0, 'x')")
  }
}
