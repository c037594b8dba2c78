// Where objects of each kind stand in the catalogs: `o` is the object.

extension ObjectKind {
  /// What belongs to no schema, or to one that does not matter.
  static func own(_ catalog: String, and condition: String = "true") -> String {
    #"pg_catalog.pg_\#(catalog) o WHERE o.oid >= 16384 AND \#(condition) AND \#(isNoMember(catalog, "o.oid"))"#
  }

  /// What belongs to a schema, whose id stands in the column `schema`.
  static func inSchemas(_ catalog: String, _ schema: String, and condition: String = "true") -> String {
    #"""
    pg_catalog.pg_\#(catalog) o JOIN pg_catalog.pg_namespace n ON n.oid = o.\#(schema)
    WHERE o.oid >= 16384 AND \#(isUserSchema) AND \#(condition) AND \#(isNoMember(catalog, "o.oid"))
    """#
  }

  static func relations(_ kind: String) -> String {
    inSchemas("class", "relnamespace", and: #"o.relkind = '\#(kind)'"#)
  }

  static func indexes(_ kind: String) -> String {
    #"""
    pg_catalog.pg_class o JOIN pg_catalog.pg_namespace n ON n.oid = o.relnamespace
    JOIN pg_catalog.pg_index i ON i.indexrelid = o.oid
    WHERE o.oid >= 16384 AND \#(isUserSchema) AND o.relkind = '\#(kind)' AND \#(isNoMember("class", "i.indrelid"))
    """#
  }

  static func routines(_ kind: String) -> String {
    inSchemas("proc", "pronamespace", and: #"o.prokind = '\#(kind)' AND \#(isNoHelper("proc"))"#)
  }

  static func types(_ condition: String) -> String { inSchemas("type", "typnamespace", and: condition) }

  /// Of tables and of domains.
  static func constraints(_ kind: String) -> String {
    let isNoPart = #"\#(isNoMember("class", "o.conrelid")) AND \#(isNoMember("type", "o.contypid"))"#
    return inSchemas("constraint", "connamespace", and: #"o.contype = '\#(kind)' AND \#(isNoPart)"#)
  }

  /// What belongs to a table or view, whose id stands in the column `table`.
  static func ofTables(_ catalog: String, table: String, and condition: String = "true") -> String {
    #"""
    pg_catalog.pg_\#(catalog) o JOIN pg_catalog.pg_class c ON c.oid = o.\#(table)
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE o.oid >= 16384 AND \#(isUserSchema) AND \#(condition)
      AND \#(isNoMember(catalog, "o.oid")) AND \#(isNoMember("class", "c.oid"))
    """#
  }

  static func columns(_ condition: String) -> String {
    #"""
    pg_catalog.pg_attribute a JOIN pg_catalog.pg_class o ON o.oid = a.attrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = o.relnamespace
    WHERE a.attnum > 0 AND NOT a.attisdropped AND \#(isUserSchema) AND \#(condition)
      AND \#(isNoMember("class", "o.oid"))
    """#
  }

  /// Comments and labels, which have no id of their own; those of columns stand under their table's.
  static func remarks(_ catalog: String) -> String {
    #"""
    pg_catalog.pg_\#(catalog) o WHERE o.objoid >= 16384 AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend x
      WHERE x.classid = o.classoid AND x.objid = o.objoid AND x.deptype = 'e')
    """#
  }

  /// Only some columns of them are for everybody, the id not always among them.
  static let subscriptionsOfDatabase = #"""
    pg_catalog.pg_subscription o WHERE o.subdbid = (
      SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
    """#

  private static let isUserSchema = #"n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"#

  /// The server did not make it for another object, as it makes functions and casts for a range.
  static func isNoHelper(_ catalog: String) -> String {
    #"""
    NOT EXISTS (SELECT FROM pg_catalog.pg_depend x
      WHERE x.classid = 'pg_catalog.pg_\#(catalog)'::pg_catalog.regclass AND x.objid = o.oid AND x.deptype = 'i')
    """#
  }

  /// It was not brought by an extension.
  private static func isNoMember(_ catalog: String, _ id: String) -> String {
    #"""
    NOT EXISTS (SELECT FROM pg_catalog.pg_depend x
      WHERE x.classid = 'pg_catalog.pg_\#(catalog)'::pg_catalog.regclass AND x.objid = \#(id) AND x.deptype = 'e')
    """#
  }
}
