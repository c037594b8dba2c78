package import CoffreCore

/// Every archive format that this program knows; the first is the one people mean if they name none.
package enum ArchiveFormats {
  package static let all: [any ArchiveFormat] = [
    TarFormat(), CompressedTarFormat(.gzip), CompressedTarFormat(.zstd), CompressedTarFormat(.xz), ZipFormat(),
    SevenZipFormat(),
    StreamFormat(.gzip), StreamFormat(.zstd), StreamFormat(.xz), StreamFormat(nil),
  ]
  /// Those that hold folders.
  package static let forFolders = all.filter { !$0.traits.isSingleStream }

  /// - Returns: `nil` if no format has the name.
  package static func named(_ name: String) -> (any ArchiveFormat)? { all.first { $0.traits.name == name } }

  /// The format that a file's name means; of several ends that fit the longest.
  ///
  /// - Returns: `nil` if no end of the name means one.
  package static func meant(by name: PathBytes) -> (any ArchiveFormat)? {
    let name = displayed(name).lowercased()
    let fitting = all.flatMap { format in
      ([format.traits.name] + format.traits.otherExtensions).map { (format: format, end: ".\($0)") }
    }.filter { name.hasSuffix($0.end) }
    return fitting.max { $0.end.utf8.count < $1.end.utf8.count }?.format
  }
}
