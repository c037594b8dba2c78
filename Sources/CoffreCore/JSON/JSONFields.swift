/// The names of the fields that a document may have, compared with the text without allocating.
///
/// Documents list their fields in the same order over and over: the search starts behind the field found last.
package struct JSONFieldNames: Sendable {
  private let names: [UInt8]
  /// Of each name, and the end of the last one.
  private let starts: [Int]
  private var next = 0

  package init(_ all: [String]) {
    var names: [UInt8] = []
    var starts = [0]
    for name in all {
      names.append(contentsOf: name.utf8)
      starts.append(names.count)
    }
    self.names = names
    self.starts = starts
  }

  /// - Returns: the number of the name that is `text[from..<to]`, or `nil` if there is none.
  mutating func number(of text: Span<UInt8>, from start: Int, to end: Int) -> Int? {
    let count = starts.count &- 1
    var candidate = next
    for _ in 0..<count {
      if candidate >= count { candidate = 0 }
      if matches(candidate, text, from: start, to: end) {
        next = candidate &+ 1
        return candidate
      }
      candidate &+= 1
    }
    return nil
  }

  @inline(__always)
  private func matches(_ candidate: Int, _ text: Span<UInt8>, from start: Int, to end: Int) -> Bool {
    let name = starts[candidate]
    guard starts[candidate &+ 1] &- name == end &- start else { return false }
    for offset in 0..<(end &- start) where names[name &+ offset] != text[start &+ offset] { return false }
    return true
  }
}

/// The fields that a codec knows.
///
/// All work is done by their numbers: generic code is not always made for its types in another module, and then each field
/// of each node would ask the runtime for metadata.
package struct JSONFields<Field>: Sendable
where Field: RawRepresentable & CaseIterable & Sendable, Field.RawValue == String {
  @usableFromInline let fields: [Field]
  @usableFromInline var names: JSONFieldNames

  package init() {
    fields = Array(Field.allCases)
    names = JSONFieldNames(fields.map { $0.rawValue })
  }
}
