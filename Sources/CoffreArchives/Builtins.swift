package import CoffreCore

/// Every archive format that this program knows; the first is the one people mean if they name none.
package enum ArchiveFormats {
  package static let all: [any ArchiveFormat] = [TarFormat(), ZipFormat()]

  /// - Returns: `nil` if no format has the name.
  package static func named(_ name: String) -> (any ArchiveFormat)? { all.first { $0.traits.name == name } }
}
