package import CoffreCore

/// What of a snapshot is put where on a server, and how.
package struct DatabaseRestoreSettings: Sendable {
  /// Tables of the snapshot that are wanted, and what the one that is meant is called afterwards.
  package struct TableWish: Sendable, Hashable {
    /// `schema.table`, as for backups.
    package var pattern: String
    /// `table` or `schema.table`; a backslash before a dot makes it part of a name. `nil` to keep the name.
    package var newName: String?

    package init(pattern: String, newName: String? = nil) {
      self.pattern = pattern
      self.newName = newName
    }

    /// `pattern` or `pattern=name`, as the option takes it.
    package init(_ text: String) {
      guard let sign = text.firstIndex(of: "=") else {
        self.init(pattern: text)
        return
      }
      self.init(pattern: String(text[..<sign]), newName: String(text[text.index(after: sign)...]))
    }
  }

  /// The server; a database in it is the target, unless `target` names another.
  package var location: DatabaseLocation
  /// `nil` to leave it to the engine's library: a file of passwords, a certificate, a trusted socket.
  package var password: Secret?
  /// Which database of the snapshot; `nil` for all of them.
  package var database: String?
  /// What it is called afterwards; `nil` for `<database>_restored_<date>`.
  package var target: String?
  /// The target's name, typed by somebody who knows that it exists and will be replaced.
  package var confirmed: String?
  /// Backs up the database that will be replaced, and throws unless that backup is proved; called before anything of it
  /// changes. Without it nothing that exists is replaced.
  ///
  /// It gets the name of the database, and what its server is called in the snapshot that is restored: `nil` if that
  /// snapshot is of another server, or nobody knows.
  package var safety: (@Sendable (_ database: String, _ server: String?) throws -> Void)?
  /// Only these tables; none for everything.
  package var tables: [TableWish] = []
  package var content = ObjectPatterns.Content.everything
  /// Whether roles, tablespaces and their settings are made, too.
  package var restoresGlobals = false
  /// Whether sessions that use the target are ended.
  package var disconnects = false
  /// Connections that load rows and make indexes at once.
  package var connectionCount: Int
  /// The vendor's tools; `nil` to look for them when they are needed: only for tables that go into a database that exists.
  package var tools: InstalledTools?
  /// For names that say when.
  package var now: Timestamp

  package init(
    location: DatabaseLocation, password: Secret? = nil, connectionCount: Int, now: Timestamp
  ) {
    self.location = location
    self.password = password
    self.connectionCount = connectionCount
    self.now = now
  }

  var targetName: String? { target ?? location.database }
}
