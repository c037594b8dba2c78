import CoffreCore

extension DumpStatement {
  private static let ofServer: Set<String> = [
    "USER", "ROLE", "SERVER", "TABLESPACE", "LOGFILE", "UNDO", "INSTANCE", "RESOURCE",
  ]

  /// Behind `CREATE`.
  static func created(_ words: inout DumpWords) throws(DumpWords.Deviation) -> Meaning {
    let replaces = words.pass("OR")
    if replaces, !words.pass("REPLACE") { throw .strange }
    while true {
      let kind = words.word
      words.advance()
      switch kind {
      case "DATABASE", "SCHEMA":
        if replaces { throw .strange }
        return try createdDatabase(&words)
      case _ where ofServer.contains(kind): return .concernsServer
      case "DEFINER": try passAccount(&words)
      case "ALGORITHM":
        guard words.pass(mark: "=") else { throw .strange }
        words.advance()
      case "SQL":
        guard words.pass("SECURITY") else { throw .strange }
        words.advance()
      case "AGGREGATE": continue
      case "TABLE":
        words.passCondition()
        return .makesTable(try words.name(), isOutward: try isOutward(&words))
      case "VIEW":
        words.passCondition()
        return .makesView(try words.name())
      case "TRIGGER":
        words.passCondition()
        _ = try words.name()
        while words.piece?.kind == .word, words.word != "ON" { words.advance() }
        guard words.pass("ON") else { throw .strange }
        return .makesTrigger(of: try words.name())
      case "FUNCTION":
        words.passCondition()
        _ = try words.name()
        // `CREATE FUNCTION f RETURNS STRING SONAME …` is one of the server.
        guard words.pass("RETURNS") else { return .other }
        words.advance()
        return words.word == "SONAME" ? .concernsServer : .other
      case "EVENT":
        words.passCondition()
        return .concernsEvent(try words.name())
      case "SEQUENCE":
        words.passCondition()
        return .makesSequence(try words.name())
      case "PROCEDURE", "PACKAGE":
        words.pass("BODY")
        words.passCondition()
        _ = try words.name()
        return .other
      default: throw .strange
      }
    }
  }

  /// `= user@host`, `= CURRENT_USER()`.
  private static func passAccount(_ words: inout DumpWords) throws(DumpWords.Deviation) {
    guard words.pass(mark: "=") else { throw .strange }
    words.advance()
    if words.pass(mark: "@") { words.advance() }
    if words.pass(mark: "("), !words.pass(mark: ")") { throw .strange }
  }

  /// Looks through the rest of a table, which must not take its rows from a question.
  ///
  /// - Returns: whether it stores no rows of its own.
  private static func isOutward(_ words: inout DumpWords) throws(DumpWords.Deviation) -> Bool {
    let asking: Set<String> = ["LIKE", "VALUES", "TABLE", "EXECUTE"]
    let elsewhere: Set<String> = [
      "MERGE", "MRG_MYISAM", "FEDERATED", "FEDERATEDX", "CONNECT", "SPIDER", "SPHINX", "S3",
    ]
    var depth = 0
    var isOutward = false
    while words.piece != nil {
      words.noteSequence()
      if words.pass(mark: "(") {
        depth += 1
        if asking.contains(words.word) || words.word == "WITH" { throw .strange }
        continue
      }
      if words.pass(mark: ")") {
        depth -= 1
        continue
      }
      let word = words.word
      words.advance()
      if word == "SELECT" || (depth == 0 && asking.contains(word)) { throw .strange }
      if word == "ENGINE" {
        words.pass(mark: "=")
        if let piece = words.piece {
          let name = displayed(words.text(piece)).uppercased().filter { !"`'\"".contains($0) }
          isOutward = isOutward || elsewhere.contains(name)
        }
      }
    }
    return isOutward
  }

  /// Behind `DROP`.
  static func dropped(_ words: inout DumpWords) throws(DumpWords.Deviation) -> Meaning {
    let kind = words.word
    words.advance()
    switch kind {
    case "DATABASE", "SCHEMA": return try droppedDatabase(&words)
    case _ where ofServer.contains(kind): return .concernsServer
    case "TABLE", "VIEW", "TRIGGER", "PROCEDURE", "FUNCTION", "EVENT", "SEQUENCE", "PACKAGE": break
    default: throw .strange
    }
    if kind == "PACKAGE" { words.pass("BODY") }
    words.passCondition()
    var name: [UInt8]
    repeat { name = try words.name() } while words.pass(mark: ",")
    guard words.piece == nil || ["RESTRICT", "CASCADE"].contains(words.word) else { throw .strange }
    return switch kind {
    case "FUNCTION": .needless
    case "EVENT": .concernsEvent(name)
    default: .other
    }
  }

  /// Behind `ALTER`.
  static func altered(_ words: inout DumpWords) throws(DumpWords.Deviation) -> Meaning {
    let kind = words.word
    words.advance()
    switch kind {
    case "DATABASE", "SCHEMA": return try alteredDatabase(&words)
    case _ where ofServer.contains(kind): return .concernsServer
    case "TABLE": break
    default: throw .strange
    }
    words.passCondition()
    _ = try words.name()
    // Keys are made afterwards by some dumps.
    guard ["DISABLE", "ENABLE", "ADD", "MODIFY", "AUTO_INCREMENT"].contains(words.word) else { throw .strange }
    let leading: Set<String> = [
      "RENAME", "EXCHANGE", "UNION", "ENGINE", "DISCARD", "IMPORT", "CONVERT", "SELECT", "CONNECTION",
    ]
    while words.piece != nil {
      words.noteSequence()
      if leading.contains(words.word) { throw .strange }
      words.advance()
    }
    return .other
  }
}
