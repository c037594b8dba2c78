package import CoffreCore

/// What holds for all rows of an inventory.
package struct RowRules: Sendable {
  /// An archive format, as rows name it.
  package struct Format: Sendable, Hashable {
    package let name: String
    package let holdsFolders: Bool

    package init(name: String, holdsFolders: Bool) {
      self.name = name
      self.holdsFolders = holdsFolders
    }
  }

  /// Where paths of Windows lie on this machine.
  package let places: PathPlaces
  /// What relative destinations lie in; absolute. `nil` if nobody named one.
  package let root: PathBytes?
  package let formats: [Format]

  package init(places: PathPlaces, root: PathBytes?, formats: [Format]) {
    self.places = places
    self.root = root
    self.formats = formats
  }

  /// What a row gets that names no format.
  package static let usualFormat = "7z"
}
