/// Writes JSON as Go's encoder does with HTML escaping on: no white space, the escapes of restic built with Go 1.22 on.
///
/// Commas are set by the writer. The caller closes what it opens.
package struct JSONWriter: Sendable {
  /// What was written so far.
  package private(set) var output: [UInt8] = []
  private var isFirst = true
  private var isAfterKey = false

  package init() {}

  /// Hands over what was written since the last call; what comes goes on from there.
  package mutating func takeOutput() -> [UInt8] {
    var taken: [UInt8] = []
    swap(&taken, &output)
    return taken
  }

  private mutating func separate() {
    if isAfterKey {
      isAfterKey = false
    } else if !isFirst {
      output.append(UInt8(ascii: ","))
    }
    isFirst = false
  }

  package mutating func beginObject() { begin(UInt8(ascii: "{")) }
  package mutating func endObject() { end(UInt8(ascii: "}")) }
  package mutating func beginArray() { begin(UInt8(ascii: "[")) }
  package mutating func endArray() { end(UInt8(ascii: "]")) }

  private mutating func begin(_ opening: UInt8) {
    separate()
    output.append(opening)
    isFirst = true
  }

  private mutating func end(_ closing: UInt8) {
    output.append(closing)
    isFirst = false
  }

  /// - Precondition: `name` needs no escaping.
  package mutating func key(_ name: String) {
    separate()
    output.append(UInt8(ascii: "\""))
    output.append(contentsOf: name.utf8)
    output.append(UInt8(ascii: "\""))
    output.append(UInt8(ascii: ":"))
    isAfterKey = true
  }

  /// A key that may hold anything.
  package mutating func key(escaping name: String) {
    string(name)
    output.append(UInt8(ascii: ":"))
    isAfterKey = true
  }

  /// Writes one field: its key and what `value` writes.
  @inlinable
  package mutating func field(_ field: some RawRepresentable<String>, _ value: (inout JSONWriter) -> Void) {
    key(field.rawValue)
    value(&self)
  }

  /// Writes one field whose key needs no escaping.
  package mutating func field(_ name: String, _ value: (inout JSONWriter) -> Void) {
    key(name)
    value(&self)
  }

  /// Takes over a value that is JSON already.
  package mutating func raw(_ json: some Sequence<UInt8>) {
    separate()
    output.append(contentsOf: json)
  }

  package mutating func string(_ text: Span<UInt8>) {
    separate()
    output.append(addingCapacity: text.count * JSONEscaping.maximumGrowth + 2) { output in
      output.append(UInt8(ascii: "\""))
      JSONEscaping.append(text, to: &output)
      output.append(UInt8(ascii: "\""))
    }
  }

  package mutating func string(_ text: String) { string(Array(text.utf8).span) }

  package mutating func strings(_ texts: [String]) {
    beginArray()
    for text in texts { string(text) }
    endArray()
  }

  package mutating func number(_ value: UInt64) {
    separate()
    appendDecimal(value)
  }

  package mutating func number(_ value: Int64) {
    separate()
    if value < 0 { output.append(UInt8(ascii: "-")) }
    appendDecimal(value.magnitude)
  }

  private mutating func appendDecimal(_ value: UInt64) {
    output.append(addingCapacity: OutputSpan<UInt8>.maximumDecimalCount) { $0.append(decimal: value) }
  }

  package mutating func bool(_ value: Bool) {
    separate()
    output.append(contentsOf: (value ? "true" : "false").utf8)
  }

  package mutating func null() {
    separate()
    output.append(contentsOf: "null".utf8)
  }

  package mutating func digest(_ digest: Digest) {
    separate()
    output.append(addingCapacity: Digest.hexCount + 2) { output in
      output.append(UInt8(ascii: "\""))
      output.append(digest: digest)
      output.append(UInt8(ascii: "\""))
    }
  }

  package mutating func time(_ time: Timestamp) {
    separate()
    output.append(UInt8(ascii: "\""))
    time.clampedToWritableYears.append(to: &output)
    output.append(UInt8(ascii: "\""))
  }

  package mutating func base64(_ bytes: Span<UInt8>) {
    separate()
    output.append(addingCapacity: Base64.encodedCount(bytes.count) + 2) { output in
      output.append(UInt8(ascii: "\""))
      Base64.append(bytes, to: &output)
      output.append(UInt8(ascii: "\""))
    }
  }

  /// Ends the text with the line feed that index files and trees have.
  package mutating func endLine() { output.append(0x0A) }
}
