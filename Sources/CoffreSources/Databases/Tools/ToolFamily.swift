/// An engine's own programs: what they are called, where systems keep them, how they tell their version.
package struct ToolFamily: Sendable {
  /// What people call the engine.
  package let product: String
  /// The one that is asked for its version, and that the others lie beside.
  package let program: String
  /// Folders of programs; a `*` stands for any name of a folder.
  package let folders: [String]
  /// The environment variable that names the folder instead.
  package let folderVariable: String
  /// The environment variable with the beginning of every command, such as `docker exec -i db`.
  package let prefixVariable: String
  /// Debian's package for a server of this major version.
  package let packageName: @Sendable (_ major: Int) -> String
  /// Reads what `--version` prints.
  package let version: @Sendable (_ line: String) -> ToolVersion?
}

extension ToolFamily {
  package static let postgresql = ToolFamily(
    product: "PostgreSQL", program: "pg_dump",
    folders: [
      "/usr/lib/postgresql/*/bin",  // Debian, Ubuntu
      "/usr/pgsql-*/bin",  // PostgreSQL's own packages for Red Hat and its kin
      "/usr/lib/postgresql*/bin",  // SUSE
      "/usr/libexec/postgresql*",  // Alpine
      "/opt/pgsql-*/bin",  // Arch, for older servers
      "/usr/local/pgsql/bin",  // PostgreSQL, from source
      "/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin", "/opt/homebrew/opt/libpq/bin",
      "/usr/local/opt/libpq/bin", "/Applications/Postgres.app/Contents/Versions/*/bin", "/Library/PostgreSQL/*/bin",
    ],
    folderVariable: "COFFRE_PG_BINDIR", prefixVariable: "COFFRE_PG_PREFIX",
    packageName: { "postgresql-client-\($0)" }, version: ToolVersion.postgres)

  package static let mariadb = ToolFamily(
    product: "MariaDB", program: "mariadb-dump",
    folders: [
      "/usr/bin", "/usr/local/bin", "/usr/local/mysql/bin",  // MariaDB and MySQL, from their own archives
      "/opt/mariadb*/bin", "/opt/homebrew/opt/mariadb*/bin", "/usr/local/opt/mariadb*/bin",
    ],
    folderVariable: "COFFRE_MARIADB_BINDIR", prefixVariable: "COFFRE_MARIADB_PREFIX",
    packageName: { _ in "mariadb-client" }, version: ToolVersion.mariadb)

  /// What copies the files of a running server; `mbstream` lies beside it.
  package static let mariadbBackup = ToolFamily(
    product: "MariaDB", program: "mariadb-backup", folders: mariadb.folders, folderVariable: mariadb.folderVariable,
    prefixVariable: mariadb.prefixVariable, packageName: { _ in "mariadb-backup" }, version: ToolVersion.mariadbServer)

  /// The server itself.
  package static let mariadbServer = ToolFamily(
    product: "MariaDB", program: "mariadbd",
    folders: ["/usr/sbin", "/usr/libexec", "/usr/local/sbin"] + mariadb.folders,
    folderVariable: "COFFRE_MARIADBD_BINDIR", prefixVariable: "COFFRE_MARIADBD_PREFIX",
    packageName: { _ in "mariadb-server-core" }, version: ToolVersion.mariadbServer)
}
