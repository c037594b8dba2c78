import CoffreCore
import CoffreSystem

/// A sink whose bytes become a file, and that can take a file for all of them: nothing is copied then.
protocol AdoptingSink: ByteSink {
  /// Takes a file away from where it lies. It may not be open for writing any more.
  ///
  /// - Precondition: nothing was written; nothing may be written afterwards.
  /// - Parameter name: of a regular file in `folder`.
  /// - Returns: whether it was taken. It stays where it lies if it is on another file system, or if its bytes must be changed
  ///   on their way.
  func adopt(_ name: PathBytes, in folder: borrowing FileDescriptor) throws -> Bool
}
