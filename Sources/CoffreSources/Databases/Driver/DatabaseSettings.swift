package import CoffreCore

/// What of which server or database is backed up, and how.
package struct DatabaseSettings: Sendable {
  package var location: DatabaseLocation
  /// `nil` to leave it to the engine's library: a file of passwords, a certificate, a trusted socket.
  package var password: Secret?
  /// The folder's name in snapshots, if not the server's.
  package var name: String?
  package var patterns: ObjectPatterns
  /// A table that cannot be read is left out, and the backup counts as partial.
  package var allowsPartial = false
  /// For locks that somebody else holds, such as an `ALTER TABLE` that is under way.
  package var lockTimeout = Duration.seconds(60)
  /// Connections that read rows at once.
  package var connectionCount: Int
  /// What only this repository knows, for what must be the same in each backup and unknown to the server. Asked for when
  /// something is read: the repository may still be closed while the source is opened.
  package var stableSecret: @Sendable () -> Secret = { Secret("") }
  /// Whether the engine examines all of the database before it counts as good, and whether rows that are referred to are
  /// there; where an engine has a way to.
  package var checksIntegrity = false
  package var checksForeignKeys = false
  /// The vendor's tools; `nil` to look for them when the server's version is known.
  package var tools: InstalledTools?
  /// Where files lie that programs are given for the time that they run; `nil` for the folder of temporary files.
  package var workFolder: PathBytes?

  package init(
    location: DatabaseLocation, password: Secret? = nil, patterns: ObjectPatterns = ObjectPatterns(),
    connectionCount: Int
  ) {
    self.location = location
    self.password = password
    self.patterns = patterns
    self.connectionCount = connectionCount
  }
}
