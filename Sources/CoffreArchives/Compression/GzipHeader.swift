import CoffreCore

/// What stands before the deflate stream in a gzip file (RFC 1952).
struct GzipHeader {
  let bytes: [UInt8]

  /// - Parameter file: its name and time are told; a path's last component is the name.
  init(_ file: ArchiveEntry?) {
    let name = file.map { $0.path.split(separator: UInt8(ascii: "/")).last ?? [] } ?? []
    // The time has 32 bits without a sign; 0 says that there is none.
    let seconds = file.map { $0.attributes.modified.seconds } ?? 0
    let time = (0...Int64(UInt32.max)).contains(seconds) ? UInt32(seconds) : 0
    let flags: UInt8 = name.isEmpty ? 0 : 8  // FNAME
    let system: UInt8 = 3  // Unix
    bytes =
      [0x1F, 0x8B, 8, flags] + (0..<4).map { UInt8(truncatingIfNeeded: time >> (8 * UInt32($0))) } + [0, system]
      + (name.isEmpty ? [] : Array(name) + [0])
  }
}
