import CoffreCore
import CoffreSystem

/// Looks for the point that a new one follows, and tells why others are not followed.
struct ParentSearch {
  let shelf: ShelfFolder
  let request: PointRequest
  /// With the keys of the request.
  let inspection: PointInspection
  let progress: ShelfProgress

  /// - Returns: `nil` if the new point holds everything itself.
  func parent(of group: ShelfPoint.Group, at time: Timestamp) throws -> ShelfPoint? {
    guard request.variant != .full else { return nil }
    let listing = try shelf.points()
    for lost in listing.unreadable {
      progress.warn("unreadable-point", lost.name, "\(lost.cause); it is not followed", isLoss: false)
    }
    // One key opens all that a restore needs: what is encrypted otherwise is not followed.
    let fitting = listing.points.filter { $0.manifest.archive.encryption == request.encryption }
    var isOtherKey = false
    progress.begin("checking the archives")
    let choice = try ParentChoice.choose(for: request.variant, of: group, at: time, among: fitting) { point in
      guard !isOtherKey else { return false }
      do {
        try inspect(point)
        return true
      } catch let error as ShelfError {
        if case .sealed = error { isOtherKey = true }
        tell(point, error.text)
      } catch let error as ArchiveError {
        tell(point, error.text)
      }
      return false
    }
    switch choice {
    case .none: return nil
    case .nothingToFollow:
      let isOther = listing.points.contains {
        $0.group == group && $0.manifest.archive.encryption != request.encryption
      }
      progress.events.take(
        .note(
          isOther || isOtherKey
            ? "no point is encrypted in the same way and with the same key: this one is full"
            : "there is no point to follow: this one is full"))
      return nil
    case .point(let point):
      progress.events.take(.note("follows '\(displayed(point.name))' of \(point.time)"))
      return point
    }
  }

  private func inspect(_ point: ShelfPoint) throws {
    try inspection.inspect(point, .checksums)
    // Of what is for recipients alone nothing can be tried here; they are the same, as the manifest says.
    if request.keys != nil { try inspection.tryKeys(on: point) }
  }

  private func tell(_ point: ShelfPoint, _ problem: Message) {
    progress.warn("damaged-point", point.name, "\(problem); it is not followed", isLoss: false)
  }
}
