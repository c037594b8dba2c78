package import CoffreCore
package import CoffreSystem
package import MariaDBKit

/// What must be known of a server's folder to open a copy of it, where no mariadb-backup told.
package struct CopiedFolderFacts: Sendable {
  /// As 10.11; `nil` if nothing tells.
  package let series: ToolVersion?
  /// Whether it is of MariaDB, whose files MySQL's are not.
  let isMariaDB: Bool
  /// As `backup-my.cnf` has them.
  let settings: String

  /// Of a server that answers.
  package init(on connection: MariaDBConnection) throws(MariaDBError) {
    let version = MariaDBVersion(connection.serverVersion)
    isMariaDB = version?.isMariaDB == true
    series = version.map { PhysicalServer.series($0) }
    let rows = try connection.execute(
      #"""
      SHOW GLOBAL VARIABLES WHERE Variable_name IN
       ('innodb_page_size', 'innodb_data_file_path', 'innodb_undo_tablespaces', 'innodb_checksum_algorithm')
      """#)
    settings = (0..<rows.count).map { "\(rows[$0, 0] ?? "")=\(rows[$0, 1] ?? "")\n" }.joined()
  }

  /// Of a folder alone.
  ///
  /// - Throws: if it cannot be read.
  package init(of folder: PathBytes) throws(SystemError) {
    let directory = try FileDescriptor.openDirectory(path: folder)
    let names = try directory.entryNames().map { displayed($0) }
    isMariaDB = names.contains(#"aria_log_control"#)
    let told = ["mariadb_upgrade_info", "mysql_upgrade_info"].lazy
      .compactMap { try? readFile(joined(folder, Array($0.utf8)), limit: 4096) }.first
    series = told.flatMap { MariaDBVersion(displayed($0.filter { $0 > 0x20 })) }.map { PhysicalServer.series($0) }
    var settings = ""
    if let size = try? Self.pageSize(of: directory) { settings += "innodb_page_size=\(size)\n" }
    let undo = names.filter { $0.count == 7 && $0.hasPrefix("undo") && $0.dropFirst(4).allSatisfy(\.isNumber) }
    if !undo.isEmpty { settings += "innodb_undo_tablespaces=\(undo.count)\n" }
    // All but the last have the size that they were told to have.
    let parts = names.filter { $0.hasPrefix("ibdata") && $0.dropFirst(6).allSatisfy(\.isNumber) }
      .sorted { (Int($0.dropFirst(6)) ?? 0) < (Int($1.dropFirst(6)) ?? 0) }
    if parts.count > 1 {
      let sized = try parts.map { name throws(SystemError) in
        "\(name):\(try directory.attributes(of: Array(name.utf8)).size)"
      }
      settings += "innodb_data_file_path=\(sized.joined(separator: ";")):autoextend\n"
    }
    self.settings = settings
  }

  /// As the head of InnoDB's first file tells: its flags stand at byte 54, the size of pages in bits 6 to 9, of newer files in
  /// bits 0 to 3 behind bit 4 (MariaDB's `fil0fil.h`, "FSP_FLAGS").
  private static func pageSize(of folder: borrowing FileDescriptor) throws(SystemError) -> Int? {
    let file = try folder.open(Array("ibdata1".utf8), for: .reading, [.noFollow, .nonBlocking])
    var head = [UInt8](repeating: 0, count: 58)
    guard try file.readFully(into: &head, from: 0) == 58 else { return nil }
    let flags = head[54..<58].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    let code = flags & 0x10 != 0 ? flags & 0xF : flags >> 6 & 0xF
    guard code != 0 else { return 16 << 10 }
    return (3...7).contains(code) ? 512 << Int(code) : nil
  }
}
