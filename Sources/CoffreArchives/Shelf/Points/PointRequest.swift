package import CoffreCore

/// What a new point shall be.
package struct PointRequest: Sendable {
  package var variant = ShelfVariant.full
  package var format: any ArchiveFormat
  package var settings = ArchiveSettings()
  package var template: PointTemplate
  package var zone = PointTemplate.Zone.utc
  /// For `{name}` in the template; `nil` for the last component of the first source.
  package var sourceName: String?
  /// Whose backup it is; `nil` for what the source says, else this machine.
  package var hostName: String?
  package var tags: [String] = []
  package var time: Timestamp?
  package var change = ShelfChangeRule()
  /// Whether a file that changes while it is read counts as a loss.
  package var changesAreLosses = false
  /// How long to wait for another writer.
  package var patience = Duration.zero
  package var program: String
  /// Of the archive in the point's folder, without its ending.
  package var archiveName = Array("files".utf8)

  package init(format: any ArchiveFormat, template: PointTemplate, program: String) {
    self.format = format
    self.template = template
    self.program = program
  }
}

/// What was written.
package struct PointSummary: Sendable {
  package let point: ShelfPoint
  /// The name of the point that it follows.
  package let parent: PathBytes?
  /// Of the archive, in bytes.
  package let archiveSize: Int64
}
