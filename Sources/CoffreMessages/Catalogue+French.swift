extension Catalogue {
  /// All French texts, by area.
  package static let french = [frenchCommandLine, frenchCommands, frenchRepository, frenchSystem].joined(
    separator: "\n")
}
