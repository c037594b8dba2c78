package import CoffreCore

/// Which of the archives that lie in a destination are a row's, by their names: those of older scripts say no more.
package struct DestinationComparison: Sendable {
  package struct File: Sendable, Hashable {
    package let name: PathBytes
    package let size: Int64
    package let modified: Timestamp

    package init(name: PathBytes, size: Int64, modified: Timestamp) {
      self.name = name
      self.size = size
      self.modified = modified
    }
  }

  /// The archives of each row, in the order of the rows.
  package private(set) var archives: [[File]]
  /// Archives in which no row's name stands.
  package private(set) var strangers: [File] = []

  /// - Parameters:
  ///   - files: of one folder; those that are no archives count for nothing.
  ///   - sources: of the rows whose archives go there.
  package init(_ files: [File], sources: [PathBytes]) {
    archives = sources.map { _ in [] }
    let names = sources.map { Self.names(of: $0) }
    for file in files.sorted(by: { $0.name.lexicographicallyPrecedes($1.name) }) where Self.isArchive(file.name) {
      let text = displayed(file.name).lowercased()
      // A longer name says more: `report.old` is no `report`.
      let matches = names.map { names in
        // The whole name says more than the same without its ending.
        names.enumerated().filter { Self.stands($0.element, in: text) }.map { 2 * $0.element.utf8.count - $0.offset }
          .max() ?? 0
      }
      let best = matches.max() ?? 0
      guard best > 0 else {
        strangers.append(file)
        continue
      }
      for row in sources.indices where matches[row] == best { archives[row].append(file) }
    }
  }

  /// The name of the file or folder, with and without its ending.
  private static func names(of source: PathBytes) -> [String] {
    let name = source.split(separator: UInt8(ascii: "/")).last.map { displayed($0).lowercased() } ?? ""
    guard let point = name.lastIndex(of: "."), point != name.startIndex else { return name.isEmpty ? [] : [name] }
    return [name, String(name[..<point])]
  }

  private static func stands(_ name: String, in text: String) -> Bool {
    var rest = text[...]
    while let found = rest.firstRange(of: name) {
      let before = found.lowerBound == text.startIndex ? nil : text[text.index(before: found.lowerBound)]
      let after = found.upperBound == text.endIndex ? nil : text[found.upperBound]
      // As a word of its own: what follows may be a date.
      if !isWordPart(before), !isWordPart(after) { return true }
      rest = text[text.index(after: found.lowerBound)...]
    }
    return false
  }

  private static func isWordPart(_ character: Character?) -> Bool {
    guard let character else { return false }
    return character.isLetter
  }

  private static let endings = [
    ".7z", ".zip", ".rar", ".tar", ".tgz", ".gz", ".zst", ".xz", ".bz2", ".7z.001", ".zip.001",
  ]
  private static let wrappings = [".age", ".gpg", ".enc"]

  package static func isArchive(_ name: PathBytes) -> Bool {
    var text = displayed(name).lowercased()
    guard !text.hasPrefix(".") else { return false }
    for wrapping in wrappings where text.hasSuffix(wrapping) { text.removeLast(wrapping.count) }
    return endings.contains { text.hasSuffix($0) }
  }
}

extension DestinationComparison.File {
  /// Whether it is the younger one.
  package func isNewer(than other: Self) -> Bool { other.modified.isBefore(modified) }
}
