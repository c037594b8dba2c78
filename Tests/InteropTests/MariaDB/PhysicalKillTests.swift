import CoffreTestKit
import Glibc
import Testing

/// A restore that is ended by force: nothing that looks like a server's folder, and nobody at work on it.
@Suite("MariaDB by its files, killed", .timeLimit(.minutes(10)))
struct PhysicalKillTests {
  private let physical: PhysicalWorkshop

  init() throws {
    physical = try PhysicalWorkshop(PhysicalWorkshop.sharedServer())
    let backup = try physical.backUp()
    try #require(backup.status == 0, "\(backup)")
  }

  /// Whether a process does anything still; one that nobody waited for does not.
  private func isAtWork(_ process: String) -> Bool {
    ((try? readRealFile("/proc/\(process)/cmdline")) ?? []).isEmpty == false
  }

  /// Starts a restore and kills it when one of its programs is at work.
  private func kill(at program: String) throws {
    let mark = "\(physical.workshop.path)/mark-\(program)"
    // mbstream is asked for the files, and makes them before.
    let first = program == "mbstream" ? #""$program" "$@"; "# : ""
    try physical.replace(program, by: "{ \(first)echo $$ >\(mark).new; mv \(mark).new \(mark); exec sleep 1000; }")
    let restore = try physical.start(physical.restoring())
    #expect(restore.waitUntil(seconds: 300) { restore.hasEnded || realEntryExists(mark) })
    #expect(!restore.hasEnded, "\(restore.outputSoFar) \(restore.errorsSoFar)")
    restore.signal(SIGKILL)
    let outcome = try restore.wait()
    #expect(outcome.status == 128 + SIGKILL, "\(outcome)")
    let process = String(decoding: try readRealFile(mark), as: UTF8.self).filter(\.isNumber)
    #expect(restore.waitUntil { !isAtWork(process) }, "\(program) goes on")
    try removeRealTree(mark)
    try physical.replace(program, by: "true")
  }

  @Test(arguments: ["mbstream", "mariadb-backup", "mariadbd"])
  func `a folder that was to be made is not there`(_ program: String) throws {
    try kill(at: program)
    #expect(!realEntryExists(physical.target))
    #expect(physical.halves.count == 1)
    // The next one tells of it, and is not disturbed.
    let again = try physical.restore()
    #expect(again.status == 0, "\(again)")
    #expect(try "\(again)".contains(#require(physical.halves.first)), "\(again)")
    #expect(realNames(in: physical.target).contains("ibdata1"))
    #expect(!realNames(in: physical.target).contains { $0.hasPrefix(".coffre-") })
  }

  @Test func `a folder that was empty is no server's`() throws {
    try makeRealFolder(physical.target)
    try kill(at: "mariadbd")
    #expect(realNames(in: physical.target).allSatisfy { $0.hasPrefix(".coffre-") })
    let refused = try physical.restore()
    #expect(refused.status == 1 && "\(refused)".contains("ended by force"), "\(refused)")
    for name in realNames(in: physical.target) { try removeRealTree("\(physical.target)/\(name)") }
    let again = try physical.restore()
    #expect(again.status == 0, "\(again)")
    #expect(realNames(in: physical.target).contains("ibdata1"))
    #expect(!realNames(in: physical.target).contains { $0.hasPrefix(".coffre-") })
  }
}
