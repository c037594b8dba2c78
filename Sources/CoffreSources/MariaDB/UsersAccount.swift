import CoffreCore
import CoffreSystem

/// What somebody's own `~/.my.cnf` says of an account: who it is, where its server is, and how that is spoken to.
///
/// The vendor's programs read more there, each its own group: `mariadb-backup` leaves out databases if a line says so, and
/// takes a folder of files for the server's. Nobody who backs up a whole server means that.
struct UsersAccount: Sendable, Hashable {
  /// As they stand in the file, with their quotes, in their order: the last one of a name counts.
  private(set) var lines: [[UInt8]] = []

  /// The groups that a session of ours goes by, too.
  private static let groups: Set<String> = ["client", "client-server", "client-mariadb"]
  private static let names: Set<String> = [
    "user", "password", "host", "port", "protocol", "socket", "ssl", "ssl-ca", "ssl-capath", "ssl-cert", "ssl-cipher",
    "ssl-crl", "ssl-crlpath", "ssl-key", "ssl-verify-server-cert", "tls-version",
  ]
  /// Files that include each other come to an end, as they do for the vendor's programs.
  private static let deepest = 10
  /// In bytes.
  private static let largest = 1 << 20

  /// - Parameter file: what is not there, or not ours to read, says nothing.
  init(file: PathBytes) { read(file, depth: 0) }

  private mutating func read(_ file: PathBytes, depth: Int) {
    guard depth <= Self.deepest, let attributes = try? FileDescriptor.attributes(ofPath: file, .following),
      // One that everybody may write to is believed by nobody.
      attributes.kind == .file, attributes.permissions & 0o002 == 0,
      let content = try? readFile(file, limit: Self.largest)
    else { return }
    var isOurs = false
    for line in content.split(separator: UInt8(ascii: "\n")) {
      let line = Self.trimmed(line)
      switch line.first {
      case nil, UInt8(ascii: "#"), UInt8(ascii: ";"): continue
      case UInt8(ascii: "["):
        let name = line.dropFirst().prefix { $0 != UInt8(ascii: "]") }
        isOurs = Self.groups.contains(displayed(Self.trimmed(name)))
      case UInt8(ascii: "!"): include(line, depth: depth)
      default:
        if isOurs, Self.names.contains(Self.name(in: line)) { lines.append(Array(line)) }
      }
    }
  }

  /// `!include FILE`, `!includedir FOLDER`.
  private mutating func include(_ line: ArraySlice<UInt8>, depth: Int) {
    let word = displayed(line.prefix { !Self.isSpace($0) })
    let path = Array(Self.trimmed(line.drop { !Self.isSpace($0) }))
    guard !path.isEmpty else { return }
    if word == #"!include"# { return read(path, depth: depth + 1) }
    guard word == #"!includedir"#, let names = try? FileDescriptor.openDirectory(path: path).entryNames() else {
      return
    }
    let files = names.filter { displayed($0).hasSuffix(".cnf") }
    for name in files.sorted(by: { $0.lexicographicallyPrecedes($1) }) { read(joined(path, name), depth: depth + 1) }
  }

  /// Of the option that a line sets; an underscore in it is as good as a hyphen.
  private static func name(in line: ArraySlice<UInt8>) -> String {
    let text = displayed(trimmed(line.prefix { $0 != UInt8(ascii: "=") })).replacing("_", with: "-")
    return text.hasPrefix("loose-") ? String(text.dropFirst("loose-".count)) : text
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte <= UInt8(ascii: " ") }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var rest = bytes.drop(while: isSpace)
    while let last = rest.last, isSpace(last) { rest.removeLast() }
    return rest
  }
}
