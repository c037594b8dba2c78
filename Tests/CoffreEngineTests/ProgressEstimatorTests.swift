import CoffreCore
import CoffreEngine
import Testing

@Suite("Progress estimate")
struct ProgressEstimatorTests {
  private func progress(
    at seconds: Double, _ bytes: Int64, of total: Int64?, files: Int = 0, of filesTotal: Int? = nil
  ) -> JobProgress {
    JobProgress(
      phase: "test", elapsed: .seconds(seconds), filesDone: files, filesTotal: filesTotal, bytesDone: bytes,
      bytesTotal: total)
  }

  @Test func `says nothing where nobody can know`() {
    var estimator = ProgressEstimator()
    for second in 1...20 {
      let said = estimator.estimate(progress(at: Double(second), Int64(second) << 20, of: nil))
      #expect(said.share == nil && said.remaining == nil)
    }
  }

  @Test func `a steady job's remaining time is right`() throws {
    var estimator = ProgressEstimator()
    var last: JobProgress?
    for step in 0...120 {
      last = estimator.estimate(progress(at: Double(step) / 4, Int64(step) * 250_000, of: 60_000_000))
    }
    let said = try #require(last)
    let share = try #require(said.share)
    #expect(share > 0.49 && share < 0.51)
    #expect(try #require(said.remaining) == .seconds(30))
  }

  @Test func `the share never falls, never reaches the end, and a second always remains`() {
    var estimator = ProgressEstimator()
    var total: Int64 = 10_000_000
    var before = 0.0
    for step in 0...400 {
      // The total grows while the job finds out what there is, and at the end all is done.
      if step < 100 { total += 500_000 }
      let done = min(total, Int64(step) * 150_000)
      let said = estimator.estimate(progress(at: Double(step) / 4, done, of: total))
      if let share = said.share {
        #expect(share >= before && share < 1)
        before = share
      }
      if let remaining = said.remaining { #expect(remaining >= .seconds(1)) }
    }
    #expect(before > 0.9)
  }

  @Test func `slow news soon change what remains`() throws {
    var estimator = ProgressEstimator()
    var bytes: Int64 = 0
    var said: JobProgress?
    for step in 0..<80 {
      bytes += step < 40 ? 10_000_000 : 100_000
      said = estimator.estimate(progress(at: Double(step) / 4, bytes, of: 1_000_000_000))
    }
    // At the first ten seconds' speed 16 s would remain, at the last ten seconds' 25 min.
    #expect(try #require(said?.remaining) > .seconds(40))
  }

  @Test func `many small files count beside their few bytes`() throws {
    var estimator = ProgressEstimator()
    let said = estimator.estimate(progress(at: 5, 1_000_000, of: 2_000_000, files: 10, of: 100_000))
    #expect(try #require(said.share) < 0.01)
  }

  @Test func `a guess that was passed is dropped`() {
    var estimator = ProgressEstimator()
    _ = estimator.estimate(progress(at: 5, 500, of: 1000))
    let said = estimator.estimate(progress(at: 9, 1000, of: 1000))
    #expect(said.remaining == nil)
    #expect((said.share ?? 1) < 1)
  }
}
