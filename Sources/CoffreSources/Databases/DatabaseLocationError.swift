package import CoffreCore

/// Why a text is no address of a database. It never repeats the text: a password may be anywhere in it.
package struct DatabaseLocationError: Error, Sendable, Hashable, Explained {
  package let explanation: Explanation
  package var exitCode: ExitCode { .usage }

  private init(_ explanation: Explanation) { self.explanation = explanation }

  /// - Parameter problem: completes "cannot read the address of the database because …".
  init(saying problem: Message) {
    self.init(
      Explanation(
        "cannot read the address of the database", because: problem,
        advice: "Write it as postgresql://user@host:5432/database; in names, write '@', ':', '/' and '?' as "
          + "%40, %3A, %2F and %3F."))
  }

  /// The same for an engine whose addresses are paths.
  init(sayingOfFile problem: Message) {
    self.init(
      Explanation(
        "cannot read the address of the database", because: problem, advice: "Write it as sqlite:/srv/app/data.db."))
  }

  /// For an address of a service alone, whose database nobody can tell from that of the environment.
  static let unclearService = DatabaseLocationError(
    Explanation(
      "cannot read the address of the database",
      because: "it names a service and no database, and PGDATABASE may be that service's or not",
      advice:
        "Name the database in the address, as in postgresql:///shop?service=S; or unset PGDATABASE, which makes no "
        + "difference otherwise."))

  /// The same for a folder of a server's files.
  init(sayingOfFolder problem: Message) {
    self.init(
      Explanation(
        "cannot read the address of the database", because: problem,
        advice: "Write it as mariadb-physical:/srv/mysql-new."))
  }

  /// For an address that holds a password.
  static func password(for kind: DatabaseKind) -> DatabaseLocationError {
    let advice: Message =
      switch kind {
      case .postgresql:
        "Leave it out, and give it in the file that --source-password-file or COFFRE_SOURCE_PASSWORD_FILE names, "
          + "in PGPASSWORD, or in ~/.pgpass (or the file that PGPASSFILE names)."
      case .mariadb, .mariadbPhysical:
        "Leave it out, and give it in the file that --source-password-file or COFFRE_SOURCE_PASSWORD_FILE names, "
          + "or in MYSQL_PWD."
      case .mongodb, .sqlite:
        "Leave it out, and give it in the file that --source-password-file or COFFRE_SOURCE_PASSWORD_FILE names."
      }
    return DatabaseLocationError(
      Explanation(
        "the address of the database holds a password",
        because: "every user of this machine can read the arguments of a program, and shells keep them", advice: advice)
    )
  }
}
