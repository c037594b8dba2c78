package import CoffreCore

/// What a backup of databases says of itself: `manifest.json` (docs/formats/manifest.schema.json).
///
/// Its paths map file names to real names; its counts and sums are what a restore compares.
package struct DatabaseManifest: Sendable, Hashable {
  package static let format = "coffre-manifest"
  /// What this program writes, and the newest it reads. Fields that are added do not change it.
  package static let version: UInt64 = 1
  package static let fileName = "manifest.json"

  package var kind: DatabaseKind
  package var server: Server
  /// What made the files besides Coffre.
  package var tools: [Tool]
  /// One for each database, unless one holds for several.
  package var instants: [Instant]
  package var databases: [Database]
  package var missed: [Missed]
  /// Whether everything is there that was asked for. A backup that is not complete never counts as a good one.
  package var isComplete: Bool

  package init(
    kind: DatabaseKind, server: Server, tools: [Tool] = [], instants: [Instant] = [], databases: [Database] = [],
    missed: [Missed] = [], isComplete: Bool
  ) {
    self.kind = kind
    self.server = server
    self.tools = tools
    self.instants = instants
    self.databases = databases
    self.missed = missed
    self.isComplete = isComplete
  }

  package struct Server: Sendable, Hashable {
    /// As the server tells it, such as `15.18 (Debian 15.18-0+deb12u1)`.
    package var version: String
    /// The server's name in the snapshot's path.
    package var name: String
    /// Equal for equal servers at equal addresses, whatever they are called; `nil` where a server cannot be known again.
    package var identity: String?

    package init(version: String, name: String, identity: String? = nil) {
      self.version = version
      self.name = name
      self.identity = identity
    }
  }

  package struct Tool: Sendable, Hashable {
    package var name: String
    package var version: String

    package init(name: String, version: String) {
      self.name = name
      self.version = version
    }
  }

  /// The moment whose state the rows of a database show.
  package struct Instant: Sendable, Hashable {
    /// `nil` where one moment holds for all.
    package var database: String?
    package var takenAt: Timestamp
    /// In the server's log, as the server writes it; near the moment, not exact.
    package var position: String?
    /// A file of changes that lead the stored rows to this moment; `nil` where they show it themselves.
    package var log: String?

    package init(database: String?, takenAt: Timestamp, position: String?, log: String? = nil) {
      self.database = database
      self.takenAt = takenAt
      self.position = position
      self.log = log
    }
  }

  /// What could not be taken.
  package struct Missed: Sendable, Hashable {
    package var object: String
    /// In English: a manifest outlives whoever asked for it.
    package var reason: String

    package init(object: String, reason: String) {
      self.object = object
      self.reason = reason
    }
  }
}
