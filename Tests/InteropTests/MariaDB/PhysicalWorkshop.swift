import CoffreTestKit
import Testing

/// Physical backups in a workshop: a server whose files are copied, and the vendor's programs, one of which may be replaced.
struct PhysicalWorkshop {
  let workshop: Workshop
  let server: MariaDBServer
  private let programs: String

  init(_ server: MariaDBServer) throws {
    self.server = server
    workshop = try Workshop()
    programs = "\(workshop.path)/programs"
    try makeRealFolder(programs)
    for name in ["mariadb-backup", "mbstream", "mariadbd"] {
      try makeRealSymlink("\(programs)/\(name)", to: try Self.original(name))
    }
  }

  /// One that tests of backups share: nobody restores to it, and nobody stops it.
  static func sharedServer() throws -> MariaDBServer { try shared.get() }

  private static let shared = Result<MariaDBServer, any Error> {
    let server = try MariaDBServer()
    try server.run(
      """
      CREATE DATABASE shop; CREATE TABLE shop.orders (id INT PRIMARY KEY, note TEXT) ENGINE=InnoDB;
      INSERT INTO shop.orders SELECT seq, CONCAT(MD5(seq), MD5(seq * 3), MD5(seq * 5), MD5(seq * 7), MD5(seq * 11),
        MD5(seq * 13), MD5(seq * 17), MD5(seq * 19)) FROM mysql.seq_1_to_60000;
      CREATE TABLE shop.isam (id INT PRIMARY KEY) ENGINE=MyISAM; INSERT INTO shop.isam VALUES (1), (2);
      CREATE DATABASE `é/odd name`; CREATE TABLE `é/odd name`.`t/1 'x'` (a INT PRIMARY KEY) ENGINE=InnoDB;
      CREATE DATABASE nothing;
      """)
    return server
  }

  private static func original(_ name: String) throws -> String {
    try name == "mariadbd" ? MariaDBServer.tool(name).path : Tool.named(name, package: "mariadb-backup").path
  }

  /// Puts a script before a program, or in its place if the script ends by itself; `$program` is the program's own path.
  /// Its version is told by itself.
  func replace(_ name: String, by script: String) throws {
    try removeRealTree("\(programs)/\(name)")
    try writeRealFile(
      "\(programs)/\(name)",
      """
      #!/bin/bash
      program=\(try Self.original(name))
      case " $* " in
        *" --version "*) ;;
        *) \(script) ;;
      esac
      exec "$program" "$@"

      """, mode: 0o755)
  }

  var url: String { "mariadb-physical://\(MariaDBServer.user)@127.0.0.1:\(server.port.number)" }

  /// A place for a restored folder, which is not there yet.
  var target: String { "\(workshop.path)/restored" }

  /// - Parameter password: `nil` to say none in the environment.
  func coffre(
    _ arguments: [String], password: String? = MariaDBServer.password, variables: [String: String] = [:]
  ) throws -> CoffreReport {
    CoffreReport(try start(arguments, password: password, variables: variables).wait())
  }

  func start(
    _ arguments: [String], password: String? = MariaDBServer.password, variables: [String: String] = [:]
  ) throws -> RunningProgram {
    try workshop.startCoffre(arguments + ["--json"]) { settings in
      settings.environment["MYSQL_PWD"] = password
      settings.environment["COFFRE_MARIADB_BINDIR"] = programs
      settings.environment["COFFRE_MARIADBD_BINDIR"] = programs
      settings.environment["TMPDIR"] = workshop.path
      settings.environment.merge(variables) { $1 }
      settings.timeLimit = 600
    }
  }

  func backUp(_ options: [String] = []) throws -> CoffreReport {
    try coffre(["backup", url, "--name", Workshop.mariadbName] + options)
  }

  /// The words of a restore.
  func restoring(to folder: String? = nil) -> [String] {
    ["restore", "latest", "--to", "mariadb-physical:\(folder ?? target)"]
  }

  func restore(to folder: String? = nil, _ options: [String] = []) throws -> CoffreReport {
    try coffre(restoring(to: folder) + options)
  }

  /// What programs leave in the folder of temporary files; nothing if all is well.
  var leftovers: [String] { realNames(in: workshop.path).filter { $0.hasPrefix("coffre-") } + halves }

  /// What restores leave beside the target.
  var halves: [String] { realNames(in: workshop.path).filter { $0.hasPrefix(".coffre-") } }
}
