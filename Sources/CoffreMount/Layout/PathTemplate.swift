package import CoffreCore
import CoffreRepository

/// Where a snapshot appears: text with `%i`, `%I`, `%u`, `%h`, `%t` and `%T` for its short id, id, user, host, each of its
/// tags and its time. As restic's `--path-template`.
package struct PathTemplate: Sendable, Hashable {
  package struct Invalid: Error, Sendable, Hashable {
    package let template: String
    package let problem: Message
  }

  private enum Piece: Sendable, Hashable {
    case text([UInt8])
    case shortID, id, user, host, tag, time
  }

  /// What a snapshot's places begin with; where the template ends with a time, that is to follow.
  struct Places: Sendable, Hashable {
    var starts: [[UInt8]]
    let endsWithTime: Bool
  }

  package static let defaults: [PathTemplate] = [
    PathTemplate([.text(Array("ids/".utf8)), .shortID]), PathTemplate([.text(Array("snapshots/".utf8)), .time]),
    PathTemplate([.text(Array("hosts/".utf8)), .host, .text([UInt8(ascii: "/")]), .time]),
    PathTemplate([.text(Array("tags/".utf8)), .tag, .text([UInt8(ascii: "/")]), .time]),
  ]

  private let pieces: [Piece]

  private init(_ pieces: [Piece]) { self.pieces = pieces }

  package init(_ template: String) throws(Invalid) {
    var pieces: [Piece] = []
    var text: [UInt8] = []
    var rest = Array(template.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        text.append(byte)
        continue
      }
      guard let verb = rest.popFirst() else {
        throw Invalid(template: template, problem: "nothing follows the last '%'")
      }
      if verb == UInt8(ascii: "%") {
        text.append(verb)
        continue
      }
      guard let piece = Self.piece(verb) else {
        throw Invalid(
          template: template, problem: "'%\(displayed([verb]))' means nothing; there are %i, %I, %u, %h, %t, %T and %%")
      }
      if !text.isEmpty { pieces.append(.text(text)) }
      text = []
      pieces.append(piece)
    }
    if !text.isEmpty { pieces.append(.text(text)) }
    self.init(pieces)
    let parts = pieces.contains { if case .text = $0 { false } else { true } }
    guard parts else { throw Invalid(template: template, problem: "it is the same for every snapshot") }
    guard !folders(template).contains([UInt8(ascii: "."), UInt8(ascii: ".")]) else {
      throw Invalid(template: template, problem: "it leads out with '..'")
    }
  }

  private static func piece(_ verb: UInt8) -> Piece? {
    switch verb {
    case UInt8(ascii: "i"): .shortID
    case UInt8(ascii: "I"): .id
    case UInt8(ascii: "u"): .user
    case UInt8(ascii: "h"): .host
    case UInt8(ascii: "t"): .tag
    case UInt8(ascii: "T"): .time
    default: nil
    }
  }

  private func folders(_ template: String) -> [PathBytes] { components(of: Array(template.utf8)) }
}

// MARK: Filling in

extension PathTemplate {
  /// The folders that are there even if no snapshot is.
  var constantFolders: [PathBytes] {
    guard case .text(let text) = pieces.first, let slash = text.lastIndex(of: UInt8(ascii: "/")) else { return [] }
    return components(of: Array(text[..<slash]))
  }

  /// - Parameter time: as it is shown.
  /// - Returns: none for a snapshot without tags if the template has `%t`, several for one with several.
  func places(of stored: StoredSnapshot, time: [UInt8]) -> Places {
    var places = Places(starts: [[]], endsWithTime: pieces.last == .time)
    for piece in places.endsWithTime ? pieces.dropLast() : pieces[...] {
      let values: [[UInt8]] =
        switch piece {
        case .text(let text): [text]
        case .shortID: [Array(stored.id.short.utf8)]
        case .id: [stored.id.hexBytes]
        case .user: [Self.entryName(stored.snapshot.username)]
        case .host: [Self.entryName(stored.snapshot.hostname)]
        case .tag: stored.snapshot.tags.map { Self.entryName($0) }
        case .time: [time]
        }
      places.starts = values.flatMap { value in places.starts.map { $0 + value } }
    }
    return places
  }

  /// What stands in a snapshot as one name of a folder's entry.
  static func entryName(_ text: String) -> [UInt8] {
    switch text {
    case "", ".": [UInt8(ascii: "_")]
    case "..": [UInt8](repeating: UInt8(ascii: "_"), count: 2)
    default: text.utf8.map { $0 == UInt8(ascii: "/") || $0 == 0 ? UInt8(ascii: "_") : $0 }
    }
  }
}
