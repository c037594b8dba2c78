import CoffreTestKit
import Testing

@testable import CoffreArchives

@Suite("Memory of xz")
struct XZEffortTests {
  /// The program says it on its errors: "167 MiB of memory is required".
  @Test(arguments: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 4])
  func `it takes what the program itself says`(_ level: Int, _ threads: Int) throws {
    let xz = try Tool.named("xz", package: "xz-utils")
    let told = try xz.run(["-\(level)", "-T\(threads)", "-vv", "-c"])
    let line = try #require(told.errors.split(separator: "\n").first { $0.contains("MiB of memory is required") })
    let digits = line.prefix { $0 != "M" }.filter(\.isNumber)
    let wanted = try #require(Double(digits))
    let found = Double(XZEffort(level: level, threads: threads).memory) / 1_048_576
    #expect(abs(found - wanted) <= max(1.5, wanted / 20), "\(line)")
  }

  @Test func `threads go before the level, and a level that somebody chose stays`() {
    let usual = XZEffort(level: 4, threads: 2)
    #expect(usual.fitting(into: 200 << 20, keepingLevel: false) == usual)
    #expect(usual.fitting(into: 64 << 20, keepingLevel: false) == XZEffort(level: 4, threads: 1))
    #expect(usual.fitting(into: 20 << 20, keepingLevel: false) == XZEffort(level: 2, threads: 1))
    #expect(usual.fitting(into: 1, keepingLevel: false) == XZEffort(level: 0, threads: 1))
    let chosen = XZEffort(level: 9, threads: 4)
    #expect(chosen.fitting(into: 20 << 20, keepingLevel: true) == XZEffort(level: 9, threads: 1))
  }
}
