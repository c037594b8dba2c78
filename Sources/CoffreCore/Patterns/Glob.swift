/// What one element of a pattern's component stands for.
enum Glob: Sendable, Hashable {
  case byte(UInt8)
  case anyOne
  case anyRun
  case set([ClosedRange<UInt32>], isNegated: Bool)
}

// MARK: Matching

extension Glob {
  /// Backtracks to the last `*` only, so that the time is bounded by the product of the lengths.
  static func matches(_ globs: ArraySlice<Glob>, _ name: ArraySlice<UInt8>) -> Bool {
    var glob = globs.startIndex
    var position = name.startIndex
    var star: (glob: Int, position: Int)?
    while position < name.endIndex {
      if glob < globs.endIndex {
        if case .anyRun = globs[glob] {
          star = (glob, position)
          glob += 1
          continue
        }
        if let next = step(globs[glob], name, position) {
          glob += 1
          position = next
          continue
        }
      }
      guard let last = star else { return false }
      glob = last.glob + 1
      position = last.position + 1
      star = (last.glob, position)
    }
    return globs[glob...].allSatisfy { $0 == .anyRun }
  }

  /// - Returns: the position after what one element matched, or `nil`.
  private static func step(_ glob: Glob, _ name: ArraySlice<UInt8>, _ position: Int) -> Int? {
    switch glob {
    case .byte(let byte): return name[position] == byte ? position + 1 : nil
    case .anyRun: return nil
    case .anyOne: return position + scalar(in: name, at: position).length
    case .set(let ranges, let isNegated):
      let (value, length) = scalar(in: name, at: position)
      return ranges.contains { $0.contains(value) } != isNegated ? position + length : nil
    }
  }

  /// The code point at a position; a byte that is no UTF-8 counts as one character.
  static func scalar(in name: ArraySlice<UInt8>, at position: Int) -> (value: UInt32, length: Int) {
    var decoder = UTF8()
    var iterator = name[position...].makeIterator()
    guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return (0xFFFD, 1) }
    return (scalar.value, UTF8.width(scalar))
  }
}

// MARK: Reading

extension Glob {
  static func parse(_ component: [UInt8], of text: String) throws(Pattern.Invalid) -> [Glob] {
    var globs: [Glob] = []
    var position = 0
    while position < component.count {
      let byte = component[position]
      position += 1
      switch byte {
      case UInt8(ascii: "*"): if globs.last != .anyRun { globs.append(.anyRun) }
      case UInt8(ascii: "?"): globs.append(.anyOne)
      case UInt8(ascii: "\\"):
        guard position < component.count else {
          throw Pattern.Invalid(pattern: text, problem: "it ends with a backslash")
        }
        globs.append(.byte(component[position]))
        position += 1
      case UInt8(ascii: "["): globs.append(try parseSet(component, &position, of: text))
      default: globs.append(.byte(byte))
      }
    }
    return globs
  }

  /// Reads a set after its opening bracket.
  private static func parseSet(_ component: [UInt8], _ position: inout Int, of text: String) throws(Pattern.Invalid)
    -> Glob
  {
    let unclosed = Pattern.Invalid(pattern: text, problem: "a '[' is not closed")
    let isNegated = position < component.count && component[position] == UInt8(ascii: "^")
    if isNegated { position += 1 }
    var ranges: [ClosedRange<UInt32>] = []
    while true {
      guard position < component.count else { throw unclosed }
      if component[position] == UInt8(ascii: "]"), !ranges.isEmpty {
        position += 1
        return .set(ranges, isNegated: isNegated)
      }
      guard let low = setCharacter(component, &position) else { throw unclosed }
      var high = low
      if position < component.count, component[position] == UInt8(ascii: "-") {
        position += 1
        guard let end = setCharacter(component, &position) else { throw unclosed }
        high = end
      }
      guard low <= high else { throw Pattern.Invalid(pattern: text, problem: "a range in '[…]' runs backwards") }
      ranges.append(low...high)
    }
  }

  private static func setCharacter(_ component: [UInt8], _ position: inout Int) -> UInt32? {
    guard position < component.count else { return nil }
    if component[position] == UInt8(ascii: "\\") { position += 1 }
    guard position < component.count else { return nil }
    let (value, length) = Glob.scalar(in: component[...], at: position)
    position += length
    return value
  }
}
