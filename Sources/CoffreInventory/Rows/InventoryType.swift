/// What kind of thing a row names. The raw values are how tables spell it.
package enum InventoryType: String, Sendable, Hashable, CaseIterable {
  /// One file, named by folder, name and extension.
  case file = "fichier"
  /// Everything below a folder.
  case folder = "Repertoire"
  /// The data directory of a MySQL or MariaDB server.
  case serverFolder = "Repertoire_MySQL"

  package var name: String { rawValue }

  /// Case, accents, `_`, `-` and spaces count for nothing.
  ///
  /// - Returns: `nil` for a type that nobody knows.
  package init?(named name: String) {
    let wanted = LooseName(name)
    guard let type = Self.allCases.first(where: { LooseName($0.name) == wanted }) else { return nil }
    self = type
  }
}
