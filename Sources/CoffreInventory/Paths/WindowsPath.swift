import CoffreCore

/// A path of Windows, taken apart: `\\server\share\folder` or `Z:\folder`, with either slash.
struct WindowsPath: Sendable, Hashable {
  /// `\\server`, `share`, …; or `Z:`, ….
  let parts: [PathBytes]
  /// Why it leads nowhere; `nil` if it is good.
  let problem: Message?

  /// - Returns: `nil` if it is none: it begins neither with two backslashes nor with a drive.
  init?(_ path: [UInt8]) {
    var path = path
    // What programs write to have longer paths: `\\?\Z:\…` and `\\?\UNC\server\…`.
    let long = Array(#"\\?\"#.utf8)
    if path.starts(with: long) {
      path.removeFirst(long.count)
      let share = Array(#"UNC\"#.utf8)
      if lowercased(Array(path.prefix(share.count))) == lowercased(share) {
        path.replaceSubrange(..<share.count, with: Array(#"\\"#.utf8))
      }
    }
    if path.starts(with: Array(#"\\"#.utf8)) {
      self.init(share: path.dropFirst(2))
    } else if path.count >= 2, path[1] == UInt8(ascii: ":"), Self.isLetter(path[0]) {
      let rest = path.dropFirst(2)
      guard rest.isEmpty || Self.isSlash(rest[rest.startIndex]) else {
        self.init(problem: "behind the drive there is no '\\': the path depends on where a program works")
        return
      }
      self.init(first: Array(path.prefix(2)), rest: rest)
    } else {
      return nil
    }
  }

  /// `//server/share/…`.
  init?(slashed path: [UInt8]) {
    guard path.starts(with: Array("//".utf8)), path.count > 2, path[2] != UInt8(ascii: "/") else { return nil }
    self.init(share: path.dropFirst(2))
  }

  private init(share: ArraySlice<UInt8>) {
    let words = share.split(whereSeparator: Self.isSlash)
    guard words.count >= 2 else {
      self.init(problem: "the path names no share behind its server")
      return
    }
    self.init(first: Array(#"\\"#.utf8) + words[0], rest: share[words[0].endIndex...])
  }

  private init(problem: Message) {
    parts = []
    self.problem = problem
  }

  private init(first: PathBytes, rest: ArraySlice<UInt8>) {
    let words = rest.split(whereSeparator: Self.isSlash).map(Array.init).filter { $0 != Array(".".utf8) }
    parts = [first] + words
    problem = words.contains(Array("..".utf8)) ? "the path holds '..'" : nil
  }

  /// Windows knows no case.
  func begins(with other: WindowsPath) -> Bool {
    parts.count >= other.parts.count && zip(parts, other.parts).allSatisfy { lowercased($0) == lowercased($1) }
  }

  func hasSameParts(as other: WindowsPath) -> Bool { begins(with: other) && parts.count == other.parts.count }

  private static func isSlash(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "/") }
  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }
}
