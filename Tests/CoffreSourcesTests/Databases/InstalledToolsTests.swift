import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreSources

@Suite("Vendors' tools")
struct InstalledToolsTests {
  @Test(arguments: [
    ("pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", 15, 18, "15.18"),
    ("pg_dump (PostgreSQL) 12.22 (Debian 12.22-1.pgdg120+1)", 12, 22, "12.22"),
    ("pg_dump (PostgreSQL) 14.19 (Ubuntu 14.19-0ubuntu0.22.04.1)", 14, 19, "14.19"),
    ("pg_dump (PostgreSQL) 16.10 (Ubuntu 16.10-0ubuntu0.24.04.1)", 16, 10, "16.10"),
    ("pg_dump (PostgreSQL) 17.6 (Debian 17.6-0+deb13u1)", 17, 6, "17.6"),
    ("pg_dump (PostgreSQL) 18.1 (Debian 18.1-1.pgdg12+2)", 18, 1, "18.1"),
    ("pg_dumpall (PostgreSQL) 18.1", 18, 1, "18.1"),
    ("pg_dump (PostgreSQL) 17.9 (Homebrew)", 17, 9, "17.9"), ("pg_dump (PostgreSQL) 13.23", 13, 23, "13.23"),
    ("pg_dump (EnterpriseDB) 16.4.0", 16, 4, "16.4"), ("pg_dump (PostgreSQL) 9.6.24", 9, 6, "9.6"),
    ("pg_dump (PostgreSQL) 19devel", 19, -3, "19devel"), ("pg_dump (PostgreSQL) 18beta1", 18, -2, "18beta1"),
    ("pg_dump (PostgreSQL) 18rc1 (Debian 18~rc1-1)", 18, -1, "18rc1"),
  ])
  func `versions of PostgreSQL's tools`(_ example: (line: String, major: Int, minor: Int, text: String)) {
    #expect(
      ToolVersion.postgres(example.line)
        == ToolVersion(major: example.major, minor: example.minor, text: example.text))
  }

  @Test(arguments: ["", "pg_dump", "pg_dump (PostgreSQL)", "pg_dump (PostgreSQL) x", "pg_dump (PostgreSQL) 15", "15.1"])
  func `other lines tell no version`(_ line: String) { #expect(ToolVersion.postgres(line) == nil) }

  @Test(arguments: [
    ("mariadbd  Ver 10.11.19-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64 (Debian 12)", 10, 11, "10.11.19"),
    ("mariadb-backup based on MariaDB server 11.4.3-MariaDB debian-linux-gnu (x86_64)", 11, 4, "11.4.3"),
    ("/usr/sbin/mariadbd  Ver 12.0.2-MariaDB for Linux", 12, 0, "12.0.2"),
  ])
  func `versions of MariaDB's server`(_ example: (line: String, major: Int, minor: Int, text: String)) {
    #expect(
      ToolVersion.mariadbServer(example.line)
        == ToolVersion(major: example.major, minor: example.minor, text: example.text))
  }

  @Test(arguments: [
    "", "mariadbd", "mysqld  Ver 8.0.36 for Linux on x86_64 (MySQL Community Server - GPL)", "MariaDB server x",
  ])
  func `other lines tell no version of MariaDB's server`(_ line: String) {
    #expect(ToolVersion.mariadbServer(line) == nil)
  }

  private func installed(_ versions: [String]) -> InstalledTools {
    InstalledTools(
      family: .postgresql,
      found: versions.compactMap { text in
        ToolVersion.postgres("pg_dump (PostgreSQL) \(text)").map { VendorTools(folder: "/pg/\(text)", version: $0) }
      })
  }

  @Test(arguments: [
    (["13.1", "15.18", "17.2"], 15, "15.18"), (["13.1", "15.18", "17.2"], 14, "15.18"),
    (["18.0", "17.2", "17.9", "17.4"], 16, "17.9"), (["15.2", "15.18", "15.3"], 15, "15.18"),
    (["18beta1", "18rc1"], 18, "18rc1"), (["18rc1", "18.0"], 17, "18.0"),
    (["12.22", "14.19", "16.10", "17.6", "18.1"], 13, "14.19"), (["12.22", "18.1"], 13, "18.1"),
  ])
  func `the server's own version is best, then the next newer one`(
    _ example: (versions: [String], major: Int, chosen: String)
  ) throws {
    #expect(try installed(example.versions).choose(forMajor: example.major).version.text == example.chosen)
  }

  @Test func `an older tool is refused, with the package that helps`() throws {
    let error = #expect(throws: VendorToolError.self) { _ = try installed(["13.1", "15.18"]).choose(forMajor: 17) }
    let refused = try #require(error)
    #expect(refused.exitCode == .toolMissing)
    #expect(refused.explanation.problem == "no 'pg_dump' for PostgreSQL 17 is installed")
    #expect(refused.explanation.cause == "only older ones were found: 13.1 (/pg/13.1), 15.18 (/pg/15.18)")
    let advice = try #require(refused.explanation.advice).description
    #expect(advice.contains("`apt install postgresql-client-17`"))
    #expect(advice.contains("COFFRE_PG_BINDIR") && advice.contains("COFFRE_PG_PREFIX"))
  }

  @Test func `files are for programs of their own series alone`() throws {
    let series = ToolVersion(major: 15, minor: 18, text: "15.18")
    #expect(try installed(["13.1", "15.18", "17.2"]).choose(forSeries: series).version.text == "15.18")
    let error = #expect(throws: VendorToolError.self) {
      _ = try installed(["15.2", "17.2"]).choose(forSeries: series)
    }
    #expect(error?.exitCode == .toolMissing)
    #expect(error?.explanation.problem == "no 'pg_dump' for PostgreSQL 15.18 is installed")
    #expect(error?.explanation.cause == "only others were found: 15.2 (/pg/15.2), 17.2 (/pg/17.2)")
  }

  @Test func `without any tool the advice is the same`() throws {
    let error = #expect(throws: VendorToolError.self) { _ = try installed([]).choose(forMajor: 15) }
    #expect(try #require(error).explanation.cause == "none was found")
  }

  @Test func `commands have the prefix and the folder`() {
    let version = ToolVersion(major: 15, minor: 1, text: "15.1")
    #expect(VendorTools(folder: "/pg", version: version).command("psql", ["-X"]) == ["/pg/psql", "-X"])
    let inside = VendorTools(prefix: ["docker", "exec", "-i", "db"], folder: nil, version: version)
    #expect(inside.command("pg_dump") == ["docker", "exec", "-i", "db", "pg_dump"])
    #expect(inside.place == "docker exec -i db")
  }

  @Test func `options are found in help texts as whole words`() {
    let help = "  --restrict-key=RESTRICT_KEY\n  -t, --table=PATTERN   dump\n  --[no-]sync\n"
    for option in ["--restrict-key", "-t", "--table"] { #expect(VendorTools.names(option, inHelp: help), "\(option)") }
    for option in ["--restrict", "--tab", "PATTERN2", "-x"] { #expect(!VendorTools.names(option, inHelp: help)) }
  }
}

/// With programs of the tests' own making.
@Suite("Vendors' tools on a machine")
struct ToolSearchTests {
  private let scratch: WorkFolder

  init() throws { scratch = try WorkFolder() }

  /// Makes a program that prints a version, in a folder below the scratch folder.
  private func makeTool(_ folder: String, _ script: String) throws -> String {
    var place = try RealFolder(scratch.path)
    for name in folder.split(separator: "/") {
      let bytes = Array(name.utf8)
      place = try place.names().contains(bytes) ? place.folder(bytes) : place.makeFolder(bytes)
    }
    try writeProgram("\(scratch.path)/\(folder)/pg_dump", script)
    return "\(scratch.path)/\(folder)"
  }

  private func family(_ folders: [String]) -> ToolFamily {
    let usual = ToolFamily.postgresql
    return ToolFamily(
      product: usual.product, program: usual.program, folders: folders, folderVariable: usual.folderVariable,
      prefixVariable: usual.prefixVariable, packageName: usual.packageName, version: usual.version)
  }

  private func find(_ folders: [String], _ variables: [String: String]) throws -> [VendorTools] {
    try InstalledTools.find(family(folders), variable: { variables[$0] }, cancellation: Cancellation()).found
  }

  private func failure(_ variables: [String: String]) throws -> VendorToolError {
    let error = #expect(throws: VendorToolError.self) { _ = try find([], variables) }
    return try #require(error)
  }

  @Test func `a folder named by the user is the only place that is looked at, scripts and all`() throws {
    let folder = try makeTool("own", "#!/bin/sh\necho 'pg_dump (PostgreSQL) 16.3'\n")
    let found = try find(["/usr/lib/postgresql/*/bin"], ["COFFRE_PG_BINDIR": folder, "PATH": "/usr/bin"])
    #expect(found == [VendorTools(folder: folder, version: ToolVersion(major: 16, minor: 3, text: "16.3"))])
  }

  @Test func `a prefix begins the command`() throws {
    let folder = try makeTool("own", "#!/bin/sh\necho 'pg_dump (PostgreSQL) 14.2'\n")
    let found = try find([], ["COFFRE_PG_BINDIR": folder, "COFFRE_PG_PREFIX": "env 'A=b c'"])
    #expect(found.map(\.prefix) == [["env", "A=b c"]] && found.map(\.version.major) == [14])
    #expect(found[0].command("psql") == ["env", "A=b c", "\(folder)/psql"])
  }

  @Test func `a launcher that is a script is passed over, and so is what is broken`() throws {
    _ = try makeTool("one/11/bin", "#!/bin/sh\necho 'pg_dump (PostgreSQL) 11.1'\n")
    _ = try makeTool("one/12/bin", "no program at all")
    #expect(try find(["\(scratch.path)/one/*/bin"], ["PATH": "\(scratch.path)/one/11/bin"]).isEmpty)
  }

  @Test func `what fails where the user said it is, is told`() throws {
    let failing = try makeTool("failing", "#!/bin/sh\necho first >&2\necho 'no such container' >&2\nexit 1\n")
    let silent = try makeTool("silent", "#!/bin/sh\n")
    let error = try failure(["COFFRE_PG_BINDIR": failing])
    #expect(error.exitCode == .toolMissing)
    #expect(error.explanation.problem == "cannot run '\(failing)/pg_dump --version'")
    #expect(error.explanation.cause == "no such container")
    #expect(
      try failure(["COFFRE_PG_BINDIR": silent]).explanation.problem == "'\(silent)/pg_dump --version' tells no version")
    #expect(try failure(["COFFRE_PG_BINDIR": "/nowhere"]).explanation.cause == "No such file or directory")
    #expect(try failure(["COFFRE_PG_PREFIX": "docker 'exec"]).exitCode == .usage)
  }

  @Test func `folders stand for all versions, each once`() throws {
    for version in ["15", "9.6", "x"] { _ = try makeTool("pg/\(version)/bin", "") }
    _ = try makeTool("pgsql-14/bin", "")
    let path = scratch.path
    #expect(InstalledTools.expanded("\(path)/pg/*/bin") == ["15", "9.6", "x"].map { "\(path)/pg/\($0)/bin" })
    #expect(InstalledTools.expanded("\(path)/pgsql-*/bin") == ["\(path)/pgsql-14/bin"])
    #expect(InstalledTools.expanded("\(path)/none/*/bin").isEmpty)
    #expect(InstalledTools.expanded("/a/b") == ["/a/b"])
    #expect(InstalledTools.candidates(family(["/a/b", "/c"]), path: "/c:relative::/d:/a/b") == ["/a/b", "/c", "/d"])
  }

  @Test(.enabled(if: InstalledToolsTests.hasPostgres, "PostgreSQL's programs are not installed"))
  func `the real programs are found and asked`() throws {
    let installed = try InstalledTools.find(.postgresql, variable: { _ in nil }, cancellation: Cancellation())
    let newest = try #require(installed.found.max { $0.version.major < $1.version.major })
    #expect(try installed.choose(forMajor: newest.version.major).version.major == newest.version.major)
    let options = try newest.supported(
      ["--snapshot", "--colour", "--section"], of: "pg_dump", cancellation: Cancellation())
    #expect(options == ["--snapshot", "--section"])
  }
}

extension InstalledToolsTests {
  fileprivate static let hasPostgres = !InstalledTools.expanded("/usr/lib/postgresql/*/bin").isEmpty
}
