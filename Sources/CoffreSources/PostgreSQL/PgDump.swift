import CoffreCore
import CoffreSystem
import PostgresKit
import Synchronization

/// pg_dump and pg_dumpall of the chosen version, started for one part of a dump.
final class PgDump: Sendable {
  /// What is asked of pg_dump. The flags are those that give exactly this in all of versions 13 to 18.
  enum Part: Sendable {
    /// Types, functions, tables: all that rows need. Without `-s` and `-B` it would hold large objects, too.
    case preData
    /// Indexes, constraints, triggers, rules, policies. With `-s` the refreshing of materialised views would be missing.
    case postData
    /// Large objects with owners and rights, and no table.
    case largeObjects

    /// In the folder of its database.
    var fileName: String {
      switch self {
      case .preData: "pre-data.sql"
      case .postData: "post-data.sql"
      case .largeObjects: "large-objects.sql"
      }
    }

    fileprivate var arguments: [String] {
      switch self {
      case .preData: ["--section=pre-data", "--schema-only", "--no-blobs"]
      case .postData: ["--section=post-data", "--no-blobs"]
      case .largeObjects: ["--data-only", "--blobs", "--exclude-table=*.*"]
      }
    }
  }

  static let marks = ToolReader.Marks(
    first: "-- PostgreSQL database dump\n", last: "-- PostgreSQL database dump complete\n")  // not for people
  static let clusterMarks = ToolReader.Marks(
    first: "-- PostgreSQL database cluster dump\n",  // not for people
    last: "-- PostgreSQL database cluster dump complete\n")  // not for people

  private let server: PostgresServer
  let tools: VendorTools
  private let password: SecretFile?
  /// What psql locks its own commands with while it reads the dump; `nil` where the tool has no such option.
  private let restrictKey: (@Sendable () -> String)?
  /// Whether the tool, since 18, knows of the planner's statistics: of the server's version and state, and never the same
  /// twice. Whether it writes them unasked changed once already.
  private let mayWriteStatistics: Bool
  private static let withoutStatistics = "--no-statistics"
  /// Lists of tables, which lie there as long as a process may read them.
  private let filters = Mutex<[SecretFile]>([])

  /// - Parameter restrictKey: always the same for one database, so that equal dumps are equal, and unknown to its server;
  ///   asked for when the tool is started.
  init(_ tools: VendorTools, for server: PostgresServer, restrictKey: @escaping @Sendable () -> String)
    throws
  {
    self.tools = tools
    self.server = server
    let options = try tools.supported(
      ["--restrict-key", Self.withoutStatistics], of: "pg_dump", cancellation: server.cancellation)
    self.restrictKey = options.contains("--restrict-key") ? restrictKey : nil
    mayWriteStatistics = options.contains(Self.withoutStatistics)
    password =
      if let secret = server.settings.password {
        try SecretFile(Self.passwordFile(secret), named: "pgpass")
      } else {
        nil
      }
  }

  /// Fields are separated by colons; a backslash stands before what is none.
  private static func passwordFile(_ password: Secret) -> [UInt8] {
    var line = Array("*:*:*:*:".utf8)
    for byte in password.exposedBytes {
      if byte == UInt8(ascii: ":") || byte == UInt8(ascii: "\\") { line.append(UInt8(ascii: "\\")) }
      line.append(byte)
    }
    return line + [UInt8(ascii: "\n")]
  }

  /// - Parameters:
  ///   - chosen: what of the database is wanted.
  ///   - session: what it calls itself on the server.
  func start(
    _ part: Part, at instant: SharedInstant, encoding: String, choosing chosen: ToolChoice?, session: String
  ) throws(SystemError) -> ChildProcess {
    var arguments = part.arguments
    // The other parts have them out by what they ask for.
    if part == .postData, mayWriteStatistics { arguments.append(Self.withoutStatistics) }
    if let chosen, part != .largeObjects { arguments += try words(for: chosen) }
    arguments += [
      "--snapshot=\(instant.exported)", "--encoding=\(encoding)",
      "--lock-wait-timeout=\(milliseconds(server.settings.lockTimeout))", "--no-sync",
    ]
    return try start("pg_dump", arguments, database: instant.database, session: session)
  }

