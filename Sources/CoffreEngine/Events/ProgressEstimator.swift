package import CoffreCore

/// How far a job is and how long it still takes, from what its progress says.
///
/// The share done never falls and is below 1 until the end; the time that remains is at least a second. Both are `nil`
/// while nobody can know.
package struct ProgressEstimator: Sendable {
  /// What opening, reading and storing one more file costs beside its bytes, as if it were bytes.
  private static let bytesPerFile = 16_384.0
  /// Older speed counts half.
  private static let halfLife = 5.0
  /// Before that, a speed says nothing.
  private static let warmUp = 2.0

  private var share = 0.0
  private var speed: Double?
  private var last: (seconds: Double, work: Double)?

  package init() {}

  /// `progress` with `share` and `remaining` filled in.
  package mutating func estimate(_ progress: JobProgress) -> JobProgress {
    var progress = progress
    let seconds = progress.elapsed.inSeconds
    let done = Double(progress.bytesDone) + Self.bytesPerFile * Double(progress.filesDone)
    learn(done, at: seconds)
    guard let total = total(of: progress), total > 0 else { return progress }
    // A guessed total that was passed says nothing about what is left.
    guard done < total else {
      progress.share = share > 0 ? share : nil
      return progress
    }
    share = max(share, min(0.99, done / total))
    progress.share = share
    if let speed, speed > 0, seconds >= Self.warmUp {
      progress.remaining = .seconds(max(1, ((total - done) / speed).rounded(.up)))
    }
    return progress
  }

  private func total(of progress: JobProgress) -> Double? {
    guard progress.bytesTotal != nil || progress.filesTotal != nil else { return nil }
    let files = progress.filesTotal ?? progress.filesDone
    return Double(progress.bytesTotal ?? progress.bytesDone) + Self.bytesPerFile * Double(files)
  }

  private mutating func learn(_ work: Double, at seconds: Double) {
    defer { last = (seconds, work) }
    guard let last, seconds > last.seconds, work >= last.work else { return }
    let current = (work - last.work) / (seconds - last.seconds)
    let weight = 1 - halved(seconds - last.seconds)
    speed = speed.map { $0 + (current - $0) * weight } ?? current
  }

  /// 2^(−elapsed/halfLife), by the first terms of its series: near enough, and needs no library of mathematics.
  private func halved(_ elapsed: Double) -> Double {
    let exponent = 0.693 * elapsed / Self.halfLife
    return 1 / (1 + exponent * (1 + exponent / 2))
  }
}

extension Duration {
  package var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
