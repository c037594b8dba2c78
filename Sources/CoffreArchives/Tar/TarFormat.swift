import ArchiveKit
package import CoffreCore

/// tar in the pax interchange format (POSIX.1-2001): names of any length and any bytes, times to the nanosecond, extended
/// attributes and access control lists.
package struct TarFormat: ArchiveFormat {
  package let traits = ArchiveTraits(
    name: "tar", kinds: [.file, .directory, .symlink, .blockDevice, .characterDevice, .fifo], holdsHardLinks: true,
    holdsExtendedAttributes: true, times: .min ... .max, longestPath: .max)

  package init() {}

  package func makeWriter(into sink: any ByteSink) throws -> any ArchiveWriter {
    try LibraryWriter(.pax, named: traits.name, into: sink) { entry in
      let control = AccessControl(takenFrom: &entry.details.extendedAttributes)
      entry.details.extendedAttributes = entry.details.extendedAttributes.map {
        ExtendedAttribute(name: Self.keyword($0.name), value: $0.value)
      }
      return control
    }
  }

  /// An attribute's name within a pax keyword, which an equals sign would end: escaped as GNU tar does.
  static func keyword(_ name: [UInt8]) -> [UInt8] {
    name.flatMap { byte in
      switch byte {
      case UInt8(ascii: "%"): Array("%25".utf8)
      case UInt8(ascii: "="): Array("%3D".utf8)
      default: [byte]
      }
    }
  }
}
