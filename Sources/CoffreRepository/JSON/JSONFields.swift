/// The names of the fields a codec knows, compared with the text without allocating.
///
/// Documents list their fields in the same order over and over: the search starts behind the field found last.
package struct JSONFields<Field>: Sendable
where Field: RawRepresentable & CaseIterable & Sendable, Field.RawValue == String {
  private let fields: [Field]
  private let names: [UInt8]
  private let starts: [Int]
  private var next = 0

  package init() {
    fields = Array(Field.allCases)
    var names: [UInt8] = []
    var starts = [0]
    for field in fields {
      names.append(contentsOf: field.rawValue.utf8)
      starts.append(names.count)
    }
    self.names = names
    self.starts = starts
  }

  /// - Returns: the field named by `text[from..<to]`, or `nil` if there is none.
  mutating func field(named text: Span<UInt8>, from start: Int, to end: Int) -> Field? {
    var candidate = next
    for _ in fields.indices {
      if candidate >= fields.count { candidate = 0 }
      if matches(candidate, text, from: start, to: end) {
        next = candidate &+ 1
        return fields[candidate]
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
