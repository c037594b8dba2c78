import Testing

@testable import coffre

@Suite("Numbers with units")
struct ValueSyntaxTests {
  @Test(
    arguments: [
      ("0", 0), ("512", 512), ("512B", 512), ("10M", 10 << 20), ("10m", 10 << 20), ("10MiB", 10 << 20),
      ("1.5G", 3 << 29),
      ("1k", 1024), ("2T", 2 << 40), ("0.001K", 1), ("8191P", 8191 << 50), ("8192P", nil), ("", nil), ("M", nil),
      ("10MB", nil), ("10iB", nil), ("-1M", nil), ("+1M", nil), ("1.5", nil), ("1.", nil), (".5M", nil),
      ("1.2345M", nil),
      ("1 M", nil), ("1e3", nil), ("٣M", nil), ("99999999999999999999", nil), ("10MM", nil),
    ] as [(String, Int64?)])
  func `sizes are binary`(_ example: (text: String, size: Int64?)) {
    #expect(ValueSyntax.size(example.text) == example.size)
  }

  @Test(
    arguments: [
      ("0", 0), ("0s", 0), ("90s", 90_000), ("5m", 300_000), ("5min", 300_000), ("1h30m", 5_400_000),
      ("1d12h", 129_600_000), ("250ms", 250), ("1.5h", 5_400_000), ("1m0.5s", 60_500), ("", nil), ("30", nil),
      ("s", nil), ("-5m", nil), ("5 m", nil), ("30m1h", nil), ("1h1h", nil), ("5x", nil), ("1..5h", nil),
      ("9999999999999999d", nil), ("1h ", nil),
    ] as [(String, Int64?)])
  func `durations need units in falling order`(_ example: (text: String, milliseconds: Int64?)) {
    #expect(ValueSyntax.duration(example.text) == example.milliseconds.map { .milliseconds($0) })
  }
}
