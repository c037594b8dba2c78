import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreRepository

@Suite("Time encoder")
struct TimeEncoderTests {
  @Test func `agrees with known times`() throws {
    var encoder = TimeEncoder()
    let examples = try Vectors.objects("time", of: "json-kat.json")
    #expect(examples.count == 8)
    for example in examples {
      let text = try #require(example["text"] as? String)
      guard text.hasPrefix("1-") == false, let nanoseconds = example["unix_ns"] as? Int64 else { continue }
      let offset = try #require(example["utc_offset_minutes"] as? Int32) * 60
      let seconds = nanoseconds >= 0 ? nanoseconds / 1_000_000_000 : (nanoseconds + 1) / 1_000_000_000 - 1
      let rest = Int32(nanoseconds - seconds * 1_000_000_000)
      #expect(encoded(Timestamp(seconds: seconds, nanoseconds: rest, utcOffset: offset), &encoder) == text)
    }
    #expect(encoded(.missing, &encoder) == "0001-01-01T00:00:00Z")
  }

  @Test func `agrees with the slow way on any time`() {
    var generator = SeededRandom(seed: 11)
    var encoder = TimeEncoder()
    for _ in 0..<20_000 {
      let scale = Int64.random(in: 1...300_000_000_000, using: &generator)
      let scales: [Int32] = [1, 1_000, 1_000_000, 1_000_000_000]
      let digits = scales.randomElement(using: &generator) ?? 1
      let time = Timestamp(
        seconds: Int64.random(in: -scale...scale, using: &generator),
        nanoseconds: Int32.random(in: 0..<digits, using: &generator) * (1_000_000_000 / digits),
        utcOffset: Int32.random(in: -840...840, using: &generator) * 60)
      #expect(encoded(time, &encoder) == time.clampedToWritableYears.description)
    }
  }

  private func encoded(_ time: Timestamp, _ encoder: inout TimeEncoder) -> String {
    text([UInt8](capacity: TimeEncoder.maximumCount) { encoder.append(time, to: &$0) })
  }
}
