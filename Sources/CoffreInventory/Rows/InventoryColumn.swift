/// What the columns of an inventory mean. The raw values are the names that they have unless a mapping renames them: for
/// ever, as people's tables have them.
package enum InventoryColumn: String, Sendable, Hashable, CaseIterable {
  case id
  case type
  case sourcePath = "path_source"
  case fileName = "nom_fichier"
  case fileExtension = "ext_fichier"
  case destination
  case isActive = "actif"
  case format
  case retention
  case lastStatus = "dernier_statut"
  case lastRun = "derniere_execution"
  case lastDuration = "derniere_duree_s"
  case lastSize = "derniere_taille"
  case lastMessage = "dernier_message"
  case lastArchive = "derniere_archive"

  package var name: String { rawValue }

  /// Without them nobody knows what is to be backed up.
  package static let required: [InventoryColumn] = [.type, .sourcePath, .fileName, .fileExtension]

  /// Where the outcome of a run is written; all others belong to whoever keeps the table, and are only read.
  package static let results: [InventoryColumn] = [
    .lastStatus, .lastRun, .lastDuration, .lastSize, .lastMessage, .lastArchive,
  ]
}
