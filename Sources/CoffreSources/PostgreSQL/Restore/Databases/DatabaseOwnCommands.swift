import CoffreCore

/// The commands of `restore.sql` for what belongs to a database and stands in no dump of it (`DatabaseCommands`), for a
/// database of whatever name.
enum DatabaseOwnCommands {
  /// Reads them; rows, scripts and psql's own commands in the file are passed over.
  static func read(from script: ScriptReader, for quotedName: String) throws(SourceError) -> [SQLStatement] {
    var commands: [SQLStatement] = []
    while let item = try script.next() {
      guard case .statement(let statement) = item, let place = place(of: statement) else { continue }
      commands.append(statement.replacing(place..<place + 2, by: Array(quotedName.utf8)))
    }
    return commands
  }

  /// Where the variable of psql stands for the name: `:"DBNAME"`, behind DATABASE.
  static func place(of statement: SQLStatement) -> Int? {
    let pieces = statement.pieces
    let isAbout = ["alter", "comment", "security", "revoke", "grant"].contains(pieces.first?.text)
    guard isAbout, let word = statement.firstIndex(ofWords: "database"), word + 2 < pieces.count,
      pieces[word + 1].text == ":", statement.name(at: word + 2) == Array("DBNAME".utf8)
    else { return nil }
    return word + 1
  }
}
