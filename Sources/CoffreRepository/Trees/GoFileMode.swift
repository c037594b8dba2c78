package import CoffreCore

/// The mode of a node: the bits of Go's `FileMode`, which are not those of `st_mode`.
package struct GoFileMode: Sendable, Hashable {
  package let rawValue: UInt32

  package init(rawValue: UInt32) { self.rawValue = rawValue }

  /// - Parameter permissions: POSIX, with setuid, setgid and sticky: 0 to 0o7777.
  package init(_ kind: EntryKind, permissions: UInt16) {
    var bits = UInt32(permissions & 0o777)
    if permissions & 0o4000 != 0 { bits |= Self.setuid }
    if permissions & 0o2000 != 0 { bits |= Self.setgid }
    if permissions & 0o1000 != 0 { bits |= Self.sticky }
    switch kind {
    case .file: break
    case .directory: bits |= Self.directory
    case .symlink: bits |= Self.symlink
    case .blockDevice: bits |= Self.device
    case .characterDevice: bits |= Self.device | Self.characterDevice
    case .fifo: bits |= Self.fifo
    case .socket: bits |= Self.socket
    }
    rawValue = bits
  }

  /// POSIX, with setuid, setgid and sticky.
  package var permissions: UInt16 {
    var result = UInt16(rawValue & 0o777)
    if rawValue & Self.setuid != 0 { result |= 0o4000 }
    if rawValue & Self.setgid != 0 { result |= 0o2000 }
    if rawValue & Self.sticky != 0 { result |= 0o1000 }
    return result
  }

  /// What the type bits say; of a node its type counts, not these.
  ///
  /// - Returns: `nil` for bits that no entry on Linux has.
  package var kind: EntryKind? {
    switch rawValue & Self.typeBits {
    case 0: .file
    case Self.directory: .directory
    case Self.symlink: .symlink
    case Self.device: .blockDevice
    case Self.device | Self.characterDevice: .characterDevice
    case Self.fifo: .fifo
    case Self.socket: .socket
    default: nil
    }
  }

  private static let directory: UInt32 = 1 << 31
  private static let symlink: UInt32 = 1 << 27
  private static let device: UInt32 = 1 << 26
  private static let fifo: UInt32 = 1 << 25
  private static let socket: UInt32 = 1 << 24
  private static let setuid: UInt32 = 1 << 23
  private static let setgid: UInt32 = 1 << 22
  private static let characterDevice: UInt32 = 1 << 21
  private static let sticky: UInt32 = 1 << 20
  private static let irregular: UInt32 = 1 << 19
  private static let typeBits = directory | symlink | device | fifo | socket | characterDevice | irregular
}
