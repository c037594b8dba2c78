import CoffreCore

/// `restore.sql`: makes a database of the files beside it with the program `mariadb` alone.
struct WholeScript: Sendable {
  let definitions: DatabaseDefinitions
  let instant: String
  /// Rows of the files, in their order.
  let rows: [DumpedRows]
  let hasSchema: Bool
  let hasObjects: Bool
  let hasHistory: Bool
  let version: MariaDBVersion

  func text() -> String {
    let name = remark(definitions.name)
    let mark = MariaDBQuoting.literal("\(definitions.name) \(instant)")
    var lines = [
      #"-- Database \#(name), as it was at \#(instant)."#,
      #"-- Into a new, empty database, inside this folder:"#,
      #"--   mariadb -e "CREATE DATABASE NEW CHARACTER SET \#(definitions.characterSet) COLLATE \#(definitions.collation)""#,
      #"--   mariadb --local-infile=1 NEW < restore.sql"#,
      #"-- Users that own things should exist first: ../grants.sql."#,
      #"-- It ends at its first line if the program does not work inside this folder, as it looks there for all files."#,
      #"source folder.sql"#,
      // The check fails where another folder has a file of that name.
      #"SELECT IF(@coffre_folder = \#(mark), 'restoring', (SELECT 'not inside the folder of restore.sql' UNION SELECT 'nothing was done')) AS coffre;"#,
    ]
    if hasSchema { lines.append(#"source schema.sql"#) }
    lines += DefinitionScripts.settings.map { "\($0);" }
    if hasHistory { lines.append(#"SET system_versioning_insert_history = 1;"#) }
    lines.append(#"SET autocommit = 0;"#)
    for table in rows {
      let texts = table.columns.filter { $0.takesNoBytes(by: version) }.map(\.name)
      lines.append(
        LoadStatement(
          table: MariaDBQuoting.identifier(table.name), file: table.path, columns: table.columnNames, texts: Set(texts)
        ).text + ";")
      lines.append(#"COMMIT;"#)
    }
    lines.append(#"SET autocommit = 1;"#)
    if hasHistory { lines.append(#"SET system_versioning_insert_history = 0;"#) }
    if hasSchema { lines.append(#"source indexes.sql"#) }
    if hasObjects { lines.append(#"source routines.sql"#) }
    lines.append(#"SELECT 'restored' AS coffre;"#)
    return lines.joined(separator: "\n") + "\n"
  }

  /// `folder.sql`, by which `restore.sql` knows its own folder.
  func folderText() -> String {
    #"SET @coffre_folder = \#(MariaDBQuoting.literal("\(definitions.name) \(instant)"));"# + "\n"
  }
}
