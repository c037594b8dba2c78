import CoffreCore

/// What people read at the end of a prune, or instead of it.
enum PruneSummary {
  static func lines(_ result: JobResult) -> [Message] {
    result.flag("dryRun") ? plan(result) + ["dry run: nothing was changed"] : done(result)
  }

  private static func plan(_ result: JobResult) -> [Message] {
    let deleted = result.count("packsRemoved") + result.count("packsUnindexed")
    let deletedBytes = result.bytes("bytesRemoved") + result.bytes("bytesUnindexed")
    var lines: [Message] = [
      "to keep:   \(counted(result.count("packsKept"), "pack"))",
      "to repack: \(counted(result.count("packsRepacked"), "pack")) of \(byteText(result.bytes("bytesRepacked"))), "
        + "which frees \(byteText(result.bytes("bytesRepackRemoved")))",
      "to delete: \(counted(deleted, "pack")) of \(byteText(deletedBytes))",
    ]
    let unindexed = result.count("packsUnindexed")
    if unindexed > 0 { lines.append("           \(unindexed) of them in no index: left by interrupted runs") }
    return lines + [
      "frees:     \(byteText(result.bytes("bytesRemovedInAll")))", stays(result), unused(result),
    ]
  }

  private static func stays(_ result: JobResult) -> Message {
    "stays:     \(byteText(result.bytes("bytesRemaining"))) in \(counted(result.count("blobsRemaining"), "blob"))"
  }

  private static func unused(_ result: JobResult) -> Message {
    let unused = result.bytes("bytesUnusedAfter")
    let all = result.bytes("bytesRemaining")
    let percent = all > 0 ? Double(unused) / Double(all) * 100 : 0
    return "unused:    \(byteText(unused)) of it, \(decimal(percent, places: 1)) %"
  }

  private static func done(_ result: JobResult) -> [Message] {
    let deleted = result.count("packsDeleted")
    let took = durationText(result.duration("duration"))
    guard deleted > 0 || result.count("packsAdded") > 0 || result.count("indexFilesDeleted") > 0 else {
      return ["nothing to free, in \(took)", stays(result), unused(result)]
    }
    var lines: [Message] = [
      "freed \(byteText(result.bytes("bytesFreed"))) in \(took): deleted \(counted(deleted, "pack")), wrote "
        + "\(result.count("packsAdded")) anew (\(byteText(result.bytes("bytesAdded"))))",
      stays(result), unused(result),
    ]
    let needed = result.count("packsNeededAgain")
    if needed > 0 { lines.append("\(counted(needed, "pack")) stayed: a backup made meanwhile needs what is in there") }
    let kept = result.count("notRemoved")
    if kept > 0 {
      lines.append("INCOMPLETE: \(counted(kept, "file")) could not be removed; the next prune tries again")
    }
    return lines
  }
}
