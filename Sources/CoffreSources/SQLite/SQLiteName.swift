extension String {
  /// Whether SQLite takes both for one name: capitals of ASCII do not count, those of other letters do.
  func isSameName(as other: String) -> Bool { nameKey == other.nameKey }

  /// Equal for names that are one for SQLite.
  var nameKey: [UInt8] {
    utf8.map { byte in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
      default: byte
      }
    }
  }
}
