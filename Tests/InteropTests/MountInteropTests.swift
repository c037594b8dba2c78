import CoffreTestKit
import Glibc
import Testing

/// The built program's mount, looked at with the system's own tools and beside restic's.
@Suite("Mounted", .enabled(if: Fuse.isPermitted, "\(Fuse.obstacle ?? "")"))
struct MountInteropTests {
  /// What users of the shell would do.
  private func run(_ name: String, package: String, _ arguments: [String], location: SourceLocation = #_sourceLocation)
    throws -> ProgramOutcome
  {
    let outcome = try Tool.named(name, package: package).run(arguments)
    #expect(outcome.isSuccess, "\(outcome)", sourceLocation: location)
    return outcome
  }

  private func mount(_ workshop: Workshop, _ options: [String] = [], at name: String = "mounted") throws
    -> MountedFolder
  {
    try MountedFolder(at: "\(workshop.path)/\(name)") { try workshop.startCoffre(["mount", $0] + options) }
  }

  @Test func `everything that Unix holds looks as it was`() throws {
    let workshop = try Workshop()
    let tree = "\(workshop.path)/tree"
    try OddTree.build(at: tree)
    _ = try workshop.coffreBackup([tree])
    let mounted = try mount(workshop)
    let latest = "\(mounted.path)/snapshots/latest\(tree)"
    // A second time from what the kernel and the program still know.
    for _ in 0..<2 { try expectEqualTrees(tree, latest) }
    let outcome = try mounted.end()
    #expect(outcome.status == 0 && !outcome.errors.contains("error"), "\(outcome)")
  }

  @Test func `find, diff, tar, cmp and getfattr find no difference`() throws {
    let workshop = try Workshop()
    let tree = "\(workshop.path)/tree"
    var options = OddTree.Options()
    options.hasEndlessPaths = false
    try OddTree.build(at: tree, options)
    _ = try run("find", package: "findutils", [tree, "-type", "s", "-delete"])
    _ = try workshop.coffreBackup([tree])
    let mounted = try mount(workshop)
    let latest = "\(mounted.path)/snapshots/latest\(tree)"

    // Links of folders are counted in one way by each file system; folders' sizes too.
    let format = "%P %y %m %U:%G %T@ %l\\n"
    let listings = try [tree, latest].map { folder in
      try run("find", package: "findutils", [folder, "-mindepth", "1", "-printf", format]).outputBytes
        .split(separator: 10).map(Array.init).sorted { $0.lexicographicallyPrecedes($1) }
    }
    #expect(listings[0].count > 400 && listings[0] == listings[1])
    let files = try [tree, latest].map { folder in
      try run("find", package: "findutils", [folder, "!", "-type", "d", "-printf", "%P %n %s\\n"]).outputBytes
        .split(separator: 10).map(Array.init).sorted { $0.lexicographicallyPrecedes($1) }
    }
    #expect(files[0] == files[1])
    _ = try run("diff", package: "diffutils", ["-r", "--no-dereference", "\(tree)/files", "\(latest)/files"])
    _ = try run("diff", package: "diffutils", ["-r", "--no-dereference", "\(tree)/names", "\(latest)/names"])
    _ = try run("cmp", package: "diffutils", ["\(tree)/files/several-chunks", "\(latest)/files/several-chunks"])
    let archive = "\(workshop.path)/archive.tar"
    _ = try run("tar", package: "tar", ["--create", "--numeric-owner", "--file", archive, "--directory", latest, "."])
    _ = try run("tar", package: "tar", ["--diff", "--numeric-owner", "--file", archive, "--directory", tree])
    // The names of one file are links of each other in the archive too.
    let listing = try run("tar", package: "tar", ["--list", "--verbose", "--file", archive]).output
    #expect(listing.contains(" link to ./links"))
    for name in ["file", "folder", "acl-file", "acl-folder"] {
      let dumps = try [tree, latest].map { folder in
        try run(
          "getfattr", package: "attr",
          ["--no-dereference", "--absolute-names", "--dump", "--match=-", "\(folder)/attributes/\(name)"]
        ).output.split(separator: "\n").dropFirst().sorted()
      }
      #expect(!dumps[0].isEmpty && dumps[0] == dumps[1], "\(name): \(dumps)")
    }
  }

  @Test(arguments: Tool.restics)
  func `beside restic's mount the names and contents are the same`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    let tree = "\(workshop.path)/tree"
    try buildOddTree(at: tree, for: restic)
    try workshop.restic(restic, ["backup", tree, "--time", "2024-02-29 12:00:00", "--tag", "one,a/b"])
    try workshop.restic(restic, ["backup", tree, "--time", "2024-02-29 12:00:00", "--tag", "one"])
    try workshop.restic(restic, ["backup", tree, "--time", "2024-02-29 12:00:00", "--host", "other"])
    _ = try workshop.coffreBackup([tree, "--tag", "one"])
    #expect(workshop.snapshotIDs.count == 4)
    let ours = try mount(workshop)
    let theirs = try MountedFolder(at: "\(workshop.path)/restic") { try workshop.startRestic(restic, ["mount", $0]) }

    func names(_ folder: String) throws -> [String] {
      try run("find", package: "findutils", [folder, "-maxdepth", "3", "-printf", "%P %y %l\\n"]).output
        .split(separator: "\n").map(String.init).sorted()
    }
    let (own, other) = (try names(ours.path), try names(theirs.path))
    #expect(own.contains("snapshots/2024-02-29T12:00:00Z-2 d ") && own.contains("tags/a_b d "), "\(own)")
    #expect(own == other, "\(Set(own).symmetricDifference(other).sorted())")
    var tolerance = TreeComparison.Tolerance()
    // restic 0.14 shows no attributes of links, device numbers and sticky bits, no times before 1970 and after 2262, and
    // every name of a file as a file of its own.
    tolerance.attributesOfLinks = true
    tolerance.paths = Set(
      ["modes", "privileged", "times", "links", "links-too"].map { Array($0.utf8) })
    let path = "hosts/other/latest\(tree)"
    _ = try run(
      "diff", package: "diffutils",
      ["-r", "--no-dereference", "\(theirs.path)/\(path)/links", "\(ours.path)/\(path)/links"])
    try expectEqualTrees("\(theirs.path)/\(path)", "\(ours.path)/\(path)", tolerance)
  }

