package import CoffreCore

/// What points of a shelf are called: `backup-{timestamp}/`.
///
/// `{timestamp}` is when the view was taken, `{host}`, `{variant}` and `{name}` what they say. With a slash at the end each
/// point is a folder, without one it is a file. Names that exist already get `-2`, `-3`….
package struct PointTemplate: Sendable, Hashable {
  package static let usual = "backup-{timestamp}/"

  package enum Zone: Sendable, Hashable {
    /// With a `Z` at the end.
    case utc
    /// Of the machine that backs up, at that moment; with its offset, as an hour comes twice a year.
    case local
  }

  private enum Piece: Sendable, Hashable {
    case text([UInt8])
    case timestamp, host, variant, name
  }

  package let text: String
  /// Of the points.
  package let form: PointPlace.Form
  private let pieces: [Piece]

  package init(_ text: String = usual) throws(ShelfError) {
    self.text = text
    var rest = Array(text.utf8)[...]
    form = rest.last == UInt8(ascii: "/") ? .folder : .file
    if form == .folder { rest.removeLast() }
    var pieces: [Piece] = []
    while let byte = rest.first {
      guard byte == UInt8(ascii: "{") else {
        let plain = rest.prefix { $0 != UInt8(ascii: "{") }
        pieces.append(.text(Array(plain)))
        rest = rest.dropFirst(plain.count)
        continue
      }
      guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else {
        throw .invalidTemplate(text, "a '{' is not closed")
      }
      let word = displayed(rest[(rest.startIndex + 1)..<end])
      switch word {
      case "timestamp": pieces.append(.timestamp)
      case "host": pieces.append(.host)
      case "variant": pieces.append(.variant)
      case "name": pieces.append(.name)
      default:
        throw .invalidTemplate(
          text, "'\(word)' is none of {timestamp}, {host}, {variant} and {name}")
      }
      rest = rest[(end + 1)...]
    }
    self.pieces = pieces
    guard pieces.contains(.timestamp) else {
      throw .invalidTemplate(text, "without {timestamp} all backups would have one name")
    }
    for case .text(let plain) in pieces {
      if plain.contains(UInt8(ascii: "/")) {
        throw .invalidTemplate(text, "a '/' stands elsewhere than at its end")
      }
      if plain.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
        throw .invalidTemplate(text, "a control character stands in it")
      }
    }
    if case .text(let plain) = pieces.first, plain.first == UInt8(ascii: ".") {
      throw .invalidTemplate(text, "names that begin with a point are hidden, and Coffre's own")
    }
  }

  /// What a name may be long, in bytes, so that `-999999` still fits, and behind it what names of files end with.
  private var longestName: Int { form == .folder ? 240 : 240 - PointPlace.longestEnd }

  /// - Parameters:
  ///   - name: what the source is called; whatever no file name may hold becomes `_`.
  ///   - ending: of the archive's name. Where points are files, a template may end with it too.
  ///   - isTaken: whether the shelf has something that a point of this name would have.
  package func pointName(
    at time: Timestamp, zone: Zone, host: String, variant: ShelfVariant, name: String,
    ending: PathBytes, unless isTaken: (PathBytes) throws -> Bool
  ) rethrows -> PathBytes {
    var result: PathBytes = []
    for piece in pieces {
      switch piece {
      case .text(let text): result += text
      case .timestamp: result += Self.written(time, zone)
      case .host: result += Self.safe(host)
      case .variant: result += Array(variant.rawValue.utf8)
      case .name: result += Self.safe(name)
      }
    }
    if form == .file, result.count > ending.count, result.suffix(ending.count) == ending[...] {
      result.removeLast(ending.count)
    }
    // Cut between letters: a name stays UTF-8.
    var cut = result.prefix(longestName)
    while cut.count < result.count, let last = cut.last, last & 0xC0 == 0x80 { cut.removeLast() }
    if cut.count < result.count, let last = cut.last, last >= 0xC0 { cut.removeLast() }
    result = Array(cut)
    if result.first == UInt8(ascii: ".") { result[0] = UInt8(ascii: "_") }
    guard try isTaken(result) else { return result }
    var number = 2
    while true {
      let next = result + Array("-\(number)".utf8)
      guard try isTaken(next) else { return next }
      number += 1
    }
  }

  /// What a source is called: the last part of its path; a database by its server and its own name.
  ///
  /// - Parameter path: absolute, as in a snapshot: `/@postgresql/db.example.org-5432/shop`.
  static func sourceName(of path: PathBytes) -> String {
    let parts = components(of: path)
    guard parts.count > 1, parts[0].first == UInt8(ascii: "@"), parts[0] != Array("@sqlite".utf8) else {
      return displayed(parts.last ?? [])
    }
    return parts.dropFirst().map { displayed($0) }.joined(separator: "-")
  }

  /// `20261122T104500Z`, or `20261122T114500+0100`: sorted by name is sorted by time, as far as the zone allows.
  static func written(_ time: Timestamp, _ zone: Zone) -> [UInt8] {
    let shown = zone == .utc ? time.at(utcOffset: 0) : time
    var text: [UInt8] = []
    Timestamp(seconds: shown.seconds, nanoseconds: 0, utcOffset: shown.utcOffset).append(to: &text)
    // What stands for UTC in local time too.
    return text.enumerated().filter { place, byte in
      !(byte == UInt8(ascii: ":") || (byte == UInt8(ascii: "-") && place < 10))
    }.map(\.element)
  }

  private static func safe(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8).map { byte in
      byte < 0x20 || byte == 0x7F || Array("/\\:*?\"<>|".utf8).contains(byte) ? UInt8(ascii: "_") : byte
    }
    return bytes.isEmpty ? [UInt8(ascii: "_")] : bytes
  }
}
