extension Catalogue {
  /// All French texts, by area.
  package static let french = frenchErrors
}
