import CoffreCore

/// Makes a plan of a row, by its words alone: nothing is looked at.
///
/// All that is wrong is gathered: whoever keeps the table should not have to mend it one fault at a time.
package struct RowJudge: Sendable {
  private let rules: RowRules

  package init(_ rules: RowRules) { self.rules = rules }

  package func judge(_ row: InventoryRow) -> JudgedRow {
    let words = RowWords(row: row, rules: rules)
    var problems: [RowProblem] = []
    let isActive = attempt(&problems) { () throws(RowProblem) in try words.isActive() }
    if isActive == false { return JudgedRow(row: row, outcome: .inactive, remarks: []) }
    let type = attempt(&problems) { () throws(RowProblem) in try words.type() }
    var source: PlacedPath?
    // Without a type nobody knows what the path is.
    if let type { source = attempt(&problems) { () throws(RowProblem) in try words.source(type) } }
    let destination = attempt(&problems) { () throws(RowProblem) in try words.destination() }
    let format = attempt(&problems) { () throws(RowProblem) in try words.format(type) }
    let retention = attempt(&problems) { () throws(RowProblem) in try words.retention() }
    let remarks = type.map { words.remarks($0) } ?? []
    guard problems.isEmpty, let type, let source, let destination, let format, let retention else {
      return JudgedRow(row: row, outcome: .wrong(problems), remarks: remarks)
    }
    let plan = RowPlan(
      type: type, source: source.path, sourceMount: source.mount, destination: destination.path,
      destinationMount: destination.mount, format: format, retention: retention)
    return JudgedRow(row: row, outcome: .planned(plan), remarks: remarks)
  }
}

/// - Returns: `nil` if it failed, which is noted.
private func attempt<Value>(_ problems: inout [RowProblem], _ body: () throws(RowProblem) -> Value) -> Value? {
  do throws(RowProblem) {
    return try body()
  } catch {
    problems.append(error)
    return nil
  }
}

/// What the values of a row mean, one by one.
private struct RowWords {
  let row: InventoryRow
  let rules: RowRules
}

// MARK: Words

extension RowWords {
  private static let yes = Set(["1", "true", "t", "yes", "y", "on", "oui", "o", "vrai", "actif", "active"])
  private static let no = Set(["0", "false", "f", "no", "n", "off", "non", "faux", "inactif", "inactive"])

  /// A row that does not say is active: one backup too many does less harm than one that is missing.
  func isActive() throws(RowProblem) -> Bool {
    guard let value = row.bytes(.isActive) else { return true }
    // What a column of type BIT holds.
    if value == [1] { return true }
    if value == [0] { return false }
    guard let word = row.word(.isActive)?.lowercased() else {
      guard value.allSatisfy({ $0 <= 0x20 }) else { throw Self.noWord(.isActive) }
      return true
    }
    if Self.yes.contains(word) { return true }
    if Self.no.contains(word) { return false }
    throw RowProblem("active", .isActive, "'\(visible(word))' is neither yes nor no; write 1 or 0")
  }

  func type() throws(RowProblem) -> InventoryType {
    guard let word = row.word(.type) else { throw RowProblem("type", .type, "the row has no type") }
    guard let type = InventoryType(named: word) else {
      throw RowProblem(
        "type", .type,
        "the type '\(visible(word))' is unknown; write \(alternatives(InventoryType.allCases.map(\.name)))")
    }
    return type
  }

  func format(_ type: InventoryType?) throws(RowProblem) -> String {
    guard let value = row.bytes(.format) else { return RowRules.usualFormat }
    guard let word = row.word(.format)?.lowercased() else { throw Self.noWord(.format, value) }
    let name = word.hasPrefix(".") ? String(word.dropFirst()) : word
    guard let format = rules.formats.first(where: { $0.name == name }) else {
      throw RowProblem(
        "format", .format,
        "the format '\(visible(word))' is unknown; write \(alternatives(rules.formats.map(\.name)))")
    }
    guard type == .file || type == nil || format.holdsFolders else {
      throw RowProblem("format", .format, "'\(name)' holds one file, and the row names a folder")
    }
    return name
  }

  func retention() throws(RowProblem) -> RetentionPolicy {
    guard let value = row.bytes(.retention) else { return RetentionPolicy() }
    guard let word = row.word(.retention) else { throw Self.noWord(.retention, value) }
    guard let policy = RowRetention.policy(word) else {
      throw RowProblem(
        "retention", .retention,
        "'\(visible(word))' tells not how long to keep; write a count of archives, as 7, or a time, as 30j or 1a6m")
    }
    return policy
  }

  /// For a value that holds no word at all, or bytes that are no text.
  private static func noWord(_ column: InventoryColumn, _ value: [UInt8] = []) -> RowProblem {
    RowProblem("text", column, "the value of '\(column.name)' is blank or no text")
  }
}

// MARK: Paths

extension RowWords {
  func source(_ type: InventoryType) throws(RowProblem) -> PlacedPath {
    guard let given = row.bytes(.sourcePath) else {
      throw RowProblem("path", .sourcePath, "the row has no path")
    }
    let folder = try rules.places.place(given, of: .sourcePath)
    guard type == .file else { return folder }
    return PlacedPath(path: joined(folder.path, try fileName()), mount: folder.mount)
  }

  /// What a row says in vain.
  func remarks(_ type: InventoryType) -> [RowProblem] {
    guard type != .file else { return [] }
    return [InventoryColumn.fileName, .fileExtension].filter { row.bytes($0) != nil }.map { column in
      RowProblem("unused", column, "'\(column.name)' is not used: all of the folder in 'path_source' is meant")
    }
  }

  /// Name and extension; the extension may have its dot or not.
  private func fileName() throws(RowProblem) -> PathBytes {
    let name = row.bytes(.fileName) ?? []
    var suffix = row.bytes(.fileExtension) ?? []
    if let first = suffix.first, first != UInt8(ascii: ".") { suffix.insert(UInt8(ascii: "."), at: 0) }
    for (column, value) in [(InventoryColumn.fileName, name), (.fileExtension, suffix)] {
      let isSeparated = value.contains(UInt8(ascii: "/")) || value.contains(UInt8(ascii: "\\"))
      guard !isSeparated, !value.contains(0) else {
        throw RowProblem(
          "name", column, "'\(column.name)' holds a '/', a '\\' or a zero byte; folders belong into 'path_source'")
      }
    }
    let whole = name + suffix
    guard !whole.isEmpty, whole != Array(".".utf8), whole != Array("..".utf8) else {
      throw RowProblem("name", .fileName, "the row names no file in 'nom_fichier'")
    }
    return whole
  }

  /// An absolute folder, or one below the root.
  func destination() throws(RowProblem) -> PlacedPath {
    guard let given = row.bytes(.destination) else {
      guard let root = rules.root else {
        throw RowProblem("destination", .destination, "the row has no destination; give --to or BACKUP_ROOT")
      }
      return PlacedPath(path: root, mount: nil)
    }
    if PathPlaces.isAbsolute(given) { return try rules.places.place(given, of: .destination) }
    // In a relative folder a backslash comes from Windows.
    let parts = given.split { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }.filter {
      !$0.elementsEqual(".".utf8)
    }
    guard !given.contains(0), !parts.contains(where: { $0.elementsEqual("..".utf8) }) else {
      throw RowProblem("destination", .destination, "the destination holds '..' or a zero byte")
    }
    guard let root = rules.root else {
      throw RowProblem(
        "destination", .destination, "the destination is a relative folder; give --to or BACKUP_ROOT")
    }
    return PlacedPath(path: parts.reduce(root) { joined($0, $1) }, mount: nil)
  }
}
