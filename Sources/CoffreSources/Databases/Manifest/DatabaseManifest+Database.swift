package import CoffreCore

extension DatabaseManifest {
  /// One database: what it is made with, and what lies in it.
  package struct Database: Sendable, Hashable {
    package var name: String
    /// The folder of its files, from the manifest's own.
    package var path: String
    /// What it is created with, by the engine's words: `owner`, `encoding`, `collate`…
    package var properties: [String: String]
    /// `ALTER DATABASE … SET` and the like.
    package var settings: [Setting]
    /// The roles that own its objects or have rights on them.
    package var roles: [String]
    /// How many of each kind there are.
    package var objects: [String: Int64]
    package var tables: [Table]
    /// Tables and views whose files lie in the image of a whole server, where nobody counted rows.
    package var imaged: [String]
    package var sequences: [Sequence]

    package init(
      name: String, path: String, properties: [String: String] = [:], settings: [Setting] = [], roles: [String] = [],
      objects: [String: Int64] = [:], tables: [Table] = [], imaged: [String] = [], sequences: [Sequence] = []
    ) {
      self.name = name
      self.path = path
      self.properties = properties
      self.settings = settings
      self.roles = roles
      self.objects = objects
      self.tables = tables
      self.imaged = imaged
      self.sequences = sequences
    }
  }

  package struct Setting: Sendable, Hashable {
    package var name: String
    package var value: String
    /// Whom it is for, if not for everybody.
    package var role: String?

    package init(name: String, value: String, role: String? = nil) {
      self.name = name
      self.value = value
      self.role = role
    }
  }

  /// What a table is called: with its schema, where the engine has them.
  package struct TableName: Sendable, Hashable {
    package var schema: String?
    package var name: String

    package init(schema: String? = nil, name: String) {
      self.schema = schema
      self.name = name
    }

    /// Byte by byte, as servers compare: a `String` takes two spellings of `é` for one.
    package static func == (left: TableName, right: TableName) -> Bool {
      left.name.hasSameBytes(as: right.name) && (left.schema == nil) == (right.schema == nil)
        && (left.schema ?? "").hasSameBytes(as: right.schema ?? "")
    }

    package func hash(into hasher: inout Hasher) {
      hasher.combine(Array(name.utf8))
      hasher.combine(schema.map { Array($0.utf8) })
    }
  }

  package struct Sequence: Sendable, Hashable {
    package var name: TableName
    package var lastValue: Int64
    /// Whether the next value is the one after `lastValue`.
    package var isCalled: Bool

    package init(name: TableName, lastValue: Int64, isCalled: Bool) {
      self.name = name
      self.lastValue = lastValue
      self.isCalled = isCalled
    }
  }

  /// A table whose rows are in the snapshot.
  package struct Table: Sendable, Hashable {
    package var name: TableName
    /// Of the file with its rows, from the manifest's own folder.
    package var path: String
    package var rows: Int64
    package var bytes: Int64
    /// `nil` where the engine's rows are no lines.
    package var rowSum: RowSum?
    /// The columns that the file has, in its order.
    package var columns: [String]
    /// The columns that tell its rows apart; empty if nothing does.
    package var key: [String]
    /// The table through which its rows must be loaded, since the server decides anew where each belongs.
    package var rootOf: TableName?
    /// Which rows the file has, if not all: what an extension says of its own table.
    package var condition: String?
    /// What the file's content is made of, in its order.
    package var parts: [Part]

    package init(
      name: TableName, path: String, rows: Int64 = 0, bytes: Int64 = 0, rowSum: RowSum? = nil, columns: [String] = [],
      key: [String] = [], rootOf: TableName? = nil, condition: String? = nil, parts: [Part] = []
    ) {
      self.name = name
      self.path = path
      self.rows = rows
      self.bytes = bytes
      self.rowSum = rowSum
      self.columns = columns
      self.key = key
      self.rootOf = rootOf
      self.condition = condition
      self.parts = parts
    }
  }

  /// A piece of a table's file that was read by itself.
  package struct Part: Sendable, Hashable {
    package var rows: Int64
    package var bytes: Int64
    /// Of its bytes, where the engine's rows have no sum.
    package var sha256: Digest?

    package init(rows: Int64, bytes: Int64, sha256: Digest? = nil) {
      self.rows = rows
      self.bytes = bytes
      self.sha256 = sha256
    }
  }
}
