/// JSON text on many lines, as people read it: two spaces for each level, as restic shows documents.
package enum JSONIndenting {
  /// - Parameter json: valid JSON; anything else comes out as some text.
  package static func indented(_ json: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(json.count * 2)
    var depth = 0
    var isInString = false
    var isEscaped = false
    var previous: UInt8 = 0
    for byte in json {
      if isInString {
        output.append(byte)
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
        continue
      }
      guard byte > 0x20 else { continue }
      let isOpening = previous == UInt8(ascii: "{") || previous == UInt8(ascii: "[")
      let isClosing = byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
      if isClosing { depth -= 1 }
      if isOpening != isClosing, previous != 0 { breakLine(depth, &output) }
      output.append(byte)
      switch byte {
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: ":"): output.append(0x20)
      case UInt8(ascii: ","): breakLine(depth, &output)
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      default: break
      }
      previous = byte
    }
    return output
  }

  private static func breakLine(_ depth: Int, _ output: inout [UInt8]) {
    output.append(0x0A)
    output.append(contentsOf: repeatElement(0x20, count: 2 * max(0, depth)))
  }
}
