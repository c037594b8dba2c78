import CoffreCore
import CoffreSystem
import MariaDBKit

/// A server whose files lie on this machine, and the programs that may read them.
struct PhysicalServer: Sendable {
  let facts: MariaDBFacts
  let opener: MariaDBOpener
  /// Where its files are.
  let folder: PathBytes
  /// Of its tables in InnoDB, in bytes; 0 where the account may not know.
  let sizeInBytes: Int64
  /// Whether it writes files that nobody reads without a key.
  let encrypts: Bool

  /// Asks a server.
  ///
  /// - Throws: for a server whose files are not here, or not MariaDB's.
  init(_ settings: DatabaseSettings, cancellation: Cancellation) throws(SourceError) {
    let subject = Array(settings.location.text.utf8)
    let opener = MariaDBOpener(settings, cancellation: cancellation)
    let connection: MariaDBConnection
    let host: String
    do throws(MariaDBError) {
      connection = try opener.connect()
      facts = try MariaDBFacts(on: connection)
      let answer = try connection.execute(#"SELECT @@GLOBAL.datadir, @@GLOBAL.hostname"#)
      folder = answer.bytes(0, 0) ?? []
      host = answer[0, 1] ?? ""
    } catch {
      throw SourceError(error, "back up", subject)
    }
    self.opener = opener
    guard facts.version.isMariaDB else {
      throw SourceError(
        .notWhole, "back up", subject, because: "it is MySQL \(facts.version.text), and mariadb-backup is for MariaDB",
        advice: "Write the address with mysql://, for a backup by rows.")
    }
    sizeInBytes = Self.size(on: connection)
    encrypts = Self.encrypts(on: connection)
    let server = opener.server
    let isByName = server.host != nil && !server.isSocket && settings.location.option("socket") == nil
    guard !isByName || host == hostName() else {
      throw SourceError(
        .notWhole, "back up", subject,
        because: "the server runs on '\(host)', and mariadb-backup reads the files of this machine",
        advice: "Run Coffre there, or write the address with mariadb://, for a backup by rows.")
    }
    try Self.check(folder, of: subject)
  }

  /// That the folder which the server names is here, is readable, and is the one that it has in use.
  private static func check(_ folder: PathBytes, of subject: PathBytes) throws(SourceError) {
    let isInUse: Bool
    do throws(SystemError) {
      isInUse = try RunningDatabase.isServed(folder)
    } catch {
      throw SourceError(
        .notWhole, "back up", subject, because: "its folder '\(displayed(folder))': \(error.cause)",
        advice: "Run Coffre where the server runs, as root or as the server's user.")
    }
    guard isInUse else {
      throw SourceError(
        .notWhole, "back up", subject,
        because: "the folder '\(displayed(folder))' of this machine is not the one that the server uses",
        advice: "Run Coffre where the server runs (in its container), or write the address with mariadb://.")
    }
  }

  /// The programs that know the server's files.
  func tools(_ chosen: InstalledTools?, cancellation: Cancellation) throws(VendorToolError) -> VendorTools {
    let installed =
      if let chosen { chosen } else { try InstalledTools.find(.mariadbBackup, cancellation: cancellation) }
    return try installed.choose(forSeries: Self.series(facts.version))
  }

  /// As 10.11 of 10.11.19.
  static func series(_ version: MariaDBVersion) -> ToolVersion {
    ToolVersion(major: version.number / 10_000, minor: version.number / 100 % 100, text: version.text)
  }

  private static func size(on connection: MariaDBConnection) -> Int64 {
    let query = #"SELECT SUM(FILE_SIZE) FROM information_schema.INNODB_SYS_TABLESPACES"#
    return (try? connection.execute(query)[0, 0].flatMap { Int64($0) }) ?? 0
  }

  private static func encrypts(on connection: MariaDBConnection) -> Bool {
    let query = #"SELECT COUNT(*) FROM information_schema.INNODB_TABLESPACES_ENCRYPTION WHERE ENCRYPTION_SCHEME <> 0"#
    return (try? connection.execute(query)[0, 0].flatMap { Int64($0) }) ?? 0 > 0
  }
}
