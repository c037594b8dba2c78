import CoffreCore
import CoffreEngine
import CoffreRepository

/// Single lines and documents in restic's words.
enum ResticJSON {
  /// One object with its `message_type` first, and a line's end.
  static func line(_ type: String, _ fields: (inout JSONWriter) -> Void) -> [UInt8] {
    document { json in
      json.field("message_type") { $0.string(type) }
      fields(&json)
    }
  }

  /// One object and a line's end.
  static func document(_ fields: (inout JSONWriter) -> Void) -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    fields(&json)
    json.endObject()
    json.endLine()
    return json.output
  }

  static func status(of job: String, _ progress: JobProgress, errors: Int) -> [UInt8] {
    let isBackup = job == "backup"
    return line("status") { json in
      count("seconds_elapsed", Int(progress.elapsed.components.seconds), &json)
      if isBackup { count("seconds_remaining", Int(progress.remaining?.components.seconds ?? 0), &json) }
      json.field("percent_done") { $0.raw(decimalText(progress.share ?? 0, decimals: 4).utf8) }
      count("total_files", progress.filesTotal ?? progress.filesDone, &json)
      count(isBackup ? "files_done" : "files_restored", progress.filesDone, &json)
      count("total_bytes", Int(progress.bytesTotal ?? progress.bytesDone), &json)
      count(isBackup ? "bytes_done" : "bytes_restored", Int(progress.bytesDone), &json)
      guard isBackup else { return }
      if errors > 0 { count("error_count", errors, &json) }
      if !progress.currentItems.isEmpty { json.field("current_files") { $0.strings(progress.currentItems) } }
    }
  }

  /// Whether restic has JSON for this kind of job. Of the others Coffre's own words are all there is.
  static func knows(_ job: String) -> Bool {
    ["init", "backup", "restore", "check", "tag", "forget"].contains(job)  // not for people
  }

  /// The last line of a job; `nil` for jobs that restic ends without one.
  static func summary(of job: String, _ result: JobResult, repository: String) -> [UInt8]? {
    switch job {
    case "init":
      line("initialized") { json in
        text("id", result.text("id"), &json)
        text("repository", repository, &json)
      }
    case "backup": backupSummary(result)
    case "restore":
      line("summary") { json in
        seconds("seconds_elapsed", result.duration("duration"), &json)
        count("total_files", result.count("entries"), &json)
        count("files_restored", max(0, result.count("entries") - result.count("filesSkipped")), &json)
        count("files_skipped", result.count("filesSkipped"), &json)
        count("files_deleted", result.count("filesDeleted"), &json)
        count("total_bytes", Int(result.bytes("bytesTotal")), &json)
        count("bytes_restored", Int(result.bytes("bytesTotal") - result.bytes("bytesSkipped")), &json)
        count("bytes_skipped", Int(result.bytes("bytesSkipped")), &json)
      }
    case "check":
      line("summary") { json in
        count("num_errors", result.count("errors"), &json)
        json.field("broken_packs") { json in
          let packs = result.list("brokenPacks")
          if packs.isEmpty { json.null() } else { json.strings(packs) }
        }
        json.field("suggest_repair_index") { $0.bool(result.flag("suggestsRepairIndex")) }
        json.field("suggest_prune") { $0.bool(result.flag("suggestsPrune")) }
      }
    case "tag": line("summary") { count("changed_snapshots", result.count("snapshotsChanged"), &$0) }
    default: nil
    }
  }

  private static func backupSummary(_ result: JobResult) -> [UInt8] {
    line("summary") { json in
      for (name, fact) in [
        ("files_new", "filesNew"), ("files_changed", "filesChanged"), ("files_unmodified", "filesUnmodified"),
        ("dirs_new", "dirsNew"), ("dirs_changed", "dirsChanged"), ("dirs_unmodified", "dirsUnmodified"),
        ("data_blobs", "dataBlobs"), ("tree_blobs", "treeBlobs"),
      ] { count(name, result.count(fact), &json) }
      count("data_added", Int(result.bytes("dataAdded")), &json)
      count("data_added_packed", Int(result.bytes("dataAddedPacked")), &json)
      count("total_files_processed", result.count("totalFilesProcessed"), &json)
      count("total_bytes_processed", Int(result.bytes("totalBytesProcessed")), &json)
      seconds("total_duration", result.duration("duration"), &json)
      if let id = result.text("snapshotId") { text("snapshot_id", id, &json) }
      if result.flag("dryRun") { json.field("dry_run") { $0.bool(true) } }
    }
  }

  static func count(_ name: String, _ value: Int, _ json: inout JSONWriter) {
    json.field(name) { $0.number(Int64(value)) }
  }

  static func text(_ name: String, _ value: String?, _ json: inout JSONWriter) {
    json.field(name) { $0.string(value ?? "") }
  }

  static func seconds(_ name: String, _ value: Duration, _ json: inout JSONWriter) {
    json.field(name) { $0.raw(decimalText(value.inSeconds, decimals: 9).utf8) }
  }
}
