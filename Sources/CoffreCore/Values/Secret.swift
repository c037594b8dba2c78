/// A password or key that never shows itself: printing, logging or encoding one gives `<secret>`.
package struct Secret: Sendable {
  private let value: [UInt8]

  package init(_ value: [UInt8]) { self.value = value }
  package init(_ text: String) { self.value = Array(text.utf8) }

  /// The only way to the bytes, named so that a reader stops at each use.
  package var exposedBytes: [UInt8] { value }
  package var isEmpty: Bool { value.isEmpty }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "<secret>" }
  package var debugDescription: String { "<secret>" }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
