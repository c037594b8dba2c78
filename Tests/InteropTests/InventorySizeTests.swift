import CoffreTestKit
import Testing

/// An inventory as large as a company's.
@Suite("An inventory of five hundred rows", .timeLimit(.minutes(60)))
struct InventorySizeTests {
  private let workshop: Workshop
  private var list: String { "\(workshop.path)/list.csv" }
  private var log: String { "\(workshop.path)/terminal" }

  init() throws { workshop = try Workshop(repositoryVersion: nil) }

  /// Every fifth row a disk image of 190 MB that is mostly holes, the others folders of some texts.
  private func makeRows() throws {
    let script = """
      import os, random, sys
      folder, random = sys.argv[1], random.Random(5)
      text = bytes(random.randrange(32, 127) for _ in range(1 << 20))
      lines = ["id;type;path_source;nom_fichier;ext_fichier;destination;format"]
      for n in range(1, 501):
          place = f"{folder}/source/d{n}"
          os.makedirs(place)
          if n % 5:
              for k in range(4):
                  with open(f"{place}/{k}.txt", "wb") as file:
                      file.write((text[k * 1000 + n:] + str(n).encode())[:500_000 + n * 977 % 500_000])
              lines.append(f"{n};Repertoire;{place};;;to{n % 7};{['7z', 'tar.zst', 'zip'][n % 3]}")
          else:
              with open(f"{place}/image.raw", "wb") as file:
                  for k in range(4):
                      file.seek(k * 45_000_000)
                      file.write(text[:300_000 + n])
                  file.truncate(190_000_000)
              lines.append(f"{n};fichier;{place};image;raw;to{n % 7};tar.zst")
      with open(f"{folder}/list.csv", "w") as file:
          file.write("\\n".join(lines) + "\\n")
      """
    let made = try Tool.named("python3", package: "python3").run(["-c", script, workshop.path])
    try #require(made.isSuccess, "\(made)")
  }

  private struct Run {
    let status: Int
    /// Bytes, of Coffre alone and of all that it started, at one moment.
    let peak: Int
    let peakOfAll: Int
    /// Processor time beside the time on the clock.
    let processors: Double
    let screen: String
  }

  /// Runs it on a terminal of 120 columns, and looks at the memory of the session ten times a second.
  private func run(_ arguments: [String]) throws -> Run {
    let script = """
      import fcntl, json, os, pty, resource, select, struct, sys, termios, time
      log, words = sys.argv[1], sys.argv[2:]
      child, terminal = pty.fork()
      if child == 0:
          os.execv(words[0], words)
      fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
      page, start, peak, together, looked = os.sysconf("SC_PAGESIZE"), time.monotonic(), 0, 0, 0
      with open(log, "wb") as file:
          while True:
              if select.select([terminal], [], [], 0.1)[0]:
                  try:
                      data = os.read(terminal, 65536)
                  except OSError:
                      break
                  if not data:
                      break
                  file.write(data)
              if time.monotonic() - looked < 0.1:
                  continue
              looked, sizes = time.monotonic(), {}
              for process in filter(str.isdigit, os.listdir("/proc")):
                  try:
                      fields = open(f"/proc/{process}/stat").read().rsplit(")", 1)[1].split()
                  except OSError:
                      continue
                  if int(fields[3]) == child:  # the session
                      sizes[int(process)] = int(fields[21]) * page
              peak, together = max(peak, sizes.get(child, 0)), max(together, sum(sizes.values()))
      _, status, usage = os.wait4(child, 0)
      wall = time.monotonic() - start
      children = resource.getrusage(resource.RUSAGE_CHILDREN)
      print(json.dumps({"status": os.waitstatus_to_exitcode(status), "peak": max(peak, usage.ru_maxrss * 1024),
                        "peakOfAll": together, "percent": int(100 * (children.ru_utime + children.ru_stime) / wall)}))
      """
    let program = try Tool.coffre()
    let outcome = try Tool.named("python3", package: "python3").run(
      ["-c", script, log, program.path] + arguments,
      workshop.settings {
        $0.environment["TERM"] = "xterm-256color"
        $0.timeLimit = 3000
      })
    try #require(outcome.isSuccess, "\(outcome)")
    let result = try JSONValue(outcome.output)
    return Run(
      status: try #require(result["status"]?.int), peak: try #require(result["peak"]?.int),
      peakOfAll: try #require(result["peakOfAll"]?.int),
      processors: Double(try #require(result["percent"]?.int)) / 100,
      screen: String(decoding: try readRealFile(log), as: UTF8.self))
  }

  @Test(.tags(.slow), .enabled(if: runsAllTests, "only with COFFRE_TEST_ALL=1"))
  func `five hundred rows keep the processors busy and take little memory`() throws {
    try makeRows()
    let archives = "\(workshop.path)/archives"
    let run = try run([
      "inventory", "run", "--from", list, "--to", archives, "--temp-dir", "\(workshop.path)/temp", "--lang", "fr",
    ])
    #expect(run.status == 0, "\(run.screen.suffix(2000))")
    #expect(run.peak < 200_000_000 && run.peakOfAll < 400_000_000, "\(run.peak) and \(run.peakOfAll) bytes")
    // One row after the other, they would take one.
    #expect(run.processors > 1.2, "\(run.processors) processors on average")
    print("peak \(run.peak) bytes, of all \(run.peakOfAll), processors \(run.processors)")
    // The whole, and rows side by side.
    #expect(run.screen.contains("/500"), "\(run.screen.suffix(2000))")
    #expect(run.screen.contains("ligne 5 ") && run.screen.contains("image.raw"), "\(run.screen.prefix(4000))")
    let archivesMade = (0..<7).flatMap { realNames(in: "\(archives)/to\($0)") }.filter {
      $0.hasSuffix(".7z") || $0.hasSuffix(".tar.zst") || $0.hasSuffix(".zip")
    }
    #expect(archivesMade.count == 500)
    let verified = try Tool.coffre().run(
      ["shelf", "verify", "\(archives)/to3", "--level", "contents"], workshop.settings { $0.timeLimit = 1200 })
    #expect(verified.isSuccess, "\(verified)")
  }
}
