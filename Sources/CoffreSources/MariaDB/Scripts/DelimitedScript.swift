import CoffreCore
import CoffreSystem

/// A script that the program `mariadb` runs, and that is read again without knowing its language: each statement ends with
/// a delimiter that occurs nowhere else in it, and a newline.
struct DelimitedScript: Sendable {
  private(set) var statements: [[UInt8]] = []
  /// Lines of remarks at its beginning.
  let remarks: [String]

  init(remarks: [String] = []) { self.remarks = remarks }

  mutating func add(_ statement: String) { statements.append(Array(statement.utf8)) }
  mutating func add(_ statement: [UInt8]) { statements.append(statement) }

  /// The program's own word, with the delimiter behind it.
  private static let word = Array(#"DELIMITER "#.utf8)
  private static let newline = UInt8(ascii: "\n")

  func bytes() -> [UInt8] {
    let delimiter = self.delimiter
    var bytes: [UInt8] = []
    for remark in remarks { bytes += Array(#"-- \#(remark)"#.utf8) + [Self.newline] }
    bytes += Self.word + delimiter + [Self.newline]
    for statement in statements { bytes += statement + delimiter + [Self.newline] }
    return bytes + Self.word + Array(";".utf8) + [Self.newline]
  }

  /// One that no statement holds.
  private var delimiter: [UInt8] {
    var delimiter = Array(";;".utf8)
    while statements.contains(where: { Self.position(of: delimiter, in: $0[...]) != nil }) {
      delimiter.append(UInt8(ascii: ";"))
    }
    return delimiter
  }

  /// - Returns: `nil` for what is no such script, or half of one.
  static func statements(of bytes: [UInt8]) -> [[UInt8]]? {
    var rest = bytes[...]
    while rest.starts(with: Array("-- ".utf8)) {
      guard let end = rest.firstIndex(of: newline) else { return nil }
      rest = rest[(end + 1)...]
    }
    guard rest.starts(with: word), let lineEnd = rest.firstIndex(of: newline) else { return nil }
    let delimiter = Array(rest[(rest.startIndex + word.count)..<lineEnd])
    rest = rest[(lineEnd + 1)...]
    let end = word + Array(";".utf8) + [newline]
    var statements: [[UInt8]] = []
    while !rest.elementsEqual(end) {
      guard !delimiter.isEmpty, let place = position(of: delimiter + [newline], in: rest) else { return nil }
      statements.append(Array(rest[..<place]))
      rest = rest[(place + delimiter.count + 1)...]
    }
    return statements
  }

  private static func position(of wanted: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
    guard let first = wanted.first, bytes.count >= wanted.count else { return nil }
    var position = bytes.startIndex
    while let found = bytes[position...].firstIndex(of: first), found + wanted.count <= bytes.endIndex {
      if bytes[found..<(found + wanted.count)].elementsEqual(wanted) { return found }
      position = found + 1
    }
    return nil
  }
}
