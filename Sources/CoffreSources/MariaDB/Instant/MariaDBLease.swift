import MariaDBKit

/// A connection that is lent to one reader. Without `giveBack` it is thrown away: nobody knows what it is doing.
final class MariaDBLease {
  let connection: MariaDBConnection
  private var release: ((_ isWhole: Bool) -> Void)?

  init(_ connection: MariaDBConnection, release: @escaping (_ isWhole: Bool) -> Void) {
    self.connection = connection
    self.release = release
  }

  deinit { release?(false) }

  /// The table that was read may be changed by others again.
  func giveBack() throws(MariaDBError) {
    try connection.execute("ROLLBACK TO SAVEPOINT coffre")  // not for people
    release?(true)
    release = nil
  }

  /// After a command that failed: what the server refused leaves the connection of use.
  func recover(from error: MariaDBError) {
    guard error.reason == .refused else { return }
    do throws(MariaDBError) {
      try giveBack()
    } catch {
      // It is thrown away.
      return
    }
  }
}
