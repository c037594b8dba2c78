import CoffreCore
import CoffreInventory
import CoffreSources
import CoffreSystem

/// Where an inventory is, as the command line, the environment and a `.env` file say.
enum InventoryPlace: Sendable {
  case database(DatabaseSettings)
  case file(PathBytes)

  /// The account of the list, where its server may also be one that is backed up.
  var account: DatabaseSettings? {
    guard case .database(let settings) = self, settings.location.kind == .mariadb else { return nil }
    return settings
  }

  /// How messages call it; there is no secret in it.
  var text: String {
    switch self {
    case .database(let settings): settings.location.text
    case .file(let path): displayed(path)
    }
  }
}

/// The values that stand in for what the command line leaves open.
struct InventoryVariables {
  private let file: EnvironmentFile?
  private let environment: (String) -> [UInt8]?
  /// Said once: others may read the file.
  let isOpenToOthers: Bool

  init(
    _ arguments: ParsedArguments, environment: @escaping (String) -> [UInt8]? = { Environment.bytes($0) }
  ) throws {
    file = try arguments.bytes(InventoryOptions.environmentFile).map { path throws(EnvironmentFileError) in
      try EnvironmentFile(path: path, variable: environment)
    }
    self.environment = environment
    isOpenToOthers = file?.isOpenToOthers ?? false
  }

  /// The first of several names that has a value. The environment counts more than the file.
  func secret(_ names: [String]) throws -> Secret? {
    for name in names {
      if let value = value(name) { return Secret(value) }
      if let path = value(name + "_FILE") {
        do throws(SystemError) {
          return Secret(TextInput.trimmed(TextInput.decoded(try readFile(path, limit: 1 << 20))))
        } catch {
          throw InventoryError(
            .configuration, "the file that \(name)_FILE names cannot be read", because: error.cause)
        }
      }
    }
    return nil
  }

  func text(_ names: [String]) throws -> String? {
    guard let bytes = try secret(names)?.exposedBytes else { return nil }
    guard let text = String(validating: bytes, as: UTF8.self), !text.utf8.contains(0) else {
      throw InventoryError(.configuration, "the value of \(names[0]) is no text")
    }
    return text
  }

  /// An empty value is none.
  private func value(_ name: String) -> [UInt8]? {
    if let value = environment(name), !value.isEmpty { return value }
    guard let value = file?.secret(name)?.exposedBytes, !value.isEmpty else { return nil }
    return value
  }
}

extension InventoryPlace {
  private static let hostNames = ["DB_HOST", "MYSQL_HOST"]
  private static let portNames = ["DB_PORT", "MYSQL_PORT", "MYSQL_TCP_PORT"]
  private static let userNames = ["DB_USER", "MYSQL_USER"]
  private static let passwordNames = ["DB_PASSWORD", "MYSQL_PASSWORD", "MYSQL_PWD"]
  private static let databaseNames = ["DB_NAME", "MYSQL_DATABASE"]

  /// The variables count where no address is given, and fill up one that is given with a `.env` file: those that happen to be
  /// in the environment of an address alone may be another program's.
  init(_ arguments: ParsedArguments, _ variables: InventoryVariables) throws {
    let given = arguments.bytes(InventoryOptions.from)
    var settings: DatabaseSettings
    if let given {
      guard let kind = DatabaseLocation.kind(of: displayed(given)) else {
        self = .file(given)
        return
      }
      guard InventoryDatabases.kinds.contains(kind) else {
        throw UsageError(
          "no list can be read from a database of the kind '\(kind.rawValue)'",
          advice: "Give an address with mariadb://, mysql://, postgresql:// or sqlite:, or a CSV file.")
      }
      settings = DatabaseSettings(
        location: try DatabaseSource.find(displayed(given)).location, connectionCount: 1)
    } else {
      guard let host = try variables.text(Self.hostNames) else {
        throw UsageError(
          "it is not said where the list is",
          advice: "Give --from with an address or a CSV file, or --env-file with a file in which DB_HOST stands.")
      }
      let location = DatabaseLocation(kind: .mariadb, servers: [DatabaseLocation.Server(host: host)])
      settings = DatabaseSettings(location: location, connectionCount: 1)
    }
    if given == nil || arguments.bytes(InventoryOptions.environmentFile) != nil, !settings.location.kind.isFile {
      try Self.complete(&settings, variables)
    }
    if let password = try DatabaseSource.password(arguments) { settings.password = password }
    self = .database(settings)
  }

  private static func complete(_ settings: inout DatabaseSettings, _ variables: InventoryVariables) throws {
    let isMariaDB = settings.location.kind == .mariadb
    // The names of MySQL say nothing of another engine.
    func names(_ all: [String]) -> [String] { isMariaDB ? all : all.filter { $0.hasPrefix("DB_") } }
    let given = settings.location
    var server = given.server
    if given.servers.count == 1 {
      if server.host == nil { server.host = try variables.text(names(hostNames)) }
      if server.port == nil, let port = try variables.text(names(portNames)) {
        guard let number = Int(port), (1...65535).contains(number) else {
          throw InventoryError(
            .configuration, "the value of DB_PORT is no port", advice: "Write a number from 1 to 65535.")
        }
        server.port = number
      }
    }
    settings.location = DatabaseLocation(
      kind: given.kind, user: try given.user ?? variables.text(names(userNames)),
      servers: given.servers.count == 1 ? [server] : given.servers,
      database: try given.database ?? variables.text(names(databaseNames)), options: given.options)
    settings.password = try variables.secret(names(passwordNames))
  }
}

extension InventoryPlace {
  /// - Returns: the whole list.
  func read(_ choice: ListChoice, cancellation: Cancellation) throws -> InventoryTable {
    switch self {
    case .database(let settings):
      return try untilCancelled(cancellation) {
        try InventoryDatabases.open(settings, cancellation: cancellation).read(choice)
      }
    case .file(let path):
      guard case .table = choice else {
        throw UsageError("'--query' is for databases, and the list is a file", advice: "Leave out --query.")
      }
      let content: [UInt8]
      do throws(SystemError) {
        content = try readFile(path, limit: 256 << 20)
      } catch {
        throw InventoryError(
          .unreadable, "cannot read the list from '\(displayed(path))'", because: error.cause,
          advice: "Give the path of a CSV file, or an address as mariadb://user@host/database.")
      }
      return try SpreadsheetList.read(TextInput.decoded(content), place: displayed(path))
    }
  }

  func make(_ table: TableName, cancellation: Cancellation) throws {
    switch self {
    case .database(let settings):
      try untilCancelled(cancellation) {
        try InventoryDatabases.open(settings, for: .making, cancellation: cancellation).make(table)
      }
    case .file(let path): try SpreadsheetList.make(path)
    }
  }

  /// What a database gave up because of a signal ends with the signal's code.
  private func untilCancelled<Result>(_ cancellation: Cancellation, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as InventoryError where error.reason == .cancelled {
      try cancellation.check()
      throw error
    }
  }
}
