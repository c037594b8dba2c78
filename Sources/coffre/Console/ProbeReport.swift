import CoffreCore
import CoffreSources

/// What `source test` found.
enum ProbeReport {
  // MARK: For people

  static func facts(_ probe: DatabaseProbe, of location: DatabaseLocation) -> [[Message]] {
    var rows: [[Message]] = [["server", "\(probe.serverVersion)"]]
    if let role = probe.role { rows.append(["role", "\(role)"]) }
    if let isEncrypted = probe.isEncrypted {
      rows.append(["connection", isEncrypted ? "encrypted" : "not encrypted"])
    }
    if let count = probe.freeConnections { rows.append(["free connections", "\(count)"]) }
    if probe.isStandby { rows.append(["standby", "yes"]) }
    if case .success(let tools) = probe.tools {
      rows.append(["tools", "\(tools.version.text) (\(tools.place))"])
    }
    for database in probe.databases {
      let size = database.sizeInBytes.map { byteText($0) } ?? "size unknown"
      rows.append([
        "database", "\(database.name): \(counted(database.tableCount, "table")), \(size)",
      ])
    }
    rows.append(["first backup", "about \(durationText(probe.estimate))"])
    return rows
  }

  static func remarks(_ probe: DatabaseProbe, of location: DatabaseLocation) -> [Message] {
    var lines: [Message] = []
    if probe.isEncrypted == false, location.serverHost != nil {
      lines.append("warning: rows would cross the network in clear text; add '?sslmode=verify-full' to the address")
    }
    if !probe.needlessRights.isEmpty {
      lines.append(
        "warning: the role has rights that a backup does not need: \(probe.needlessRights.joined(separator: ", "))")
    }
    if probe.databases.isEmpty { lines.append("warning: no database is chosen") }
    for pattern in probe.unmatched {
      lines.append(
        pattern.isForTaking
          ? "missing: the pattern '\(pattern.pattern)' of \(pattern.option) matches nothing"
          : "warning: the pattern '\(pattern.pattern)' of \(pattern.option) matches nothing")
    }
    for missing in probe.allMissing {
      lines.append(
        missing.isLoss
          ? "missing: \(missing.object): \(missing.reason)" : "not taken: \(missing.object): \(missing.reason)")
    }
    return lines
  }

  // MARK: For programs

  static func json(_ probe: DatabaseProbe, of location: DatabaseLocation, _ code: ExitCode) -> [UInt8] {
    SnapshotJSON.line("source") { json in
      json.field("exitCode") { $0.number(UInt64(code.rawValue)) }
      json.field("address") { $0.string(location.text) }
      json.field("serverVersion") { $0.string(probe.serverVersion) }
      if let version = probe.clientVersion { json.field("libraryVersion") { $0.string(version) } }
      if let role = probe.role { json.field("role") { $0.string(role) } }
      if let isEncrypted = probe.isEncrypted { json.field("encrypted") { $0.bool(isEncrypted) } }
      json.field("standby") { $0.bool(probe.isStandby) }
      if let count = probe.freeConnections { json.field("freeConnections") { $0.number(UInt64(max(0, count))) } }
      if case .success(let tools) = probe.tools {
        json.field("toolVersion") { $0.string(tools.version.text) }
        json.field("toolPlace") { $0.string(tools.place) }
      }
      json.field("needlessRights") { $0.strings(probe.needlessRights) }
      json.field("unmatchedPatterns") { $0.strings(probe.unmatched.map(\.pattern)) }
      json.field("bytes") { $0.number(probe.sizeInBytes) }
      json.field("estimatedSeconds") { $0.number(probe.estimate.components.seconds) }
      json.key("databases")
      json.beginArray()
      for database in probe.databases { write(database, to: &json) }
      json.endArray()
      json.key("missing")
      json.beginArray()
      for missing in probe.allMissing { write(missing, to: &json) }
      json.endArray()
    }
  }

  private static func write(_ database: DatabaseProbe.Database, to json: inout JSONWriter) {
    json.beginObject()
    json.field("name") { $0.string(database.name) }
    if let size = database.sizeInBytes { json.field("bytes") { $0.number(size) } }
    json.field("tables") { $0.number(UInt64(database.tableCount)) }
    json.field("largeObjects") { $0.number(UInt64(database.largeObjectCount)) }
    json.endObject()
  }

  private static func write(_ missing: DatabaseProbe.Missing, to json: inout JSONWriter) {
    json.beginObject()
    json.field("object") { $0.string(missing.object) }
    json.field("reason") { $0.string(missing.reason.description) }
    json.field("loss") { $0.bool(missing.isLoss) }
    json.endObject()
  }
}
