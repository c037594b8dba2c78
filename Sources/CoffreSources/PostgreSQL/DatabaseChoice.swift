import CoffreCore
import PostgresKit

/// The databases of a server that are asked for, and those of them that cannot be had. A backup takes them; `source test`
/// looks into them.
struct DatabaseChoice: Sendable {
  let taken: [PostgresDatabase]
  let missed: [PostgresMissing]
  /// All that the server has, for patterns that were meant for some.
  let names: [String]

  /// - Parameter connection: to any database of the server.
  init(_ settings: DatabaseSettings, on server: PostgresServer, _ connection: PostgresConnection) throws(PostgresError)
  {
    let all = try PostgresDatabase.all(on: connection)
    let missing = all.missing.map { missing in
      (name: String(missing.object.dropFirst("database ".count)), missing: missing)  // not for people
    }
    names = all.readable.map(\.name) + missing.map(\.name)
    if let name = settings.location.database {
      // By bytes, as the server does.
      let bytes = Array(name.utf8)
      taken = all.readable.filter { $0.name.utf8.elementsEqual(bytes) }
      missed = missing.filter { $0.name.utf8.elementsEqual(bytes) }.map(\.missing)
      return
    }
    var taken: [PostgresDatabase] = []
    for database in all.readable where settings.patterns.takesDatabase(database.name) {
      // The server's own ones hold nothing, as a rule.
      if database.isServersOwn {
        guard try ObjectCounts.read(on: server.connect(to: database.name)).hasUserObjects else { continue }
      }
      taken.append(database)
    }
    self.taken = taken
    missed = missing.filter { settings.patterns.takesDatabase($0.name) }.map(\.missing)
  }
}
