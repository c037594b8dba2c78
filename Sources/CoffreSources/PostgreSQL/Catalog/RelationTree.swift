package import PostgresKit

/// Which table is a part or an heir of which, in one snapshot.
package struct RelationTree: Sendable {
  private let relations: [UInt32: PostgresRelation]
  /// Partitioned tables that put rows elsewhere on another server.
  private let unsteady: Set<UInt32>

  package init(_ relations: [PostgresRelation], unsteady: Set<UInt32> = []) {
    self.relations = Dictionary(relations.map { relation in (relation.oid, relation) }) { first, _ in first }
    self.unsteady = unsteady
  }

  /// Asks for the tables whose parts depend on numbers that the server gives to labels of an enum: these are others once
  /// restored, so that a row belongs to another part than before.
  package init(_ relations: [PostgresRelation], on server: any PostgresQuerying) throws(PostgresError) {
    let unsteady: [UInt32] = try Self.unsteadyQuery.read(on: server) { row throws(PostgresError) in
      try row.number("oid")
    }
    self.init(relations, unsteady: Set(unsteady))
  }

  package subscript(oid: UInt32) -> PostgresRelation? { relations[oid] }

  /// The partitioned table that `relation` is a part of at last; itself if it is no part.
  package func root(of relation: PostgresRelation) -> PostgresRelation { ancestors(of: relation).last ?? relation }

  /// Its rows must be given to its root, which finds each one's part anew.
  package func isLoadedThroughRoot(_ relation: PostgresRelation) -> Bool {
    ancestors(of: relation).contains { ancestor in unsteady.contains(ancestor.oid) }
  }

  /// The partitioned tables above a part, nearest first.
  private func ancestors(of relation: PostgresRelation) -> [PostgresRelation] {
    var found: [PostgresRelation] = []
    var current = relation
    // No table is above itself; the bound holds if a server says otherwise.
    while current.isPartition, let parent = current.parents.first.flatMap({ oid in relations[oid] }),
      found.count < relations.count
    {
      found.append(parent)
      current = parent
    }
    return found
  }

  static let unsteadyQuery = CatalogQuery(
    "unsteady-partitions", [("oid", "p.partrelid")],
    from: #"""
      pg_catalog.pg_partitioned_table p
      WHERE p.partstrat = 'h' AND (
        SELECT o.oid FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_am m ON m.oid = o.opcmethod
        WHERE o.opcname = 'enum_ops' AND m.amname = 'hash'
          AND o.opcnamespace = 'pg_catalog'::pg_catalog.regnamespace) = ANY(p.partclass)
      ORDER BY p.partrelid
      """#)
}
