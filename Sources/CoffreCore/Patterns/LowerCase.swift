/// `text` with each code point in lower case by Unicode's simple mapping, as Go's `strings.ToLower` does: one code point
/// for one. A byte that is no UTF-8 becomes U+FFFD.
package func lowercased(_ text: PathBytes) -> PathBytes {
  if text.allSatisfy({ $0 < 0x80 }) { return text.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 } }
  var result: PathBytes = []
  result.reserveCapacity(text.count)
  var position = 0
  while position < text.count {
    let (value, length) = Glob.scalar(in: text[...], at: position)
    position += length
    guard let scalar = Unicode.Scalar(value) else { continue }
    result.append(contentsOf: String(lowercased(scalar)).utf8)
  }
  return result
}

private func lowercased(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
  // The only one whose full mapping has two code points; the simple one is the first of them.
  if scalar == "\u{130}" { return "i" }
  let mapping = scalar.properties.lowercaseMapping.unicodeScalars
  return mapping.count == 1 ? mapping.first ?? scalar : scalar
}
