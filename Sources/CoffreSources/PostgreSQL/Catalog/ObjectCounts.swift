package import PostgresKit

/// How many objects of each kind a database has.
package struct ObjectCounts: Sendable, Hashable {
  /// Kinds that the server's version does not know are missing; those without objects are 0.
  package let counts: [ObjectKind: Int]

  /// Somebody made something here. The server's own databases (`postgres`, `template1`) are empty of it at first.
  package var hasUserObjects: Bool { counts.values.contains { count in count > 0 } }
}

extension ObjectCounts {
  /// In the database that `server` is connected to.
  package static func read(on server: any PostgresQuerying) throws(PostgresError) -> ObjectCounts {
    let version = server.majorVersion
    let query = Self.query(version: version)
    let answers = try query.read(on: server) { row throws(PostgresError) in
      let kind: ObjectKind = try row.letter("kind")
      return (kind: kind, count: try row.integer("objects"))
    }
    var counts: [ObjectKind: Int] = [:]
    for (kind, count) in answers { counts[kind] = count }
    for kind in ObjectKind.allCases where (counts[kind] == nil) != (kind.source(version: version) == nil) {
      throw query.unexpected("told nothing, or too much, of kind '\(kind.rawValue)'")  // not for people
    }
    return ObjectCounts(counts: counts)
  }

  static func query(version: Int) -> CatalogQuery {
    var parts: [String] = []
    for kind in ObjectKind.allCases {
      guard let source = kind.source(version: version) else { continue }
      parts.append(#"SELECT '\#(kind.rawValue)' AS kind, pg_catalog.count(*) AS objects FROM \#(source)"#)
    }
    let all = parts.joined(separator: #" UNION ALL "#)
    return CatalogQuery("object-counts", [("kind", "k.kind"), ("objects", "k.objects")], from: #"(\#(all)) k"#)
  }
}
