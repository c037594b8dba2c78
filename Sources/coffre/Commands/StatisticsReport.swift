import CoffreCore
import CoffreRepository
import CoffreSystem

/// What `repo stats` found, for people and for programs.
struct StatisticsReport {
  let mode: StatisticsMode
  let result: SnapshotStatistics
  /// Of single snapshots, if they were asked for.
  var rows: [(stored: StoredSnapshot, size: SnapshotStatistics, share: SnapshotShare)] = []

  init(mode: StatisticsMode, result: SnapshotStatistics) {
    self.mode = mode
    self.result = result
  }
}

// MARK: For people

extension StatisticsReport {
  /// The single snapshots, if they were asked for, then the sums.
  var tables: [[[Message]]] {
    guard !rows.isEmpty else { return [totals] }
    var table: [[Message]] = [["ID", "TIME", "HOST", "FILES", "SIZE", "ADDED", "OWN", "PATHS"]]
    for (stored, size, share) in rows {
      table.append([
        "\(stored.id.short)", "\(stored.snapshot.time)", "\(stored.snapshot.hostname)", "\(size.files)",
        byteText(size.bytes), byteText(share.added), byteText(share.unique),
        "\(stored.snapshot.paths.sorted().joined(separator: ", "))",
      ])
    }
    return [table + [[""]], totals]
  }

  private var totals: [[Message]] {
    var table: [[Message]] = [["snapshots", "\(result.snapshots)"], ["mode", .verbatim(mode.rawValue)]]
    switch mode {
    case .restoreSize:
      table += [["entries", "\(result.entries)"], ["files", "\(result.files)"], ["size", byteText(result.bytes)]]
    case .filesByContents: table += [["contents", "\(result.entries)"], ["size", byteText(result.bytes)]]
    case .blobsPerFile:
      table += [["files", "\(result.files)"], ["blobs", "\(result.blobs)"], ["size", byteText(result.bytes)]]
    case .rawData:
      table += [["blobs", "\(result.blobs)"], ["size", byteText(result.bytes)]]
      guard result.bytesUncompressed > 0 else { return table }
      table.append(["uncompressed", byteText(result.bytesUncompressed)])
      if let saving = result.compressionSpaceSaving {
        table.append(["saved", "\(decimal(saving, places: 1)) % by compression"])
      }
      if let ratio = result.compressionRatio, let progress = result.compressionProgress {
        table.append([
          "ratio",
          "\(decimal(ratio, places: 2)), over the \(decimal(progress, places: 1)) % that is compressed",
        ])
      }
    }
    return table
  }
}

// MARK: For programs

extension StatisticsReport {
  /// One document.
  func json() -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.field("type") { $0.string("stats") }
    json.field("time") { $0.time(Clock.now()) }
    json.field("v") { $0.number(UInt64(1)) }
    json.field("mode") { $0.string(mode.rawValue) }
    json.field("snapshots") { $0.number(Int64(result.snapshots)) }
    json.field("entries") { $0.number(Int64(result.entries)) }
    json.field("files") { $0.number(Int64(result.files)) }
    json.field("blobs") { $0.number(Int64(result.blobs)) }
    json.field("bytes") { $0.number(result.bytes) }
    if mode == .rawData {
      json.field("bytesUncompressed") { $0.number(result.bytesUncompressed) }
      for (name, value) in [
        ("compressionRatio", result.compressionRatio), ("compressionProgress", result.compressionProgress),
        ("compressionSpaceSaving", result.compressionSpaceSaving),
      ] {
        if let value { json.field(name) { $0.raw(decimalText(value, decimals: 4).utf8) } }
      }
    }
    if !rows.isEmpty {
      json.field("perSnapshot") { json in
        json.beginArray()
        for row in rows { Self.write(row, to: &json) }
        json.endArray()
      }
    }
    json.endObject()
    json.endLine()
    return json.output
  }

  private static func write(
    _ row: (stored: StoredSnapshot, size: SnapshotStatistics, share: SnapshotShare), to json: inout JSONWriter
  ) {
    json.beginObject()
    json.field("id") { $0.string(row.stored.id.description) }
    json.field("time") { $0.time(row.stored.snapshot.time) }
    json.field("host") { $0.string(row.stored.snapshot.hostname) }
    json.field("paths") { $0.strings(row.stored.snapshot.paths) }
    json.field("entries") { $0.number(Int64(row.size.entries)) }
    json.field("files") { $0.number(Int64(row.size.files)) }
    json.field("bytes") { $0.number(row.size.bytes) }
    json.field("bytesAdded") { $0.number(row.share.added) }
    json.field("bytesUnique") { $0.number(row.share.unique) }
    json.endObject()
  }
}

// MARK: For programs that read restic's words

extension StatisticsReport {
  func resticJSON(version: Int) -> [UInt8] {
    ResticJSON.document { json in
      ResticJSON.count("total_size", Int(result.bytes), &json)
      if mode == .rawData, version >= 2 {
        ResticJSON.count("total_uncompressed_size", Int(result.bytesUncompressed), &json)
        for (name, value) in [
          ("compression_ratio", result.compressionRatio), ("compression_progress", result.compressionProgress),
          ("compression_space_saving", result.compressionSpaceSaving),
        ] {
          if let value, value != 0 { json.field(name) { $0.raw(decimalText(value, decimals: 9).utf8) } }
        }
      }
      ResticJSON.count("total_file_count", result.entries, &json)
      if result.blobs > 0 { ResticJSON.count("total_blob_count", result.blobs, &json) }
      ResticJSON.count("snapshots_count", result.snapshots, &json)
    }
  }
}
