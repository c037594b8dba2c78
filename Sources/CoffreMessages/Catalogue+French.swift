extension Catalogue {
  /// All French texts, by area.
  package static let french = [
    frenchBackup, frenchCommandLine, frenchCommands, frenchMount, frenchNetwork, frenchPruning, frenchRepair,
    frenchRepositories, frenchRepository, frenchRestore, frenchRetention, frenchRewriting, frenchSnapshots,
    frenchSystem,
  ].joined(separator: "\n")
}
