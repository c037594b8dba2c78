import CoffreCore

/// What people get of a backup's result.
enum BackupSummary {
  static func lines(of result: JobResult) -> [Message] {
    let files: Message =
      "\(counted(result.count("totalFilesProcessed"), "file")), \(byteText(result.bytes("totalBytesProcessed"))): "
      + "\(result.count("filesNew")) new, \(result.count("filesChanged")) changed, "
      + "\(result.count("filesUnmodified")) unmodified"
    let size = byteText(result.bytes("dataAdded"))
    let stored = byteText(result.bytes("dataAddedPacked"))
    let time = durationText(result.duration("duration"))
    let losses = result.count("losses")
    guard !result.flag("dryRun") else {
      return [files, "would add \(size), \(stored) stored, in \(time)", "dry run: nothing was stored"]
    }
    let added: Message = "added \(size), \(stored) stored, in \(time)"
    guard let id = result.text("snapshotId") else {
      let parent = result.text("parent") ?? ""
      return [
        files, added,
        losses > 0
          ? "no snapshot: all that could be read is as in \(parent.prefix(8)); "
            + "\(counted(losses, "entry", "entries")) could not be read"
          : "no snapshot: nothing changed since \(parent.prefix(8))",
      ]
    }
    return [
      files, added,
      losses > 0
        ? "snapshot \(id.prefix(8)) saved, INCOMPLETE: \(counted(losses, "entry", "entries")) could not be read"
        : "snapshot \(id.prefix(8)) saved",
    ]
  }
}