  /// Tens of thousands of tables do not fit into arguments.
  private func words(for chosen: ToolChoice) throws(SystemError) -> [String] {
    // A file is not there where a command of the user's runs the tool.
    guard !chosen.fitsIntoArguments, takesFilters else { return chosen.arguments }
    let file = try SecretFile(chosen.filter, named: "tables")
    filters.withLock { $0.append(file) }
    return ["--filter=\(displayed(file.path))"]
  }

  /// Whether any number of tables can be chosen.
  var takesFilters: Bool { tools.version.major >= 17 && tools.prefix.isEmpty }

  /// Roles, tablespaces and what else belongs to no database.
  func startGlobals(database: String, withPasswords: Bool) throws(SystemError) -> ChildProcess {
    let arguments = ["--globals-only"] + (withPasswords ? [] : ["--no-role-passwords"])
    // A name that looks like a list of settings would be read as one, and lead to another server.
    let name = Self.connectionText([(keyword: "dbname", value: database)])
    let isOdd = database.utf8.contains(UInt8(ascii: "=")) || database.utf8.contains(UInt8(ascii: ":"))
    return try start("pg_dumpall", arguments + ["--database=\(isOdd ? name : database)"], database: database)
  }

  /// Everything of a database, or of the whole server for `nil`, in one file of the vendor's own form.
  ///
  /// - Parameter options: choose the form.
  func startWhole(_ options: [String], database: String?, form: FileForm) throws(SystemError) -> ChildProcess {
    let arguments = options + ["--lock-wait-timeout=\(milliseconds(server.settings.lockTimeout))"]
    return try start(
      database == nil ? "pg_dumpall" : "pg_dump", arguments, database: database ?? "postgres", form: form)
  }

  /// What psql reads, or what pg_restore does.
  enum FileForm { case script, archive }

  /// Starts one of the programs with what every one of them is told.
  func start(
    _ tool: String, _ arguments: [String], database: String, form: FileForm = .script, session: String = "coffre"
  ) throws(SystemError) -> ChildProcess {
    var words = tools.command(tool, arguments + ["--no-password"])
    // An archive holds no commands of psql's own.
    if let restrictKey, form == .script { words.append("--restrict-key=\(restrictKey())") }
    words.append("--dbname=\(Self.connectionText(server.keywordsForTools(database: database, session: session)))")
    return try ChildProcess.start(
      words, environment: environment, without: Self.misleading + (password == nil ? [] : ["PGPASSWORD"]),
      output: .piped, errors: .captured)
  }

  private var environment: [String: String] {
    var variables = ["LC_ALL": "C"]
    if let password { variables["PGPASSFILE"] = displayed(password.path) }
    // In a container the file is not there: whoever sets a prefix passes the variable on.
    if !tools.prefix.isEmpty, let secret = server.settings.password {
      variables["PGPASSWORD"] = String(decoding: secret.exposedBytes, as: UTF8.self)
    }
    return variables
  }

  /// Variables that change what a tool writes.
  private static let misleading = [
    "PGOPTIONS", "PGCLIENTENCODING", "PGDATESTYLE", "PGTZ", "PGGEQO", "PG_COLOR", "PGAPPNAME", "PGDATABASE",
    "PGTARGETSESSIONATTRS", "LANGUAGE",
  ]

  /// As libpq reads it.
  static func connectionText(_ keywords: [(keyword: String, value: String)]) -> String {
    keywords.map { keyword, value in
      // Not by characters: a quote that carries an accent is a quote.
      var escaped = String.UnicodeScalarView()
      for scalar in value.unicodeScalars {
        if scalar == "'" || scalar == "\\" { escaped.append("\\") }
        escaped.append(scalar)
      }
      return "\(keyword)='\(String(escaped))'"
    }.joined(separator: " ")
  }
}

// MARK: What it says beside

extension PgDump {
  /// What people should know of that a tool which ended well said; `nil` if there is nothing.
  ///
  /// Tables that name each other are no trouble here, as their rows are loaded before their foreign keys are made.
  static func remark(in said: [UInt8]) -> String? {
    var kept: [UInt8] = []
    var isAboutCycles = false
    for line in said.split(separator: UInt8(ascii: "\n")) {
      let text = displayed(line)
      if text.contains("warning: ") || text.hasPrefix("WARNING: ") {
        isAboutCycles = text.contains("circular foreign-key constraints")  // not for people
      }
      guard !isAboutCycles else { continue }
      kept += line
      kept.append(UInt8(ascii: "\n"))
    }
    return kept.isEmpty ? nil : lastLines(of: kept)
  }
}
