import MongoKit

/// A connection that is lent to one reader. Without `giveBack` it is thrown away: nobody knows what it is doing.
final class MongoLease {
  let connection: MongoConnection
  private var release: ((_ isWhole: Bool) -> Void)?

  init(_ connection: MongoConnection, release: @escaping (_ isWhole: Bool) -> Void) {
    self.connection = connection
    self.release = release
  }

  deinit { release?(false) }

  func giveBack() {
    release?(true)
    release = nil
  }

  /// After a command that failed: what the server refused leaves the connection of use.
  func recover(from error: MongoError) {
    if error.reason == .refused { giveBack() }
  }
}
