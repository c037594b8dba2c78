import CoffreCore

/// The statement that puts the rows of a file into a table.
struct LoadStatement: Sendable {
  /// Quoted.
  let table: String
  /// As the client names it; for ourselves any name does.
  let file: String
  let columns: [String]
  /// Those of a type that takes no bytes.
  var texts: Set<String> = []

  var text: String {
    var list: [String] = []
    var settings: [String] = []
    for (number, column) in columns.enumerated() {
      guard texts.contains(column) else {
        list.append(MariaDBQuoting.identifier(column))
        continue
      }
      list.append(#"@coffre_\#(number)"#)
      settings.append(
        #"\#(MariaDBQuoting.identifier(column)) = CONVERT(@coffre_\#(number) USING utf8mb4)"#)
    }
    // A table of nothing but generated columns has rows, too.
    if list.isEmpty { list = ["@coffre_none"] }
    let setting = settings.isEmpty ? "" : #" SET \#(settings.joined(separator: ", "))"#
    return #"LOAD DATA LOCAL INFILE \#(MariaDBQuoting.literal(file)) INTO TABLE \#(table) CHARACTER SET binary"#
      + #" FIELDS TERMINATED BY '\t' ESCAPED BY '\\' LINES TERMINATED BY '\n' (\#(list.joined(separator: ", ")))"#
      + setting
  }
}
