package import CoffreCore

/// Tests look for words in what a message says in English.
extension Message {
  package func contains(_ text: String) -> Bool { description.contains(text) }
  package func hasPrefix(_ text: String) -> Bool { description.hasPrefix(text) }
  package func hasSuffix(_ text: String) -> Bool { description.hasSuffix(text) }
}
