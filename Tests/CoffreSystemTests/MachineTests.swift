import CoffreCore
import Glibc
import Testing

@testable import CoffreSystem

@Suite("Machine")
struct MachineTests {
  @Test
  func `the clock tells this time`() throws {
    let child = try ChildProcess.start(["date", "+%s"], output: .piped)
    let text = displayed(try child.readAll(limit: 100)).dropLast()
    let told = try #require(Int64(text))
    #expect(abs(Clock.now().seconds - told) < 60)
    let start = Clock.monotonic()
    #expect(Clock.monotonic() >= start)
  }

  @Test
  func `the offset follows TZ and daylight saving time`() async {
    await #expect(processExitsWith: .success) {
      try Environment.set("TZ", to: "Europe/Paris")
      // 2026-01-15 and 2026-07-15, noon.
      #expect(Clock.localOffset(at: 1_768_478_400) == 3600)
      #expect(Clock.localOffset(at: 1_784_116_800) == 7200)
      #expect([3600, 7200].contains(Clock.now().utcOffset))
    }
  }

  @Test
  func `offsets are whole minutes`() async throws {
    await #expect(processExitsWith: .success) {
      let zones: [(String, Int32)] = [
        ("UTC", 0), ("<XXX>-5:45", 20_700), ("<XXX>+3:30", -12_600), ("<XXX>-1:02:03", 3720),
      ]
      for (zone, expected) in zones {
        try Environment.set("TZ", to: zone)
        #expect(Clock.localOffset(at: 0) == expected, "\(zone)")
      }
    }
  }

  @Test
  func `names of accounts are found, unknown ones are empty`() {
    let names = AccountNames()
    #expect(names.userName(of: 0) == "root")
    #expect(names.userName(of: 0) == "root")
    #expect(names.groupName(of: 0) == "root")
    #expect(names.userName(of: 3_999_999_999) == "")
    #expect(names.groupName(of: 3_999_999_999) == "")
    #expect(effectiveUserID != 0 || currentUserName() == "root")
  }

  @Test
  func `the machine's name is the system's`() throws {
    let name = try readFile("/proc/sys/kernel/hostname".bytes, limit: 1000)
    #expect(hostName() + "\n" == displayed(name))
  }

  @Test
  func `processors are those the process may use`() async throws {
    let child = try ChildProcess.start(["nproc"], environment: ["OMP_NUM_THREADS": ""], output: .piped)
    #expect("\(processorCount)\n" == displayed(try child.readAll(limit: 100)))
  }

  @Test
  func `the peak of memory grows with use`() {
    let before = peakMemoryInBytes()
    #expect(before > 1 << 20)
    let block = [UInt8](repeating: 1, count: 1 << 28)
    #expect(peakMemoryInBytes() >= 1 << 28)
    #expect(block.last == 1)
  }

  @Test
  func `variables are read as text and as bytes`() async {
    await #expect(processExitsWith: .success) {
      try Environment.set("COFFRE_TEST", to: "é")
      try Environment.set("COFFRE_EMPTY", to: "")
      #expect(Environment.value("COFFRE_TEST") == "é")
      #expect(Environment.bytes("COFFRE_TEST") == [0xC3, 0xA9])
      #expect(Environment.value("COFFRE_EMPTY") == "")
      #expect(Environment.value("COFFRE_NONE") == nil)
    }
  }

  @Test
  func `a closed pipe is an error of the stream, not the end of the process`() async {
    await #expect(processExitsWith: .exitCode(9)) {
      signal(SIGPIPE, SIG_IGN)
      let folder = try TemporaryFolder()
      try folder.descriptor.makeDevice(.fifo, permissions: 0o600, named: "f".bytes)
      do {
        // A fifo opens for writing only while somebody may read.
        let reader = try folder.descriptor.open("f".bytes, for: .reading, .nonBlocking)
        let writer = try folder.descriptor.open("f".bytes, for: .writing)
        dup2(writer.number, 1)
        _ = try reader.attributes()
      }
      let error = failure { () throws(SystemError) in try StandardStream.output.write("x") }
      try removeTree(folder.path)
      exit(error?.isBrokenPipe == true ? 9 : 1)
    }
  }
}

@Suite("Log")
struct LogTests {
  @Test
  func `a line holds level, message and facts in order`() {
    let time = Timestamp(seconds: 0, nanoseconds: 5, utcOffset: 3600)
    let line = Log.line(.info, "snapshot saved", ["snapshot": "3fa2", "count": 7], at: time)
    #expect(line == "1970-01-01T01:00:00+01:00 info snapshot saved snapshot=3fa2 count=7\n")
  }

  @Test
  func `a fact cannot forge a line`() {
    let time = Timestamp(seconds: 0, nanoseconds: 0)
    let line = Log.line(.error, "m", ["a": "x\ny=\"z\"\u{1B}[2J\u{85}", "b": ""], at: time)
    #expect(line == "1970-01-01T00:00:00Z error m a=\"x\\ny=\\\"z\\\"\\u{1B}[2J\\u{0085}\" b=\"\"\n")
  }

  @Test
  func `levels are known by name and ordered`() {
    #expect(Log.Level(name: "DEBUG") == .debug)
    #expect(Log.Level(name: "loud") == nil)
    #expect(Log.Level.info < .warning)
  }
}
