extension String {
  /// Byte for byte, as peers compare: `==` takes two spellings of `é` for one, and they may be two folders.
  package func hasSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }

  /// By their bytes, as peers sort.
  package func sortsBefore(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
}
