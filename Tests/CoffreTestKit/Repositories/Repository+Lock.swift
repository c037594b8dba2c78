package import CoffreCore
package import CoffreRepository

extension Repository {
  /// For tests that make nothing final under the lock.
  package func withLock<Result>(
    _ request: LockRequest, cancellation: Cancellation, note: @escaping @Sendable (Message) -> Void,
    _ body: () throws -> Result
  ) throws -> Result {
    try withLock(request, cancellation: cancellation, note: note) { _ in try body() }
  }
}
