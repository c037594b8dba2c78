extension Catalogue {
  /// All French texts, by area.
  package static let french = [
    frenchBackup, frenchCommandLine, frenchCommands, frenchMount, frenchNetwork, frenchRepair, frenchRepositories,
    frenchRepository, frenchRestore, frenchRetention, frenchSnapshots, frenchSystem,
  ].joined(separator: "\n")
}
