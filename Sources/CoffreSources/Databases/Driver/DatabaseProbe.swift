package import CoffreCore

/// What a backup of a server or database would meet: asked without taking anything. What an engine does not have is `nil`.
package struct DatabaseProbe: Sendable {
  package struct Database: Sendable {
    package let name: String
    /// Of what is taken; `nil` where the server does not tell at once.
    package let sizeInBytes: Int64?
    package let tableCount: Int
    package let largeObjectCount: Int
    package let missing: [Missing]

    package init(name: String, sizeInBytes: Int64?, tableCount: Int, largeObjectCount: Int = 0, missing: [Missing]) {
      self.name = name
      self.sizeInBytes = sizeInBytes
      self.tableCount = tableCount
      self.largeObjectCount = largeObjectCount
      self.missing = missing
    }
  }

  /// What cannot be taken.
  package struct Missing: Sendable, Hashable {
    package let object: String
    package let reason: Message
    /// Whether a backup fails because of it.
    package let isLoss: Bool

    package init(object: String, reason: Message, isLoss: Bool) {
      self.object = object
      self.reason = reason
      self.isLoss = isLoss
    }
  }

  package let serverVersion: String
  /// Of the library that speaks to it.
  package var clientVersion: String?
  /// Who the server takes us for.
  package var role: String?
  package var isEncrypted: Bool?
  /// Whether it follows another server.
  package var isStandby = false
  package var freeConnections: Int?
  package let databases: [Database]
  /// Databases that cannot be entered, and what is missing of what belongs to none.
  package var missing: [Missing] = []
  /// Patterns that nothing here matches; a backup fails by those that say what to take.
  package var unmatched: [ObjectPatterns.Unmatched] = []
  /// Rights that no backup needs, in the engine's words.
  package var needlessRights: [String] = []
  /// The vendor's tools for this server, or why there are none; `nil` where none are needed.
  package var tools: Result<VendorTools, VendorToolError>?
  /// Of a few megabytes that the server made up.
  package let bytesPerSecond: Double

  package init(serverVersion: String, databases: [Database], bytesPerSecond: Double) {
    self.serverVersion = serverVersion
    self.databases = databases
    self.bytesPerSecond = bytesPerSecond
  }

  /// More than this comes from no server: it has to make text of its rows.
  private static let fastest = 100.0 * 1024 * 1024

  package var sizeInBytes: Int64 { databases.reduce(0) { $0.adding(saturating: $1.sizeInBytes ?? 0) } }

  package var allMissing: [Missing] { missing + databases.flatMap(\.missing) }

  /// How long a first backup may take.
  package var estimate: Duration {
    .seconds(1 + Int64(Double(sizeInBytes) / max(1, min(Self.fastest, bytesPerSecond))))
  }
}
