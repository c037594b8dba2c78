import CoffreCore
import CoffreSystem
import PostgresKit

extension PostgresDump {
  /// An instant, and what is to be taken of it.
  struct Begun {
    let shared: SharedInstant
    let contents: DumpContents
  }

  /// The same with the tools that write texts of it.
  struct Taken {
    let shared: SharedInstant
    let contents: DumpContents
    let children: [String: ChildProcess]
  }

  /// Tables that are changed or dropped while the instant is taken make another one necessary, some times.
  ///
  /// - Parameter early: the instant, if it was taken before, or why there is none.
  static func take(
    _ database: PostgresDatabase, on server: PostgresServer, workers: Int, tools: PgDump, folder: PathBytes,
    after early: Result<Begun, any Error>?
  ) throws(SourceError) -> Taken {
    var early = early
    var lost = 0
    while true {
      do {
        let begun = try early.take()?.get() ?? begin(database, on: server, workers: workers)
        return try complete(begun, database, on: server, tools: tools, folder: folder)
      } catch let error as SharedInstant.Lost {
        lost += 1
        guard lost == 5 else { continue }
        throw failure(error, folder)
      } catch let error as PostgresError {
        throw SourceError(error, "back up", folder)
      } catch let error as SourceError {
        throw error
      } catch is Cancelled {
        throw SourceError(PostgresError.cancelled, "back up", folder)
      } catch {
        throw SourceError(.notWhole, "back up", folder, because: shortText(of: error))
      }
    }
  }

  private static func failure(_ error: SharedInstant.Lost, _ folder: PathBytes) -> SourceError {
    let table = Message.verbatim(error.table)
    if let reason = error.reason {
      return SourceError(
        .notWhole, "back up", folder, because: "somebody is always changing the table \(table): \(reason)",
        advice: "Run the backup when nobody changes the shape of tables.")
    }
    return SourceError(
      .notWhole, "back up", folder, because: "tables are changed or dropped all the time, the last one \(table)",
      advice: "Run the backup when nobody changes the shape of tables.")
  }

  static func begin(_ database: PostgresDatabase, on server: PostgresServer, workers: Int) throws -> Begun {
    let patterns = server.settings.patterns
    let shared = try SharedInstant(of: database.name, on: server, workers: workers) { leader in
      try DumpContents.tablesToLock(in: database.name, on: leader, patterns)
    }
    let contents = try shared.withLeader { leader in
      try DumpContents(of: database, at: shared, on: leader, patterns)
    }
    return Begun(shared: shared, contents: contents)
  }

  private static func complete(
    _ begun: Begun, _ database: PostgresDatabase, on server: PostgresServer, tools: PgDump, folder: PathBytes
  ) throws -> Taken {
    let (shared, contents) = (begun.shared, begun.contents)
    if !server.settings.allowsPartial, let first = contents.missed.first(where: \.isLoss) {
      throw SourceError(
        .notWhole, "back up", folder, because: "\(.verbatim(first.object)): \(first.reason)",
        advice: "Grant the right, leave it out by a pattern, or give --allow-partial.")
    }
    var children: [String: ChildProcess] = [:]
    do {
      try startTools(for: contents, server.settings.patterns, at: shared, database, tools, folder, into: &children)
      guard !children.isEmpty, let last = contents.lastLocked else {
        return Taken(shared: shared, contents: contents, children: children)
      }
      let sessions = children.keys.filter { $0 != PgDump.Part.largeObjects.fileName }.map { session($0, shared) }
      try shared.withLeader { leader in
        try ToolLocks(sessions: sessions, last: last, leader: leader).wait(unless: server.cancellation)
      }
      return Taken(shared: shared, contents: contents, children: children)
    } catch {
      for child in children.values { child.kill() }
      throw error
    }
  }

  /// They are started at once: they lock the tables while the leader does, and wait with their texts.
  private static func startTools(
    for contents: DumpContents, _ patterns: ObjectPatterns, at shared: SharedInstant, _ database: PostgresDatabase,
    _ tools: PgDump, _ folder: PathBytes, into children: inout [String: ChildProcess]
  ) throws(SourceError) {
    var parts: [PgDump.Part] = []
    if let choice = contents.toolChoice, patterns.content != .dataOnly {
      guard choice.fitsIntoArguments || tools.takesFilters else {
        throw SourceError(
          .toolFailed, "back up", folder,
          because: "these are more tables than can be named to pg_dump \(tools.tools.version.text)",
          advice: "Choose them by whole schemas, or install pg_dump 17 or later.")
      }
      parts = [.preData, .postData]
    }
    if contents.takesLargeObjects { parts.append(.largeObjects) }
    for part in parts {
      do throws(SystemError) {
        children[part.fileName] = try tools.start(
          part, at: shared, encoding: database.encoding, choosing: contents.toolChoice,
          session: session(part.fileName, shared))
      } catch {
        throw SourceError(
          .notWhole, "run pg_dump for", joined(folder, Array(part.fileName.utf8)), because: error.cause)
      }
    }
  }

  /// What a tool calls itself; no other one has the name.
  private static func session(_ name: String, _ shared: SharedInstant) -> String {
    "coffre \(shared.exported) \(name)"  // not for people
  }
}
