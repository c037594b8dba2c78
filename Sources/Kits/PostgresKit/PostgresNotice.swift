import CPostgres

/// What a server said besides its answers.
package struct PostgresNotice: Sendable, Hashable {
  /// `NOTICE`, `WARNING` and so on, in English.
  package let severity: String
  /// SQLSTATE.
  package let state: String
  /// In one line.
  package let text: String
}

/// The notices of one connection until somebody takes them.
final class NoticeBox {
  /// The first ones are kept: a loop on the server can say millions.
  private static let limit = 1000
  private var notices: [PostgresNotice] = []

  func take() -> [PostgresNotice] {
    defer { notices = [] }
    return notices
  }

  fileprivate func append(_ notice: PostgresNotice) {
    if notices.count < Self.limit { notices.append(notice) }
  }
}

/// The library's notice receiver; its context is the connection's `NoticeBox`.
func receiveNotice(_ context: UnsafeMutableRawPointer?, _ result: OpaquePointer?) {
  guard let context = unsafe context else { return }
  let box = unsafe Unmanaged<NoticeBox>.fromOpaque(context).takeUnretainedValue()
  let severity = unsafe reportedField("V", of: result)
  box.append(
    PostgresNotice(
      severity: unsafe severity.isEmpty ? reportedField("S", of: result) : severity,
      state: unsafe reportedField("C", of: result), text: inOneLine(unsafe reportedField("M", of: result))))
}
