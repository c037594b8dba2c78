/// PostgreSQL as this machine has it, and a copy of its frame in which tests may put extensions of their own.
package struct PostgresInstallation: Sendable {
  /// 15 for PostgreSQL 15.18.
  package let version: Int

  /// The newest that is installed.
  ///
  /// - Throws: if there is none: a test that cannot do its work has failed.
  package static func newest() throws -> PostgresInstallation {
    let versions = realNames(in: "/usr/lib/postgresql").compactMap { Int($0) }.filter { version in
      realEntryExists("/usr/lib/postgresql/\(version)/bin/postgres")
        && realEntryExists("/usr/lib/postgresql/\(version)/bin/pg_dump")
    }
    guard let version = versions.max() else {
      throw Tool.Missing(
        description: "the PostgreSQL server is not installed; do: apt install postgresql, or run scripts/setup-test")
    }
    return PostgresInstallation(version: version)
  }

  /// `psql`, `pg_dump`, `pgbench`…: itself, not the wrapper in `/usr/bin`.
  package func tool(_ name: String) -> Tool { Tool(path: "\(programs)/\(name)") }

  package var programs: String { "/usr/lib/postgresql/\(version)/bin" }

  /// The user that the server runs as when the tests are root, whom it refuses.
  static func serverUser() throws -> String? {
    guard isRoot else { return nil }
    let accounts = String(decoding: try readRealFile("/etc/passwd"), as: UTF8.self).split(separator: "\n")
    return accounts.contains { $0.hasPrefix("postgres:") } ? "postgres" : "nobody"
  }

  // MARK: A frame of one's own

  /// Makes `usr` below a folder: the installation in links, but for the server's program and the folder of extensions.
  ///
  /// The server looks for its files beside where its program really lies, so that a copied program finds these.
  ///
  /// - Returns: the server's program.
  func makeFrame(in folder: String, extensions: [String]) throws -> Tool {
    let library = "\(folder)/usr/lib/postgresql/\(version)"
    let share = "\(folder)/usr/share/postgresql/\(version)"
    try makeRealEntries(
      ["usr/lib/postgresql/\(version)/bin/", "usr/share/postgresql/\(version)/extension/"], below: folder)
    try makeRealSymlink("\(library)/lib", to: "/usr/lib/postgresql/\(version)/lib")
    // By a program of its own: what another test starts meanwhile would inherit the file while it is open for writing
    // here, and what is open for writing cannot be run.
    let copying = try Tool.named("cp", package: "coreutils").run(["\(programs)/postgres", "\(library)/bin/postgres"])
    guard copying.isSuccess else { throw Tool.Missing(description: "\(copying)") }

    let installed = "/usr/share/postgresql/\(version)"
    for name in realNames(in: installed) where name != "extension" {
      try makeRealSymlink("\(share)/\(name)", to: "\(installed)/\(name)")
    }
    for name in realNames(in: "\(installed)/extension") {
      try makeRealSymlink("\(share)/extension/\(name)", to: "\(installed)/extension/\(name)")
    }
    for file in extensions {
      let name = file.split(separator: "/").last.map(String.init) ?? file
      try writeRealFile("\(share)/extension/\(name)", readRealFile(file))
    }
    return Tool(path: "\(library)/bin/postgres")
  }

  // MARK: Security labels

  /// Compiles a library that lets everybody label everything, as the provider `coffre_test`.
  ///
  /// PostgreSQL brings none that works without SELinux. What the library needs of the server's headers is written out in
  /// it, since these are rarely installed.
  ///
  /// - Returns: its path; `nil` where `labelObstacle` says why.
  func makeLabelProvider(in folder: String) throws -> String? {
    guard labelObstacle == nil else { return nil }
    let path = "\(folder)/labels.so"
    try writeRealFile("\(folder)/labels.c", Self.labelSource)
    let compiling = try Self.compiler().run([
      "-shared", "-fPIC", "-DVERSION=\(version * 100)", "-o", path, "\(folder)/labels.c",
    ])
    guard compiling.isSuccess else { throw Tool.Missing(description: "no label provider: \(compiling)") }
    return path
  }

  /// Why there are no security labels here; `nil` if there are.
  package var labelObstacle: String? {
    guard (15...17).contains(version) else {
      return "the tests' label provider is not written for PostgreSQL \(version)"
    }
    return (try? Self.compiler()) == nil ? "there is no C compiler" : nil
  }

  private static func compiler() throws -> Tool {
    do { return try Tool.named("cc", package: "gcc") } catch { return try Tool.named("clang", package: "clang") }
  }

  private static let labelSource = """
    #include <stddef.h>
    typedef struct { int len, version, funcmaxargs, indexmaxkeys, namedatalen, float8byval; char abi_extra[32]; } Magic;
    typedef struct { unsigned classId, objectId; int objectSubId; } ObjectAddress;
    extern void register_label_provider(const char *name, void (*hook)(const ObjectAddress *, const char *));
    static void accept_any(const ObjectAddress *object, const char *label) { (void)object; (void)label; }
    const Magic *Pg_magic_func(void);
    const Magic *Pg_magic_func(void) {
      static const Magic magic = {sizeof(Magic), VERSION, 100, 32, 64, 1, "PostgreSQL"};
      return &magic;
    }
    void _PG_init(void);
    void _PG_init(void) { register_label_provider("coffre_test", accept_any); }

    """
}
