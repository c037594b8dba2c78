extension Catalogue {
  /// What single commands say.
  static let frenchCommands = #"""
    = new
    > nouveau
    = changed
    > modifié
    = unchanged
    > inchangé
    = restored
    > restauré
    """#
}