  @Test(arguments: Tool.restics)
  func `a backup made meanwhile appears, a removed snapshot disappears`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    let tree = "\(workshop.path)/tree"
    try makeRealFolder(tree)
    try writeRealFile("\(tree)/first", seededBytes(1, count: 3_000_000))
    try workshop.restic(restic, ["backup", tree, "--time", "2024-01-01 00:00:00"])
    let mounted = try mount(workshop)
    let snapshots = "\(mounted.path)/snapshots"
    #expect(realNames(in: snapshots) == ["2024-01-01T00:00:00Z", "latest"])

    try writeRealFile("\(tree)/second", seededBytes(2, count: 30_000_000))
    let backup = try workshop.startRestic(restic, ["backup", tree, "--time", "2024-01-02 00:00:00"])
    // Whoever reads meanwhile reads the truth.
    while !backup.hasEnded {
      #expect(try readRealFile("\(snapshots)/latest\(tree)/first") == seededBytes(1, count: 3_000_000))
    }
    #expect(try backup.wait().isSuccess)
    let expected = ["2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z", "latest"]
    #expect(mounted.program.waitUntil { realNames(in: snapshots) == expected }, "\(realNames(in: snapshots))")
    #expect(try RealFolder(snapshots).linkTarget(Array("latest".utf8)) == Array("2024-01-02T00:00:00Z".utf8))
    try expectEqualTrees(tree, "\(snapshots)/latest\(tree)")

