import CoffreCore
import MariaDBKit

/// Who may do what with single routines of a database: servers forget it when a routine is dropped, though another one of its
/// name is made at once.
struct RoutineRights: Sendable {
  private let database: String
  private let grants: [Grant]
  /// Why they are not known.
  private let hidden: Message?

  private struct Grant: Sendable, Hashable {
    let kind: String
    let routine: String
    /// Quoted; a role has no host.
    let account: String
    let rights: String

    func command(in database: String) -> String {
      let place = "\(MariaDBQuoting.identifier(database)).\(MariaDBQuoting.identifier(routine))"
      let words = rights.split(separator: ",").map { String($0).uppercased() }
      let given = words.filter { $0 != "GRANT" }
      return #"GRANT \#(given.isEmpty ? "USAGE" : given.joined(separator: ", ")) ON \#(kind) \#(place) TO \#(account)"#
        + (given.count < words.count ? #" WITH GRANT OPTION"# : "")
    }
  }

  /// Reads them.
  ///
  /// - Parameter former: what is in the database: without routines nobody asks.
  init(of former: DatabaseDefinitions, on connection: MariaDBConnection) throws(MariaDBError) {
    database = former.name
    let kinds: Set<StoredObject.Kind> = [.function, .procedure, .package, .packageBody]
    guard former.objects.contains(where: { kinds.contains($0.kind) }) else {
      grants = []
      hidden = nil
      return
    }
    do throws(MariaDBError) {
      let rows = try connection.execute(
        #"""
        SELECT Routine_type, Routine_name, User, Host, Proc_priv FROM mysql.procs_priv
        WHERE Db = \#(MariaDBQuoting.literal(former.name)) ORDER BY 1, 2, 3, 4
        """#)
      grants = (0..<rows.count).compactMap { row in
        guard let kind = rows[row, 0], let routine = rows[row, 1], let user = rows[row, 2], let host = rows[row, 3],
          let rights = rows[row, 4]
        else { return nil }
        let account = MariaDBQuoting.identifier(user) + (host.isEmpty ? "" : "@\(MariaDBQuoting.identifier(host))")
        return Grant(kind: kind, routine: routine, account: account, rights: rights)
      }
      hidden = nil
    } catch {
      guard error.reason == .refused else { throw error }
      grants = []
      hidden = error.message
    }
  }

  /// Gives them once more.
  ///
  /// - Returns: what people should know: which are gone.
  /// - Throws: what broke the connection.
  func give(on connection: MariaDBConnection) throws(MariaDBError) -> [SourceNote] {
    let subject = "database \(database)"  // not for people
    if let hidden {
      return [
        SourceNote(
          subject: subject,
          message: "rights on single routines may be gone, as they could not be read before: \(hidden)")
      ]
    }
    var lost: [String] = []
    // Only in this mode servers know packages; names in back quotes mean the same in it.
    let hasPackages = grants.contains { $0.kind.hasPrefix("PACKAGE") }
    if hasPackages { try connection.execute(#"SET sql_mode = 'ORACLE'"#) }
    for grant in grants {
      do throws(MariaDBError) {
        try connection.execute(grant.command(in: database))
      } catch {
        guard error.reason == .refused else { throw error }
        lost.append("\(grant.routine) (\(grant.account): \(error.message))")
      }
    }
    if hasPackages { for setting in DefinitionScripts.settings { try connection.execute(setting) } }
    guard !lost.isEmpty else { return [] }
    return [
      SourceNote(
        subject: subject, message: "rights on these routines could not be given again: \(conjunctionOfSome(lost))")
    ]
  }
}
