import CoffreTestKit
import Testing

/// `repo stats` counts what restic counts.
@Suite("Stats and restic")
struct StatsTests {
  private static let modes = ["restore-size", "files-by-contents", "blobs-per-file", "raw-data"]

  private func fill(_ workshop: Workshop, _ restic: ResticProgram) throws -> String {
    let tree = "\(workshop.path)/tree"
    try buildOddTree(at: tree, for: restic)
    try writeRealFile("\(tree)/large", seededBytes(5, count: 3_000_000))
    try writeRealFile("\(tree)/text", String(repeating: "text ", count: 50_000))
    let link = try Tool.named("ln", package: "coreutils").run(["\(tree)/large", "\(tree)/hard"])
    try #require(link.isSuccess)
    _ = try workshop.coffreBackup([tree])
    try writeRealFile("\(tree)/text", String(repeating: "more ", count: 50_000))
    _ = try workshop.resticBackup(restic, [tree])
    return tree
  }

  private func ours(_ workshop: Workshop, _ arguments: [String]) throws -> JSONValue {
    let report = try workshop.coffreJSON(["repo", "stats"] + arguments)
    try #require(report.status == 0, "\(report)")
    return try #require(report.lines(of: "stats").first)
  }

  @Test(arguments: Tool.restics)
  func `all modes agree`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    let tree = try fill(workshop, restic)
    for selection in [[], ["latest"], ["--path", tree]] {
      for mode in Self.modes {
        let outcome = try workshop.restic(restic, ["stats", "--json", "--mode", mode] + selection)
        try #require(outcome.isSuccess, "\(outcome)")
        let theirs = try JSONValue(outcome.output)
        let ours = try ours(workshop, ["--mode", mode] + selection)
        let note: Comment = "\(mode) \(selection): \(ours) \(outcome)"
        #expect(ours["bytes"]?.int == theirs["total_size"]?.int, note)
        #expect(ours["snapshots"]?.int == theirs["snapshots_count"]?.int, note)
        #expect(ours["entries"]?.int == theirs["total_file_count"]?.int ?? 0, note)
        #expect(ours["blobs"]?.int == theirs["total_blob_count"]?.int ?? 0, note)
        if let ratio = theirs["compression_ratio"] {
          #expect(ours["bytesUncompressed"]?.int == theirs["total_uncompressed_size"]?.int, note)
          #expect("\(ratio)".isEmpty == false)
        }
      }
    }
  }

  @Test(arguments: Tool.restics)
  func `what is a snapshot's own is what forgetting it frees`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    _ = try fill(workshop, restic)
    let rows = try #require(try ours(workshop, ["--per-snapshot"])["perSnapshot"]?.array)
    #expect(rows.count == 2)
    let first = rows[0]
    let forget = try workshop.restic(restic, ["forget", try #require(first["id"]?.text)])
    try #require(forget.isSuccess, "\(forget)")
    let plan = try workshop.coffreJSON(["repo", "prune", "--dry-run", "--max-unused", "0"])
    #expect(plan.summary?["bytesUnused"]?.int == first["bytesUnique"]?.int, "\(plan)")
  }
}