    let second = try #require(
      workshop.snapshotIDs.first { id in realNames(in: "\(mounted.path)/ids").contains(String(id.prefix(8))) })
    try removeRealTree("\(workshop.repository)/snapshots/\(second)")
    #expect(mounted.program.waitUntil { realNames(in: "\(mounted.path)/ids").count == 1 })
    // For a second the kernel believes what it was told.
    #expect(mounted.program.waitUntil { !realEntryExists("\(mounted.path)/ids/\(second.prefix(8))") })
    #expect(try mounted.end().status == 0)
  }

  @Test func `reads at any offset, by several readers at once, give what the file holds`() throws {
    let workshop = try Workshop()
    let tree = "\(workshop.path)/tree"
    try makeRealFolder(tree)
    let content = seededBytes(5, count: 40_000_000)
    try writeRealFile("\(tree)/large", content)
    _ = try workshop.coffreBackup([tree])
    let mounted = try mount(workshop)
    let copy = "\(mounted.path)/snapshots/latest\(tree)/large"
    let script = """
      import os, random, sys, threading
      wanted = open(sys.argv[1], 'rb').read()
      wrong = []
      def read(seed):
          chance = random.Random(seed)
          file = os.open(sys.argv[2], os.O_RDONLY)
          for _ in range(300):
              start = chance.randrange(len(wanted) + 1000)
              count = chance.choice([1, 100, 4096, 70000, 1000000])
              if os.pread(file, count, start) != wanted[start:start + count]: wrong.append((start, count))
          os.close(file)
      readers = [threading.Thread(target=read, args=(seed,)) for seed in range(6)]
      for reader in readers: reader.start()
      for reader in readers: reader.join()
      sys.exit(str(wrong) if wrong else 0)
      """
    _ = try run("python3", package: "python3", ["-c", script, "\(tree)/large", copy])
    // Once more from front to end.
    #expect(try readRealFile(copy) == content)
    // Caches: far below the file's size beside what the program takes anyway.
    let status = String(decoding: try readRealFile("/proc/\(mounted.program.processID)/status"), as: UTF8.self)
    let peak = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }?.split { !$0.isNumber }.first
    #expect(try #require(peak.flatMap { Int($0) }) < 220_000, "\(status)")
  }

  @Test func `a damaged pack is an error for whoever reads it, and nothing else is lost`() throws {
    let workshop = try Workshop()
    let tree = "\(workshop.path)/tree"
    try makeSeededFiles(30, in: tree, size: 3_000_000)
    _ = try workshop.coffreBackup([tree])
    // The largest packs hold data.
    let packs = try workshop.packs.sorted {
      try realStatus("\(workshop.repository)/data/\($0.prefix(2))/\($0)").size
        > realStatus("\(workshop.repository)/data/\($1.prefix(2))/\($1)").size
    }
    let victim = "\(workshop.repository)/data/\(packs[0].prefix(2))/\(packs[0])"
    var bytes = try readRealFile(victim)
    for position in stride(from: 1000, to: bytes.count / 2, by: 1000) { bytes[position] ^= 1 }
    try removeRealTree(victim)
    try writeRealFile(victim, bytes)
    let mounted = try mount(workshop)
    let folder = "\(mounted.path)/snapshots/latest\(tree)"
    var failed: [String] = []
    for number in 0..<30 {
      do {
        #expect(try readRealFile("\(folder)/\(number)") == seededBytes(UInt64(number), count: 3_000_000))
      } catch let error as SystemCallFailed {
        #expect(error.code == EIO, "\(error)")
        failed.append("\(number)")
      }
    }
    #expect(!failed.isEmpty && failed.count < 20, "\(failed)")
    // Again: it is told once, and still an error.
    for name in failed { #expect(throws: SystemCallFailed.self) { try readRealFile("\(folder)/\(name)") } }
    let outcome = try mounted.end()
    #expect(outcome.status == 0, "\(outcome)")
    let told = outcome.errors.split(separator: "\n").filter { $0.hasPrefix("error: '") }
    for name in failed { #expect(told.contains { $0.contains("\(tree)/\(name)': ") }, "\(name): \(outcome)") }
    #expect(
      !told.isEmpty && told.allSatisfy { line in failed.contains { line.contains("\(tree)/\($0)'") } }, "\(outcome)")
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `a signal ends it, unmounts, and takes the lock away`(_ signal: Int32) throws {
    let workshop = try Workshop()
    try workshop.make(["tree/file"])
    _ = try workshop.coffreBackup(["tree"], in: workshop.path)
    let mounted = try mount(workshop)
    let text = "mounted at '\(mounted.path)'; Ctrl-C or `umount` ends it"
    #expect(mounted.program.waitUntil { mounted.program.errorsSoFar.contains(text) })
    #expect(workshop.locks.count == 1)
    // Somebody is in it, and somebody reads all the while: that must not keep it.
    let folder = try RealFolder("\(mounted.path)/ids")
    let reader = try Tool.named("sh", package: "dash").start(
      ["-c", "while cat \(mounted.path)/snapshots/latest/tree/file; do :; done; exit 0"])
    #expect(mounted.program.waitUntil { reader.outputSoFar.count > 100 })
    let outcome = try mounted.end(signal)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.output.hasPrefix("unmounted '\(mounted.path)' after "), "\(outcome)")
    #expect(workshop.locks.isEmpty)
    #expect(!MountedFolder.isMounted(mounted.path) && realNames(in: mounted.path).isEmpty)
    #expect(throws: SystemCallFailed.self) { try folder.status(Array("x".utf8)) }
    #expect(try reader.wait().isSuccess)
  }

  @Test(arguments: [["umount", "mount"], ["fusermount3", "fuse3", "-u"]])
  func `unmounting ends the program`(_ way: [String]) throws {
    let workshop = try Workshop()
    try workshop.make(["tree/file"])
    _ = try workshop.coffreBackup(["tree"], in: workshop.path)
    let mounted = try mount(workshop)
    _ = try readRealFile("\(mounted.path)/snapshots/latest/tree/file")
    _ = try run(way[0], package: way[1], Array(way.dropFirst(2)) + [mounted.path])
    let outcome = try mounted.wait()
    #expect(outcome.status == 0, "\(outcome)")
    #expect(workshop.locks.isEmpty)
  }

  @Test func `killed, it leaves nothing that umount and the next command do not take away`() throws {
    let workshop = try Workshop()
    try workshop.make(["tree/file"])
    _ = try workshop.coffreBackup(["tree"], in: workshop.path)
    let mounted = try mount(workshop)
    _ = try mounted.end(SIGKILL)
    #expect(workshop.locks.count == 1)
    let refused = try workshop.coffre(["mount", mounted.path])
    #expect(refused.status == 2 && refused.errors.contains("something is mounted whose program is gone"), "\(refused)")
    _ = try run("umount", package: "mount", ["-l", mounted.path])
    #expect(realNames(in: mounted.path).isEmpty && !MountedFolder.isMounted(mounted.path))
    // The dead lock is known as our own.
    _ = try workshop.coffreBackup(["tree"], in: workshop.path)
    #expect(workshop.locks.isEmpty)
  }

  @Test(arguments: Tool.restics)
  func `nobody prunes meanwhile`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    try workshop.make(["tree/file"])
    _ = try workshop.coffreBackup(["tree"], in: workshop.path)
    let mounted = try mount(workshop)
    let prune = try workshop.restic(restic, ["prune"])
    #expect(!prune.isSuccess && prune.errors.contains("\(mounted.program.processID)"), "\(prune)")
    #expect(try mounted.end().status == 0)
    #expect(try workshop.restic(restic, ["prune"]).isSuccess)
  }

  @Test func `one snapshot, or a folder of it, is the top if it is named`() throws {
    let workshop = try Workshop()
    try workshop.make(["tree/folder/file", "tree/other"])
    _ = try workshop.coffreBackup(["\(workshop.path)/tree"])
    for (name, path) in [("latest", "\(workshop.path)/tree"), ("latest:\(workshop.path)/tree", "")] {
      let mounted = try MountedFolder(at: "\(workshop.path)/mounted") { try workshop.startCoffre(["mount", name, $0]) }
      try expectEqualTrees("\(workshop.path)/tree", mounted.path + path)
      #expect(try mounted.end().status == 0)
    }
    for (name, status) in [("latest:/nowhere", Int32(2)), ("latest:\(workshop.path)/tree/other", 2), ("beef", 1)] {
      let refused = try workshop.coffre(["mount", name, "\(workshop.path)/mounted"])
      #expect(refused.status == status, "\(refused)")
      #expect(workshop.locks.isEmpty)
    }
  }

  @Test(arguments: Tool.restics)
  func `templates, owner and filter do what they say`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    try workshop.make(["tree/file"])
    try RealFolder("\(workshop.path)/tree").setOwner(Array("file".utf8), user: 1234, group: 4321)
    for (host, day) in [("one", "01"), ("two", "02")] {
      try workshop.restic(
        restic, ["backup", "\(workshop.path)/tree", "--host", host, "--time", "2024-03-\(day) 10:00:00"])
    }
    let mounted = try mount(
      workshop,
      ["--path-template", "%h/%T", "--time-template", "2006/02 Jan", "--owner-root", "--host", "two", "--allow-other"])
    #expect(realNames(in: mounted.path) == ["two"])
    #expect(realNames(in: "\(mounted.path)/two") == ["2024", "latest"])
    #expect(realNames(in: "\(mounted.path)/two/2024") == ["02 Mar"])
    let status = try realStatus("\(mounted.path)/two/latest\(workshop.path)/tree/file")
    #expect(status.userID == 0 && status.groupID == 0)
    let mounts = String(decoding: try readRealFile("/proc/self/mounts"), as: UTF8.self)
    let line = try #require(mounts.split(separator: "\n").first { $0.contains(mounted.path) })
    #expect(line.contains(" ro,nosuid,nodev,") && line.contains("allow_other") && line.contains("default_permissions"))
    #expect(try Tool.named("touch", package: "coreutils").run(["\(mounted.path)/two/new"]).errors.contains("Read-only"))
  }

  /// In a place of its own, where `/dev/fuse` is what the script makes of it. Machines differ in who may open it.
  private func inPrivate(_ workshop: Workshop, _ script: String) throws -> ProgramOutcome {
    _ = try Tool.named("fusermount3", package: "fuse3")
    var settings = ProgramSettings()
    settings.directory = workshop.path
    settings.environment = workshop.environment.merging([
      "COFFRE": try Tool.coffre().path, "RESTIC_REPOSITORY": workshop.repository,
      "RESTIC_PASSWORD_FILE": workshop.passwordFile,
    ]) { _, new in new }
    let preparation = """
      set -e
      mkdir mounted
      cp "$COFFRE" coffre
      chown -hR nobody: .
      mknod -m 666 fuse c 10 229
      mount --bind fuse /dev/fuse
      as_nobody() { setpriv --reuid=nobody --regid=nogroup --clear-groups -- "$@"; }
      folder=$PWD/mounted

      """
    return try Tool.named("unshare", package: "util-linux").run(
      ["--mount", "sh", "-c", preparation + script], settings)
  }

  @Test(
    .enabled(if: isRoot, "only root can be somebody else"),
    .enabled(if: Fuse.namespaceObstacle == nil, "the kernel gives no mount namespace here"))
  func `a user mounts too, and nobody else may enter`() throws {
    let workshop = try Workshop()
    try workshop.make(["tree/file"])
    _ = try workshop.coffreBackup(["tree"], in: workshop.path)
    let outcome = try inPrivate(
      workshop,
      """
      # A process of its own, not a shell's.
      setpriv --reuid=nobody --regid=nogroup --clear-groups -- ./coffre mount "$folder" &
      tries=0
      until grep -q " $folder fuse" /proc/self/mounts; do tries=$((tries + 1)); [ $tries -lt 300 ]; sleep 0.1; done
      as_nobody cat "$folder/snapshots/latest/tree/file"
      echo
      if ls "$folder"; then echo "root is in"; fi
      kill -TERM $!
      wait $!
      grep " $folder fuse" /proc/self/mounts || echo unmounted
      """)
    #expect(outcome.isSuccess, "\(outcome)")
    #expect(outcome.output.hasPrefix("tree/file\n") && outcome.output.hasSuffix("\nunmounted\n"), "\(outcome)")
    #expect(!outcome.output.contains("root is in"), "\(outcome)")
    #expect(workshop.locks.isEmpty)
  }

  @Test(
    .enabled(if: isRoot, "only root can be somebody else"),
    .enabled(if: Fuse.namespaceObstacle == nil, "the kernel gives no mount namespace here"),
    arguments: [
      (
        prepare: "chmod 600 fuse", who: "as_nobody", status: Int32(22),
        says: "not permitted here"
      ),
      (prepare: "mount --bind /dev/null /usr/bin/fusermount3", who: "as_nobody", status: 20, says: "apt install fuse3"),
      (prepare: "mount --bind /dev/null /dev/fuse", who: "", status: 22, says: "cannot mount at"),
      (prepare: "mount -t tmpfs none /dev", who: "", status: 20, says: "cannot open '/dev/fuse'"),
      (
        prepare: "true > conf; mount --bind conf /etc/fuse.conf", who: "as_nobody", status: 22, says: "user_allow_other"
      ),
    ])
  func `what stands in the way is named`(_ example: (prepare: String, who: String, status: Int32, says: String)) throws
  {
    let workshop = try Workshop()
    let outcome = try inPrivate(
      workshop, "\(example.prepare)\n\(example.who) ./coffre mount --allow-other \"$folder\"")
    #expect(outcome.status == example.status && outcome.errors.contains(example.says), "\(outcome)")
    #expect(workshop.locks.isEmpty)
  }
}
