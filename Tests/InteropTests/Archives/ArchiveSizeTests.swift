import CoffreTestKit
import Testing

/// Large entries, and the memory they take.
@Suite("Large archives")
struct ArchiveSizeTests {
  /// Peak memory in bytes of `coffre archive …`, without what other programs take.
  private func peak(_ arguments: [String], in workshop: Workshop) throws -> Int {
    let program = try Tool.coffre()
    // A small process in between: a child's peak begins with what its parent had when it was made.
    let script = """
      import resource, subprocess, sys
      code = subprocess.call(sys.argv[1:])
      print("peak", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
      sys.exit(code)
      """
    let outcome = try Tool.named("python3", package: "python3").run(
      ["-c", script, program.path, "archive"] + arguments,
      workshop.settings {
        $0.directory = workshop.path
        $0.timeLimit = 1800
        $0.environment["GNUPGHOME"] = "\(workshop.path)/gpg"
      })
    #expect(outcome.isSuccess, "\(outcome)")
    let line = try #require(outcome.output.split(separator: "\n").last { $0.hasPrefix("peak ") })
    return try #require(Int(line.dropFirst(5)))
  }

  private func makeLarge(_ size: String, in workshop: Workshop) throws {
    let script = "truncate -s \(size) large && echo end | dd of=large bs=1 seek=4500000000 conv=notrunc status=none"
    var settings = ProgramSettings()
    settings.directory = workshop.path
    let made = try Tool.named("sh", package: "dash").run(["-c", script], settings)
    try #require(made.isSuccess, "\(made)")
  }

  /// gpg compresses what it encrypts: some hundred kilobytes become gigabytes.
  @Test func `what gpg unpacks does not gather in memory`() throws {
    let workshop = try Workshop(repositoryVersion: nil)
    var settings = ProgramSettings()
    settings.directory = workshop.path
    settings.environment = ["GNUPGHOME": "\(workshop.path)/gpg"]
    settings.timeLimit = 600
    _ = try Tool.named("gpg", package: "gpg")
    let script = """
      mkdir -m 700 gpg
      gpg --batch -q --passphrase '' --quick-gen-key tests@example.org default default never
      truncate -s 500M zeros
      tar -cf - zeros | gpg --batch -q -e -r tests@example.org --trust-model always >made.tar.gpg
      """
    let made = try Tool.named("bash", package: "bash").run(["-o", "pipefail", "-ec", script], settings)
    try #require(made.isSuccess, "\(made)")
    let tested = try peak(["test", "made.tar.gpg", "-q", "--max-size", "1G"], in: workshop)
    #expect(tested < 150_000_000, "\(tested) bytes at its peak")
    _ = try Tool.named("bash", package: "bash").run(["-c", "gpgconf --kill all"], settings)
  }

  @Test(.tags(.slow), .enabled(if: runsAllTests, "only with COFFRE_TEST_ALL=1"), arguments: ["tar.zst", "tar.gz"])
  func `an entry of twenty gigabytes takes less than 200 MB`(_ format: String) throws {
    let workshop = try Workshop(repositoryVersion: nil)
    try makeLarge("20G", in: workshop)
    let made = try peak(["create", "made.\(format)", "large", "-q", "--no-verify"], in: workshop)
    #expect(made < 200_000_000, "\(made) bytes at its peak")
    let tested = try peak(["test", "made.\(format)", "-q", "--max-size", "21G"], in: workshop)
    #expect(tested < 200_000_000, "\(tested) bytes at its peak")
  }

  @Test(
    .tags(.slow), .enabled(if: runsAllTests, "only with COFFRE_TEST_ALL=1"),
    arguments: [("tar.zst", "tar -xf made.tar.zst -C out"), ("zip", "unzip -q made.zip -d out")])
  func `entries beyond four gigabytes go there and back`(_ example: (format: String, unpack: String)) throws {
    let workshop = try Workshop(repositoryVersion: nil)
    try makeLarge("4700M", in: workshop)
    _ = try peak(["create", "made.\(example.format)", "large", "-q"], in: workshop)
    try makeRealFolder("\(workshop.path)/out")
    var settings = ProgramSettings()
    settings.directory = workshop.path
    settings.timeLimit = 1800
    let bash = try Tool.named("bash", package: "bash")
    let same = try bash.run(["-ec", "\(example.unpack); cmp large out/large; rm out/large"], settings)
    #expect(same.isSuccess, "\(same)")
    _ = try peak(["extract", "made.\(example.format)", "--to", "out", "--sparse", "--max-size", "5G"], in: workshop)
    let back = try bash.run(["-ec", "cmp large out/large"], settings)
    #expect(back.isSuccess, "\(back)")
  }
}
