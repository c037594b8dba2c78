/// The version of a vendor's tool.
package struct ToolVersion: Sendable, Hashable {
  package let major: Int
  /// Negative for what comes before the first release: development, beta, release candidate.
  package let minor: Int
  /// As the tool says it, such as `15.18` or `19devel`.
  package let text: String

  package init(major: Int, minor: Int, text: String) {
    self.major = major
    self.minor = minor
    self.text = text
  }

  /// Reads the line of `pg_dump --version` and its neighbours: `pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
  ///
  /// The words in the first parentheses may be of another product that is made of PostgreSQL.
  package static func postgres(_ line: String) -> ToolVersion? {
    guard let close = line.firstIndex(of: ")") else { return nil }
    let rest = line[line.index(after: close)...].drop { $0 == " " }
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard let major = Int(digits) else { return nil }
    let behind = rest[digits.endIndex...]
    for (index, stage) in ["devel", "beta", "rc"].enumerated() where behind.hasPrefix(stage) {
      let number = behind.dropFirst(stage.count).prefix { $0.isASCII && $0.isNumber }
      return ToolVersion(major: major, minor: index - 3, text: "\(digits)\(stage)\(number)")
    }
    guard behind.first == "." else { return nil }
    let minorDigits = behind.dropFirst().prefix { $0.isASCII && $0.isNumber }
    guard let minor = Int(minorDigits) else { return nil }
    return ToolVersion(major: major, minor: minor, text: "\(digits).\(minorDigits)")
  }

  /// Reads the line of `mariadb-dump --version`: `mariadb-dump  Ver 10.19 Distrib 10.11.19-MariaDB, for debian-linux-gnu`,
  /// or, since 11, `mariadb-dump from 11.4.3-MariaDB, client 10.19 for Linux`; the first number is the program's own there.
  package static func mariadb(_ line: String) -> ToolVersion? {
    let words = line.split { $0 == " " || $0 == "," }
    guard let place = words.firstIndex(where: { $0 == "Distrib" || $0 == "from" }), place + 1 < words.count else {
      return nil
    }
    let text = words[place + 1].prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let numbers = text.split(separator: ".").compactMap { Int($0) }
    guard numbers.count >= 2 else { return nil }
    return ToolVersion(major: numbers[0], minor: numbers[1], text: String(text))
  }

  /// Reads the line of `mariadbd --version`, `mariadbd  Ver 10.11.19-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64`, and
  /// that of `mariadb-backup --version`, `mariadb-backup based on MariaDB server 10.11.19-MariaDB debian-linux-gnu`.
  package static func mariadbServer(_ line: String) -> ToolVersion? {
    let words = line.split(separator: " ")
    guard line.contains("MariaDB"), let place = words.firstIndex(where: { $0 == "Ver" || $0 == "server" }),
      place + 1 < words.count
    else { return nil }
    let text = words[place + 1].prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let numbers = text.split(separator: ".").compactMap { Int($0) }
    guard numbers.count >= 2 else { return nil }
    return ToolVersion(major: numbers[0], minor: numbers[1], text: String(text))
  }
}
