import CoffreCore

/// Kind and permissions as `ls -l` writes them.
struct UnixMode {
  let kind: EntryKind
  let permissions: UInt16

  init?(_ text: String) {
    let letters = Array(text.utf8)
    guard letters.count == 10 else { return nil }
    switch letters[0] {
    case UInt8(ascii: "-"): kind = .file
    case UInt8(ascii: "d"): kind = .directory
    case UInt8(ascii: "l"): kind = .symlink
    case UInt8(ascii: "b"): kind = .blockDevice
    case UInt8(ascii: "c"): kind = .characterDevice
    case UInt8(ascii: "p"): kind = .fifo
    case UInt8(ascii: "s"): kind = .socket
    default: return nil
    }
    var bits: UInt16 = 0
    var special: UInt16 = 0
    for (index, letter) in letters.dropFirst().enumerated() {
      bits <<= 1
      switch letter {
      case UInt8(ascii: "-"): break
      case UInt8(ascii: "r"), UInt8(ascii: "w"), UInt8(ascii: "x"): bits |= 1
      case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "S"), UInt8(ascii: "T"):
        // setuid, setgid and sticky stand where their group's x would.
        if letter > 90 { bits |= 1 }
        special |= index == 2 ? 0o4000 : index == 5 ? 0o2000 : 0o1000
      default: return nil
      }
    }
    permissions = bits | special
  }
}
