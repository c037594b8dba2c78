import CoffreCore
import CoffreSystem

/// Whether copies have room.
enum StagingSpace {
  /// Left free for others.
  private static let reserve: Int64 = 64 << 20

  /// - Parameters:
  ///   - size: of the copy, in bytes.
  ///   - grows: whether more comes while it is made, as the log of a server that goes on.
  ///   - subject: what is copied.
  static func check(
    for size: Int64, grows: Bool = false, in folder: PathBytes, copying subject: PathBytes
  ) throws(SourceError) {
    let free: Int64
    do throws(SystemError) {
      free = try freeSpace(at: folder)
    } catch {
      throw SourceError(staging: error, "use for temporary copies the folder", folder, advice: StagingArea.advice)
    }
    let needed = size + (grows ? size / 20 : 0) + reserve
    guard free < needed else { return }
    throw SourceError(
      .noSpace, "copy", subject,
      because: "a private copy needs \(byteText(needed)), and \(byteText(free)) are free in '\(displayed(folder))'",
      advice: StagingArea.advice)
  }
}
