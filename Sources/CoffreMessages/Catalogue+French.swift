extension Catalogue {
  /// All French texts, by area.
  package static let french = [
    frenchArchives, frenchBackup, frenchCommandLine, frenchCommands, frenchDatabaseFiles, frenchDatabaseLooking,
    frenchDatabaseRestore, frenchDatabases, frenchInventories, frenchInventoryRun, frenchMariaDB, frenchMariaDBFiles,
    frenchMongoDB,
    frenchMount,
    frenchNetwork, frenchPruning,
    frenchRepair, frenchRepositories, frenchRepository, frenchRestore, frenchRetention, frenchRewriting,
    frenchShelves, frenchSnapshots, frenchSQLite, frenchStaging, frenchSystem,
  ].joined(separator: "\n")
}
