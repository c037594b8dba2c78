import CoffreTestKit

/// A folder of programs for `COFFRE_PG_BINDIR`: the vendor's own, one of which may be held up or replaced.
struct StandInTools {
  private let server: PostgresServer
  private let folder: String

  init(for server: PostgresServer, in workshop: Workshop) throws {
    self.server = server
    folder = "\(workshop.path)/stand-in-\(realNames(in: workshop.path).count)"
    try makeRealFolder(folder)
    for name in ["pg_dump", "pg_dumpall"] { try makeRealSymlink("\(folder)/\(name)", to: original(name)) }
  }

  var environment: [String: String] { ["COFFRE_PG_BINDIR": folder, "PGPASSWORD": PostgresServer.password] }

  private func original(_ name: String) -> String { "\(server.installation.programs)/\(name)" }

  /// Lets `pg_dump` wait before it does anything, where it is started with this argument.
  func hold(_ argument: String) throws {
    try replace(
      "pg_dump", where: argument, by: "touch \(folder)/held; while [ ! -e \(folder)/go ]; do sleep 0.02; done")
  }

  var isHolding: Bool { realEntryExists("\(folder)/held") }
  func release() throws { try writeRealFile("\(folder)/go", "") }

  /// Puts a script before a program, or in its place if the script ends by itself. `--version` and `--help` are answered
  /// by the program itself.
  ///
  /// - Parameter argument: only where it is started with this one; always without one.
  func replace(_ name: String, where argument: String? = nil, by script: String) throws {
    let path = "\(folder)/\(name)"
    try removeRealTree(path)
    let condition = argument.map { "*\" \($0) \"*" } ?? "*"
    try writeRealFile(
      path,
      """
      #!/bin/sh
      program=\(original(name))
      case " $* " in
        *" --version "*|*" --help "*|*" -V "*) ;;
        \(condition)) \(script) ;;
      esac
      exec "$program" "$@"

      """, mode: 0o755)
  }
}

extension StandInTools {
  /// Lets a program claim to be of another version.
  func pretend(_ name: String, version: String) throws {
    let path = "\(folder)/\(name)"
    try removeRealTree(path)
    try writeRealFile(path, "#!/bin/sh\necho '\(name) (PostgreSQL) \(version)'\n", mode: 0o755)
  }
}
