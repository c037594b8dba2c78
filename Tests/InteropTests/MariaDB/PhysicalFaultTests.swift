import CoffreTestKit
import Glibc
import Testing

/// What goes wrong with files of a server: no snapshot, no folder, and words that help.
@Suite("MariaDB by its files, disturbed", .timeLimit(.minutes(10)))
struct PhysicalFaultTests {
  private let physical: PhysicalWorkshop

  init() throws { physical = try PhysicalWorkshop(PhysicalWorkshop.sharedServer()) }

  @Test(arguments: [
    // Half of it, and killed.
    (#"{ "$program" "$@" | head -c 3000000; kill -KILL $$; }"#, "signal 9"),
    // Half of it, and content.
    (#"{ "$program" "$@" 2>/dev/null | head -c 3000000; echo 'completed OK!' >&2; exit 0; }"#, "no whole"),
    // Nothing, and content.
    (#"{ echo 'completed OK!' >&2; exit 0; }"#, "no whole"), ("exit 0", "no whole"),
    // All of it, but it did not say so.
    (#"{ "$program" "$@" 2>/dev/null; exit; }"#, "completed OK!"),
    // It said so, and failed.
    (#"{ "$program" "$@"; exit 3; }"#, "status 3"),
    // All but the file that tells where the log was.
    (
      #"{ "$program" "$@" | perl -0777 -pe 's/backup_checkpoints/backup_checkpointx/g'; echo 'completed OK!' >&2; exit 0; }"#,
      "checkpoints"
    ),
  ])
  func `a program that does not bring all of it`(_ example: (script: String, word: String)) throws {
    try physical.replace("mariadb-backup", by: example.script)
    try physical.workshop.expectFailure(try physical.backUp(), 14, saying: [example.word])
    #expect(physical.leftovers == [])
  }

  @Test func `a wrong password`() throws {
    let report = try physical.coffre(["backup", physical.url], password: "not this one")
    try physical.workshop.expectFailure(report, 14, saying: ["Access denied"])
    #expect(!"\(report)".contains("not this one"))
  }

  @Test func `the password is seen by nobody`() throws {
    let told = "\(physical.workshop.path)/told"
    try physical.replace(
      "mariadb-backup",
      by: """
        { printf '%s\\n' "$@" >\(told); env >>\(told); file=${1#--defaults-file=}; stat -c 'mode %a' "$file" >>\(told);
        grep -c '^password' "$file" >>\(told); }
        """)
    let backup = try physical.backUp()
    #expect(backup.status == 0, "\(backup)")
    let text = String(decoding: try readRealFile(told), as: UTF8.self)
    #expect(text.contains("mode 600\n1\n"), "\(text)")
    #expect(!text.contains("server of the tests") && !text.contains("MYSQL_PWD"), "\(text)")
    let journals = try physical.workshop.journals.map { String(decoding: try readRealFile($0), as: UTF8.self) }
    #expect(!(journals + ["\(backup)"]).contains { $0.contains("server of the tests") })
  }

  @Test func `what is no whole server is refused`() throws {
    // So that nothing but the words is wrong.
    try backUp()
    for (arguments, word) in [
      (["backup", physical.url + "/shop"], "whole server"), (["backup", physical.url, "--table", "x"], "whole server"),
      (["backup", "mariadb-physical:/srv/mysql"], "names a folder"),
      (["source", "dump", physical.url, "-o", "\(physical.workshop.path)/x.sql"], "made of rows"),
      (["restore", "latest", "--to", physical.url], "to a folder"),
      (["restore", "latest", "--to", "mariadb-physical:\(physical.target)", "--database", "shop"], "restored whole"),
    ] {
      let report = try physical.coffre(arguments)
      #expect(report.status == 2, "\(arguments): \(report)")
      #expect("\(report)".contains(word), "\(arguments): \(report)")
    }
    #expect(physical.workshop.snapshotIDs.count == 1)
    #expect(!realEntryExists(physical.target))
  }

  @Test func `other programs than the server's series are refused`() throws {
    try physical.replace("mariadb-backup", by: "true")
    let path = "\(physical.workshop.path)/programs/mariadb-backup"
    try writeRealFile(
      path, "#!/bin/sh\necho 'mariadb-backup based on MariaDB server 10.6.1-MariaDB Linux'\n", mode: 0o755)
    try physical.workshop.expectFailure(try physical.backUp(), 20, saying: ["10.11", "10.6.1"])
  }

  // MARK: Restores

  private func backUp() throws {
    let backup = try physical.backUp()
    try #require(backup.status == 0, "\(backup)")
  }

  @Test func `a folder that holds anything is left alone`() throws {
    try backUp()
    try makeRealFolder(physical.target)
    try writeRealFile("\(physical.target)/mine", "mine")
    try physical.workshop.expectFailure(try physical.restore(), 1, saying: ["empty"], snapshots: 1)
    #expect(realNames(in: physical.target) == ["mine"])
    try removeRealTree("\(physical.target)/mine")
    #expect(try physical.restore().status == 0)
    #expect(realNames(in: physical.target).contains("ibdata1"))
    try physical.workshop.expectFailure(try physical.restore(), 1, saying: ["empty"], snapshots: 1)
  }

  @Test(arguments: [
    (program: "mbstream", script: "{ cat >/dev/null; exit 1; }", word: "status 1"),
    ("mbstream", "exit 0", "did not take all"),
    // All of it was taken, and nothing made of it.
    ("mbstream", "{ cat >/dev/null; exit 0; }", "mariadb-backup ended with status"),
    ("mariadb-backup", "exit 0", "completed OK!"), ("mariadb-backup", "{ echo wrong >&2; exit 1; }", "wrong"),
    ("mariadbd", "{ echo '[ERROR] not today' >&2; exit 1; }", "not today"),
    // What was extracted lacks a definition, or rows.
    (
      "mbstream", #"{ "$program" "$@" || exit 1; rm "${!#}/shop/orders.frm"; exit 0; }"#, "shop.orders"
    ),
    (
      "mariadb-backup", #"{ "$program" "$@" || exit 1; rm "${3#--target-dir=}/shop/orders.ibd"; exit 0; }"#,
      "shop.orders"
    ),
    (
      "mbstream", #"{ "$program" "$@" || exit 1; rm -r "${!#}/nothing"; exit 0; }"#, "nothing"
    ),
  ])
  func `a restore that fails leaves nothing behind`(
    _ example: (program: String, script: String, word: String)
  ) throws {
    try backUp()
    try physical.replace(example.program, by: example.script)
    let report = try physical.restore()
    #expect(report.status == 1, "\(report)")
    #expect("\(report)".contains(example.word), "\(report)")
    #expect(!realEntryExists(physical.target))
    #expect(physical.leftovers == [])
  }

  /// Somebody has a folder of it in use.
  @Test(.enabled(if: isRoot, "needs root"))
  func `what cannot be removed after a failure is named`() throws {
    try backUp()
    try physical.replace(
      "mbstream",
      by: #"{ "$program" "$@"; mkdir "${!#}/held" && mount -t tmpfs -o size=4k coffre-test "${!#}/held"; exit 1; }"#)
    let report = try physical.restore()
    let half = try #require(physical.halves.first, "\(report)")
    let held = "\(physical.workshop.path)/\(half)"
    defer { _ = try? Tool.named("umount", package: "mount").run(["-l", "\(held)/held"]) }
    #expect(report.status == 1 && "\(report)".contains("half of it is in '\(held)'"), "\(report)")
    #expect(!realEntryExists(physical.target))
  }

  @Test(.enabled(if: isRoot, "needs root"))
  func `a full disk for the files`() throws {
    try backUp()
    let mount = try MemoryMount(at: physical.target, options: "size=4m")
    defer { withExtendedLifetime(mount) {} }
    let report = try physical.restore()
    #expect(report.status == 21, "\(report)")
    #expect(realNames(in: physical.target) == [], "\(report)")
  }

  @Test(.enabled(if: isRoot, "needs root"))
  func `a full disk for the repository`() throws {
    let mount = try MemoryMount(at: "\(physical.workshop.repository)/data", options: "size=1m")
    defer { withExtendedLifetime(mount) {} }
    let report = try physical.backUp()
    #expect(report.status == 21, "\(report)")
    #expect(physical.workshop.snapshotIDs.isEmpty)
    #expect(physical.leftovers == [])
  }
}
