/// Which server, and how old: some of what is asked of it depends on that.
package struct MariaDBVersion: Sendable, Hashable {
  /// MySQL, and its kin, if not.
  package let isMariaDB: Bool
  /// As 101119 for 10.11.19.
  package let number: Int
  /// As people know it, such as `10.11.19-MariaDB`.
  package let text: String

  /// - Parameter text: what the server says, such as `5.5.5-10.11.6-MariaDB-0+deb12u1-log`.
  /// - Returns: `nil` for what is no version.
  package init?(_ text: String) {
    isMariaDB = text.lowercased().contains("mariadb")
    // A prefix that old clients want to see.
    let rest = isMariaDB && text.hasPrefix("5.5.5-") ? text.dropFirst(6) : text[...]
    let numbers = rest.prefix { $0.isNumber || $0 == "." }.split(separator: ".").compactMap { Int($0) }
    guard numbers.count >= 2, numbers.allSatisfy({ $0 < 100 }) else { return nil }
    number = numbers[0] * 10_000 + numbers[1] * 100 + (numbers.count > 2 ? numbers[2] : 0)
    self.text = String(rest)
  }

  /// `BACKUP STAGE`: MariaDB's own way to hold everybody for a moment.
  var hasBackupStages: Bool { isMariaDB && number >= 100_401 }
  /// `system_versioning_insert_history`: the history of rows can be put back.
  var insertsHistory: Bool { isMariaDB && number >= 101_101 }
  /// The statement that tells where the binary log is.
  var logPositionStatement: String {
    !isMariaDB && number >= 80_200 ? #"SHOW BINARY LOG STATUS"# : #"SHOW MASTER STATUS"#
  }
  /// `print_identified_with_as_hex`: hashes of passwords may be told in digits; their bytes are no text.
  var tellsHashesInDigits: Bool { !isMariaDB && number >= 80_017 }
  /// JSON is a type of its own, which takes no bytes.
  var hasBinaryJSON: Bool { !isMariaDB }
  var hasSequences: Bool { isMariaDB && number >= 100_300 }
  var hasPackages: Bool { isMariaDB && number >= 100_303 }
  var hasRoles: Bool { isMariaDB ? number >= 100_005 : number >= 80_000 }
}
