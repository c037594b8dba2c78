extension Catalogue {
  static let frenchErrors = #"""
    = error: {1}
    > erreur : {1}
    = because: {1}
    > cause : {1}
    = do: {1}
    > à faire : {1}
    """#
}
