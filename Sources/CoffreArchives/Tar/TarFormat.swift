import ArchiveKit
package import CoffreCore

/// tar in the pax interchange format (POSIX.1-2001): names of any length and any bytes, times to the nanosecond, extended
/// attributes and access control lists.
package struct TarFormat: ArchiveFormat {
  package let traits = ArchiveTraits(
    name: "tar", kinds: [.file, .directory, .symlink, .blockDevice, .characterDevice, .fifo], holdsHardLinks: true,
    extendedAttributes: .plainNames, times: .min ... .max, longestPath: .max)

  package init() {}

  package func makeWriter(into sink: any ByteSink, _ settings: ArchiveSettings) throws -> any ArchiveWriter {
    try LibraryWriter(.pax, named: traits.name, into: sink) { entry in
      AccessControl(takenFrom: &entry.details.extendedAttributes)
    }
  }
}
