import CoffreTestKit
import Testing

/// Holes are not read, and nobody can tell from what is stored.
@Suite("Sparse files", .timeLimit(.minutes(10)))
struct SparseFileTests {
  /// Holes of many lengths between islands of data: at the ends, around the least size of a chunk, within its reads.
  private static let layouts: [(name: String, size: String, islands: [String])] = [
    ("only-a-hole", "9M", []),
    ("hole-then-end", "5000001", ["0"]),
    ("hole-then-data", "7340032", ["7000000"]),
    ("islands", "20M", ["100000", "1572864", "4718593", "9999999", "15000000"]),
    ("least-holes", "6M", ["524288", "1048576", "1572863", "2097153", "4194304"]),
    ("no-room-for-a-chunk", "1100000", ["0"]),
  ]

  @Test(arguments: Tool.restics)
  func `a sparse file is stored as the same bytes without holes`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    let folder = "\(workshop.path)/files"
    try makeRealFolder(folder)
    for layout in Self.layouts {
      let file = "\(folder)/\(layout.name)"
      try shell("truncate -s \(layout.size) '\(file)'")
      for (number, offset) in layout.islands.enumerated() {
        // 3000 bytes of something that is no zeros.
        try shell(
          "yes island-\(number) | head -c 3000 | dd of='\(file)' bs=1 seek=\(offset) conv=notrunc status=none")
      }
    }
    let first = try workshop.coffreBackup(["files"], in: workshop.path)
    #expect(first.warnings("unreadable").isEmpty)

    // restic reads every byte: it comes to the same chunks, and so to the same tree.
    let again = try workshop.resticBackup(restic, ["--force", "files"], in: workshop.path)
    #expect(again.tree == first.tree)
    #expect(again.summary["data_added"]?.int == 0)
    try workshop.expectResticFindsNoErrors(restic)

    let restored = try workshop.coffre(
      workshop.access + ["restore", "latest", "--to", "\(workshop.path)/out", "--sparse"])
    #expect(restored.status == 0, "\(restored)")
    for layout in Self.layouts {
      try shell("cmp '\(folder)/\(layout.name)' '\(workshop.path)/out/files/\(layout.name)'")
    }
  }

  private func shell(_ script: String) throws {
    let outcome = try Tool.named("sh", package: "dash").run(["-c", script], ProgramSettings())
    try #require(outcome.isSuccess, "\(script): \(outcome)")
  }
}
