import CoffreCore

/// What becomes of one database of the snapshot.
struct RestoreGoal: Sendable {
  enum Way: Sendable, Hashable {
    /// A database of this name is made.
    case new
    /// The one that exists is kept under another name.
    case replace
    /// Rows take the place of those in the tables of the one that exists.
    case rows
    /// Tables are added to the one that exists.
    case tables
  }

  let database: DatabaseManifest.Database
  let name: String
  let way: Way
  let chosen: [ChosenTable]

  /// Whether something that exists is changed or put aside, so that its name must be typed and a backup be made first.
  var replaces: Bool { way == .replace || way == .rows }

  /// Decides; nothing happens here.
  ///
  /// - Parameter exists: whether the server has a database of a name.
  init(
    _ database: DatabaseManifest.Database, _ settings: DatabaseRestoreSettings, _ chosen: [ChosenTable],
    exists: (String) throws(SourceError) -> Bool
  ) throws(SourceError) {
    self.database = database
    self.chosen = chosen
    name = settings.targetName ?? RestoreNames.restored(database.name, at: settings.now)
    try Self.check(name)
    let isThere = try exists(name)
    switch (settings.content, isThere) {
    case (.dataOnly, true): way = .rows
    case (.dataOnly, false):
      throw SourceError(
        .failed, "restore to", Array(name.utf8), because: "there is no such database to put rows into",
        advice: "Name a database that has the tables, or leave out --data-only.")
    case (_, true): way = chosen.isEmpty ? .replace : .tables
    case (_, false): way = .new
    }
    guard replaces else { return }
    try Self.demandConsent(
      to: name, settings, because: way == .rows ? "the database exists and would be changed" : "the database exists")
  }

  static func check(_ name: String) throws(SourceError) {
    guard !name.isEmpty, name.utf8.count <= RestoreNames.longest else {
      throw SourceError(
        .failed, "restore to", Array(name.utf8),
        because: "a name has 1 to \(RestoreNames.longest) bytes")
    }
  }

  /// - Throws: unless somebody typed the name of what exists, and it can be backed up first.
  static func demandConsent(
    to name: String, _ settings: DatabaseRestoreSettings, because cause: Message
  ) throws(SourceError) {
    guard let confirmed = settings.confirmed, confirmed.hasSameBytes(as: name) else {
      throw SourceError(
        .exists, "restore to", Array(name.utf8), because: cause,
        advice: "Choose another name, or give --confirm with the name of the database to replace: --confirm \(name).")
    }
    guard settings.safety != nil else {
      throw SourceError(
        .exists, "restore to", Array(name.utf8), because: "there is no backup of it to go back to",
        advice: "Give a repository in which it can be backed up first.")
    }
  }
}
