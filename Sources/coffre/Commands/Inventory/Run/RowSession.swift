import CoffreCore
import CoffreSources

/// The files of a row, with a last look at them before the backup is called whole.
final class RowSession: SourceSession {
  private let files: FilesSession
  private let check: @Sendable () throws(SourceError) -> Void

  /// - Parameter check: runs when all was read; throws if that is not to be believed.
  init(_ files: FilesSession, check: @escaping @Sendable () throws(SourceError) -> Void) {
    self.files = files
    self.check = check
  }

  var top: any UnopenedDirectory { files.top }
  var paths: [PathBytes] { files.paths }
  func prepare() { files.prepare() }
  func userName(of id: UInt32) -> String { files.userName(of: id) }
  func groupName(of id: UInt32) -> String { files.groupName(of: id) }

  func finish() throws(SourceError) -> [SourceNote] {
    let notes = try files.finish()
    try check()
    return notes
  }

  func close() { files.close() }
}
