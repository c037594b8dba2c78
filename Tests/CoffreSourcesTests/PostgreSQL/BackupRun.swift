import CoffreCore
import CoffreSystem
import CoffreTestKit
import PostgresKit
import Synchronization

@testable import CoffreSources

/// What a session of PostgreSQL gives, read as the archiver does, into memory.
struct BackupRun {
  /// By their paths below the server's folder.
  var files: [String: [UInt8]] = [:]
  var notes: [SourceNote] = []
  /// Of entries that could not be read though the run went on.
  var failures: [SourceError] = []

  /// - Parameter before: called with the path of each file before it is read.
  /// - Throws: what ends a run.
  init(
    _ settings: DatabaseSettings, former: [UInt8]? = nil, before: (String) throws -> Void = { _ in }
  ) throws {
    let session = DatabaseSession(try PostgresBackup(settings, cancellation: Cancellation()))
    defer { session.close() }
    session.follow { path in displayed(path).hasSuffix("/manifest.json") ? former : nil }
    try read(session.top, "", before)
    notes = try session.finish()
  }

  func text(_ ending: String) -> String? {
    files.first { $0.key.hasSuffix(ending) }.map { displayed($0.value) }
  }

  var manifest: [UInt8] { files.first { $0.key.hasSuffix("/manifest.json") }?.value ?? [] }

  private mutating func read(
    _ unopened: any UnopenedDirectory, _ path: String, _ before: (String) throws -> Void
  ) throws {
    let directory = try unopened.open()
    let listing = try directory.list()
    let (last, others) = (
      listing.entries.indices.filter { listing.entries[$0].making == .madeLast },
      listing.entries.indices.filter { listing.entries[$0].making != .madeLast }
    )
    // By their names, as the archiver walks.
    let walked = others.sorted { displayed(listing.name(of: $0)) < displayed(listing.name(of: $1)) }
    for index in walked + last {
      let entry = listing.entries[index]
      let own = "\(path)/\(displayed(listing.name(of: index)))"
      if entry.attributes.kind == .directory {
        try read(directory.directory(index, in: listing), own, before)
        continue
      }
      try before(own)
      var content: [UInt8] = []
      do throws(SourceError) {
        for part in 0..<Int(entry.parts) {
          let reader = try directory.read(index, part: part, in: listing)
          var buffer = [UInt8](repeating: 0, count: 1 << 16)
          while true {
            var span = buffer.mutableSpan
            let count = try reader.read(into: &span)
            guard count > 0 else { break }
            content += buffer[..<count]
          }
        }
        files[own] = content
      } catch {
        guard !error.endsRun else { throw error }
        failures.append(error)
      }
    }
  }
}

/// Not the one that sessions open connections with.
typealias TestServer = CoffreTestKit.PostgresServer

extension CoffreTestKit.PostgresServer {
  func settings(
    _ database: String?, as login: PostgresLogin = .superuser, _ patterns: ObjectPatterns = ObjectPatterns()
  ) throws -> DatabaseSettings {
    DatabaseSettings(
      location: try DatabaseLocation(url(database, user: login.user)), password: Secret(login.password),
      patterns: patterns, connectionCount: 2)
  }

  /// A session of somebody else's.
  func session(_ database: String) throws -> PostgresConnection {
    try PostgresConnection(
      [
        ("host", "127.0.0.1"), ("port", "\(port.number)"), ("user", Self.user), ("password", Self.password),
        ("dbname", database),
      ], cancellation: Cancellation())
  }
}
