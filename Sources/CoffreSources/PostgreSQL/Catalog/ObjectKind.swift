/// What a database is made of beside rows, as the manifest counts it. Raw values stand in manifests: they never change.
package enum ObjectKind: String, Sendable, Hashable, CaseIterable {
  case schema = "schema"
  case table = "table"
  case partitionedTable = "partitioned table"
  case foreignTable = "foreign table"
  case view = "view"
  case materializedView = "materialized view"
  case sequence = "sequence"
  case index = "index"
  case partitionedIndex = "partitioned index"
  case function = "function"
  case procedure = "procedure"
  case aggregate = "aggregate"
  case windowFunction = "window function"
  case baseType = "base type"
  case compositeType = "composite type"
  case domain = "domain"
  case enumeration = "enum"
  case range = "range"
  case check = "check constraint"
  case foreignKey = "foreign key"
  case primaryKey = "primary key"
  case unique = "unique constraint"
  case exclusion = "exclusion constraint"
  case trigger = "trigger"
  case eventTrigger = "event trigger"
  case rule = "rule"
  case policy = "policy"
  case columnDefault = "column default"
  case generatedColumn = "generated column"
  case identityColumn = "identity column"
  case extensions = "extension"
  case foreignDataWrapper = "foreign data wrapper"
  case foreignServer = "foreign server"
  case userMapping = "user mapping"
  case publication = "publication"
  case publishedTable = "published table"
  case publishedSchema = "published schema"
  case subscription = "subscription"
  case collation = "collation"
  case conversion = "conversion"
  case cast = "cast"
  case operators = "operator"
  case operatorClass = "operator class"
  case operatorFamily = "operator family"
  case accessMethod = "access method"
  case language = "language"
  case transform = "transform"
  case textSearchConfiguration = "text search configuration"
  case textSearchDictionary = "text search dictionary"
  case textSearchParser = "text search parser"
  case textSearchTemplate = "text search template"
  case statistics = "extended statistics"
  case defaultRight = "default rights"
  case comment = "comment"
  case securityLabel = "security label"
  case largeObject = "large object"
}

extension ObjectKind {
  /// What `count(*)` counts, from `FROM` on; `nil` where the version has no such thing.
  ///
  /// What the server made for itself (ids below 16384, internal triggers) and what an extension brings is not counted, nor
  /// are constraints NOT NULL, which are objects since 18 only: a restored database has the same numbers, on other
  /// versions too.
  func source(version: Int) -> String? {
    switch self {
    case .schema: Self.own("namespace", and: #"o.nspname !~ '^pg_' AND o.nspname <> 'public'"#)
    case .table: Self.relations("r")
    case .partitionedTable: Self.relations("p")
    case .foreignTable: Self.relations("f")
    case .view: Self.relations("v")
    case .materializedView: Self.relations("m")
    case .sequence: Self.relations("S")
    case .index: Self.indexes("i")
    case .partitionedIndex: Self.indexes("I")
    case .function: Self.routines("f")
    case .procedure: Self.routines("p")
    case .aggregate: Self.routines("a")
    case .windowFunction: Self.routines("w")
    case .baseType:
      Self.types(#"o.typtype = 'b' AND NOT EXISTS (SELECT FROM pg_catalog.pg_type e WHERE e.typarray = o.oid)"#)
    case .compositeType:
      Self.types(#"o.typtype = 'c' AND (SELECT c.relkind FROM pg_catalog.pg_class c WHERE c.oid = o.typrelid) = 'c'"#)
    case .domain: Self.types(#"o.typtype = 'd'"#)
    case .enumeration: Self.types(#"o.typtype = 'e'"#)
    case .range: Self.types(#"o.typtype = 'r'"#)
    case .check: Self.constraints("c")
    case .foreignKey: Self.constraints("f")
    case .primaryKey: Self.constraints("p")
    case .unique: Self.constraints("u")
    case .exclusion: Self.constraints("x")
    case .trigger: Self.ofTables("trigger", table: "tgrelid", and: #"NOT o.tgisinternal"#)
    case .rule: Self.ofTables("rewrite", table: "ev_class", and: #"o.rulename <> '_RETURN'"#)
    case .policy: Self.ofTables("policy", table: "polrelid")
    case .columnDefault:
      Self.ofTables(
        "attrdef", table: "adrelid",
        and: #"""
          EXISTS (SELECT FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = o.adrelid AND a.attnum = o.adnum AND a.attgenerated = '')
          """#)
    case .generatedColumn: Self.columns(#"a.attgenerated <> ''"#)
    case .identityColumn: Self.columns(#"a.attidentity <> ''"#)
    case .eventTrigger: Self.own("event_trigger")
    case .extensions: Self.own("extension", and: #"o.extname <> 'plpgsql'"#)
    case .foreignDataWrapper: Self.own("foreign_data_wrapper")
    case .foreignServer: Self.own("foreign_server")
    // The table beneath is for superusers; the view shows everybody who has a mapping.
    case .userMapping: #"pg_catalog.pg_user_mappings o WHERE o.umid >= 16384"#
    case .publication: Self.own("publication")
    case .publishedTable: Self.own("publication_rel")
    case .publishedSchema: version < 15 ? nil : Self.own("publication_namespace")
    case .subscription: Self.subscriptionsOfDatabase
    case .collation: Self.inSchemas("collation", "collnamespace")
    case .conversion: Self.inSchemas("conversion", "connamespace")
    case .cast: Self.own("cast", and: Self.isNoHelper("cast"))
    case .operators: Self.inSchemas("operator", "oprnamespace")
    case .operatorClass: Self.inSchemas("opclass", "opcnamespace")
    case .operatorFamily: Self.inSchemas("opfamily", "opfnamespace")
    case .accessMethod: Self.own("am")
    case .language: Self.own("language")
    case .transform: Self.own("transform")
    case .textSearchConfiguration: Self.inSchemas("ts_config", "cfgnamespace")
    case .textSearchDictionary: Self.inSchemas("ts_dict", "dictnamespace")
    case .textSearchParser: Self.inSchemas("ts_parser", "prsnamespace")
    case .textSearchTemplate: Self.inSchemas("ts_template", "tmplnamespace")
    case .statistics: Self.inSchemas("statistic_ext", "stxnamespace")
    case .defaultRight: Self.own("default_acl")
    case .comment: Self.remarks("description")
    case .securityLabel: Self.remarks("seclabel")
    case .largeObject: #"pg_catalog.pg_largeobject_metadata o"#
    }
  }
}
