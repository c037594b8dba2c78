import CoffreCore
import CoffreRepository
import CoffreSystem

/// What `repo info` found, for people and for programs.
struct InfoReport {
  let repository: Repository
  let info: RepositoryInfo
  /// In bytes of sealed blobs; `nil` if nobody asked.
  let unused: (unused: Int64, used: Int64)?

  private var polynomial: String { String(repository.config.chunkerPolynomial, radix: 16) }
}

// MARK: For people

extension InfoReport {
  var table: [[Message]] {
    let config = repository.config
    let chunks: Message =
      config.foreignChunking
      ? "sizes of another program (rustic), polynomial \(polynomial)" : "512 KiB to 8 MiB, polynomial \(polynomial)"
    var rows: [[Message]] = [
      ["location", .verbatim(repository.location)], ["id", .verbatim(config.id)], ["version", "\(config.version)"],
      ["chunks", chunks], ["keys", "\(info[.key].count), opened by \(repository.keyID.short)"],
      ["size", byteText(info.bytes)], ["packs", count(.pack)], ["index", count(.index)],
      ["blobs", "\(info.dataBlobs + info.treeBlobs): \(info.dataBlobs) of data, \(info.treeBlobs) of trees"],
    ]
    if let ratio = info.stored.compressionRatio, let saving = info.stored.compressionSpaceSaving {
      rows.append([
        "compression",
        "\(decimal(saving, places: 1)) % saved, ratio \(decimal(ratio, places: 2)) where it is used",
      ])
    }
    if let unused {
      let all = unused.unused + unused.used
      let percent = all > 0 ? Double(unused.unused) / Double(all) * 100 : 0
      rows.append(["unused", "\(byteText(unused.unused)), \(decimal(percent, places: 1)) % of the blobs"])
    }
    rows.append(["snapshots", "\(info.snapshots.count)"])
    if let oldest = info.snapshots.first, let newest = info.snapshots.last {
      rows += [["oldest", line(oldest)], ["newest", line(newest)]]
    }
    rows.append(["locks", "\(info.locks.count)"])
    for lock in info.locks { rows.append(["", line(lock)]) }
    return rows
  }

  private func count(_ kind: ObjectKind) -> Message {
    "\(counted(info[kind].count, "file")), \(byteText(info[kind].bytes))"
  }

  private func line(_ stored: StoredSnapshot) -> Message {
    "\(stored.id.short) of \(stored.snapshot.time) on \(stored.snapshot.hostname)"
  }

  private func line(_ lock: FoundLock) -> Message {
    let holder: Message =
      lock.file?.isExclusive == true ? "exclusive, held by \(lock.holder)" : "held by \(lock.holder)"
    return lock.isStale ? "\(lock.id.short) \(holder); looks dead" : "\(lock.id.short) \(holder)"
  }
}

// MARK: For programs

extension InfoReport {
  /// One document.
  func json() -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.field("type") { $0.string("info") }
    json.field("time") { $0.time(Clock.now()) }
    json.field("v") { $0.number(UInt64(1)) }
    json.field("location") { $0.string(repository.location) }
    json.field("id") { $0.string(repository.config.id) }
    json.field("version") { $0.number(Int64(repository.config.version)) }
    json.field("polynomial") { $0.string(polynomial) }
    json.field("foreignChunking") { $0.bool(repository.config.foreignChunking) }
    json.field("key") { $0.string(repository.keyID.description) }
    json.field("bytes") { $0.number(info.bytes) }
    for (name, kind) in [
      ("keys", ObjectKind.key), ("packs", .pack), ("indexFiles", .index), ("snapshots", .snapshot), ("locks", .lock),
    ] {
      json.field(name) { json in
        json.beginObject()
        json.field("count") { $0.number(Int64(info[kind].count)) }
        json.field("bytes") { $0.number(info[kind].bytes) }
        json.endObject()
      }
    }
    json.field("dataBlobs") { $0.number(Int64(info.dataBlobs)) }
    json.field("treeBlobs") { $0.number(Int64(info.treeBlobs)) }
    json.field("bytesBlobs") { $0.number(info.stored.bytes) }
    json.field("bytesUncompressed") { $0.number(info.stored.bytesUncompressed) }
    if let ratio = info.stored.compressionRatio {
      json.field("compressionRatio") { $0.raw(decimalText(ratio, decimals: 4).utf8) }
    }
    if let unused { json.field("bytesUnused") { $0.number(unused.unused) } }
    if let oldest = info.snapshots.first { json.field("oldest") { $0.time(oldest.snapshot.time) } }
    if let newest = info.snapshots.last { json.field("newest") { $0.time(newest.snapshot.time) } }
    json.field("held") { json in
      json.beginArray()
      for lock in info.locks { Self.write(lock, to: &json) }
      json.endArray()
    }
    json.endObject()
    json.endLine()
    return json.output
  }

  private static func write(_ lock: FoundLock, to json: inout JSONWriter) {
    json.beginObject()
    json.field("id") { $0.string(lock.id.description) }
    if let file = lock.file {
      json.field("exclusive") { $0.bool(file.isExclusive) }
      json.field("host") { $0.string(file.hostname) }
      json.field("pid") { $0.number(file.processID) }
      json.field("since") { $0.time(file.time) }
    }
    json.field("stale") { $0.bool(lock.isStale) }
    json.endObject()
  }
}
