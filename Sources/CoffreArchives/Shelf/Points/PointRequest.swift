package import CoffreCore

/// What a new point shall be.
package struct PointRequest: Sendable {
  package var variant = ShelfVariant.full
  package var format: any ArchiveFormat
  package var settings = ArchiveSettings()
  /// How the archive is encrypted; its list of entries never is.
  package var protection: ArchiveProtection?
  package var template: PointTemplate
  package var zone = PointTemplate.Zone.utc
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
  /// Of the archive in a point's folder, without its ending; where points are files, theirs is the point's.
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
  /// Whether its contents were read back and compared; not where only recipients can open the archive.
  package let isCompared: Bool
}

extension PointRequest {
  /// What its archive can hold.
  var traits: ArchiveTraits {
    var settings = settings
    settings.password = protection?.password
    return format.traits(with: settings)
  }

  /// What the archive's name ends with.
  var archiveEnding: PathBytes {
    ShelfManifest.Archive(format: format.traits.name, encryption: encryption).fileEnding
  }

  var archiveFileName: PathBytes { archiveName + archiveEnding }

  var encryption: ShelfManifest.Encryption? {
    protection.map { ShelfManifest.Encryption(kind: $0.kind.rawValue, recipients: $0.recipients) }
  }

  /// What opens the points it may follow; `nil` if this machine cannot.
  var keys: ArchiveKeys? { protection.map(\.keys) ?? ArchiveKeys() }
}
