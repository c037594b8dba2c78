import CoffreCore
import PostgresKit
import Testing

@testable import CoffreSources

@Suite("What a restore to PostgreSQL says of failures")
struct RestoreErrorTests {
  private func error(_ reason: PostgresError.Reason, _ state: String = "", isPasswordMissing: Bool = false)
    -> SourceError
  {
    SourceError(
      restoring: PostgresError(reason, "said", state: state, isPasswordMissing: isPasswordMissing), "connect to", "shop"
    )
  }

  @Test func `a server that does not answer is a destination that is not reached`() {
    let error = error(.unreachable)
    #expect(error.exitCode == .destinationUnreachable)
    #expect(error.explanation.advice?.description.contains("Check the address") == true)
  }

  @Test func `a connection that breaks later has nothing to do with the address`() {
    let broken = SourceError(
      restoring: PostgresError(.unreachable, "server closed the connection unexpectedly"), "load the rows of", "t")
    #expect(broken.exitCode == .destinationUnreachable)
    #expect(broken.explanation.advice?.description.contains("server's log") == true)
  }

  @Test(arguments: [("28P01", false), ("", true)])
  func `a wrong or missing password is refused there, and it is told where to give it`(
    _ state: String, _ isPasswordMissing: Bool
  ) {
    let error = error(.unreachable, state, isPasswordMissing: isPasswordMissing)
    #expect(error.exitCode == .destinationUnreachable)
    #expect(error.explanation.advice?.description.contains("--source-password-file") == true)
  }

  @Test(arguments: [
    (PostgresError.Reason.unreachable, "57P01", ExitCode.destinationUnreachable),
    (.unreachable, "53300", .destinationUnreachable), (.unreachable, "42501", .noPermission),
    (.unreachable, "3D000", .failed), (.refused, "42501", .noPermission), (.refused, "53100", .noSpace),
    (.refused, "42601", .failed), (.cancelled, "", .interrupted),
  ])
  func `each kind of failure has its exit code`(_ reason: PostgresError.Reason, _ state: String, _ code: ExitCode) {
    #expect(error(reason, state).exitCode == code)
  }

  @Test func `what the server or we advise is passed on`() {
    let ours = SourceError(
      restoring: PostgresError(.unexpected, saying: "no", advice: "Do that."), "create", "shop")
    #expect(ours.explanation.advice == "Do that.")
    let servers = SourceError(restoring: PostgresError(.refused, "no", state: "42704", hint: "Try this."), "run", "x")
    #expect(servers.explanation.advice == "Try this.")
  }

  /// Lists one folder with one file.
  private struct Contents: SnapshotContents {
    let manifest: String

    func entries(of folder: PathBytes) throws(SourceError) -> [SnapshotEntry] { [] }
    func read(_ file: PathBytes) throws(SourceError) -> any ByteReader { Reader(Array(manifest.utf8)) }
    func open(_ file: PathBytes) throws(SourceError) -> any SnapshotFile {
      throw SourceError(.vanished, "open", file, because: "it is not in the snapshot")
    }
  }

  private final class Reader: ByteReader {
    private var rest: ArraySlice<UInt8>
    init(_ bytes: [UInt8]) { rest = bytes[...] }
    var attributes: EntryAttributes? { nil }
    func isUnchanged() throws(SourceError) -> Bool { true }
    func read(into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int {
      var count = 0
      while count < buffer.count, let byte = rest.popFirst() {
        buffer[count] = byte
        count += 1
      }
      return count
    }
  }

  @Test(arguments: [
    (#"{"format":"coffre-manifest","version":99}"#, ExitCode.versionNotSupported),
    (#"{"format":"another"}"#, .failed),
  ])
  func `a manifest of a later Coffre is a version that is not supported`(_ manifest: String, _ code: ExitCode) {
    let error = #expect(throws: SourceError.self) {
      _ = try RestoreSource(Contents(manifest: manifest), of: .postgresql) { _ in }
    }
    #expect(error?.exitCode == code && error?.explanation.advice != nil)
  }

  @Test func `tables that are not as they were backed up are named, in every language`() {
    let table = DatabaseManifest.Table(
      name: DatabaseManifest.TableName(schema: "public", name: "orders"), path: "shop/data/public/orders.copy")
    let other = DatabaseManifest.Table(
      name: DatabaseManifest.TableName(schema: "public", name: "items"), path: "shop/data/public/items.copy")
    let error = #expect(throws: SourceError.self) { try LoadedTable.check([], of: [table, other], in: "shop") }
    #expect(
      error?.cause == "table public.orders: it was not loaded; table public.items: it was not loaded")
    // Not one text that was put together before: its parts can be translated.
    #expect(error?.cause.arguments.allSatisfy { if case .message = $0 { true } else { false } } == true)
  }
}
