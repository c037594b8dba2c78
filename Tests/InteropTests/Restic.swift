import CoffreTestKit
import Testing

extension Tag {
  /// Takes more than a few seconds.
  @Tag static var slow: Self
}

/// What the tests ask restic.
extension Workshop {
  /// Fails the test unless restic finds nothing wrong, every byte read.
  func expectResticFindsNoErrors(_ restic: ResticProgram, location: SourceLocation = #_sourceLocation) throws {
    let outcome = try self.restic(restic, ["check", "--read-data"])
    #expect(outcome.isSuccess, "\(outcome)", sourceLocation: location)
    #expect(
      outcome.output.contains("no errors were found"), "restic said something else: \(outcome)",
      sourceLocation: location)
    // It tells of unused blobs, packs without index and the like in words, not by its exit status.
    for word in ["not referenced", "additional files", "warning", "error:"] {
      #expect(!(outcome.output + outcome.errors).contains(word), "\(outcome)", sourceLocation: location)
    }
  }

  func expectCoffreFindsNoErrors(location: SourceLocation = #_sourceLocation) throws {
    let report = try coffreJSON(["repo", "check", "--read-data"])
    #expect(report.status == 0, "\(report)", sourceLocation: location)
    #expect(report.summary?["errors"]?.int == 0, "\(report)", sourceLocation: location)
    #expect(report.lines(of: "warning").isEmpty, "\(report)", sourceLocation: location)
  }

  /// Snapshots as restic lists them, oldest first.
  func resticSnapshots(_ restic: ResticProgram) throws -> [JSONValue] {
    let outcome = try self.restic(restic, ["snapshots", "--json"])
    try #require(outcome.isSuccess, "\(outcome)")
    return try JSONValue(outcome.output).array
  }

  /// Makes a backup with restic.
  ///
  /// - Returns: its summary, with the `tree` of the snapshot.
  func resticBackup(_ restic: ResticProgram, _ arguments: [String], in directory: String? = nil) throws
    -> (summary: JSONValue, tree: String?)
  {
    let outcome = try self.restic(restic, ["backup", "--json"] + arguments) { $0.directory = directory }
    try #require(outcome.isSuccess, "\(outcome)")
    let summary = try #require(try JSONValue.lines(outcome.output).last { $0["message_type"]?.text == "summary" })
    let id = try #require(summary["snapshot_id"]?.text)
    let snapshot = try resticSnapshots(restic).first { $0["id"]?.text?.hasPrefix(id) == true }
    return (summary, snapshot?["tree"]?.text)
  }

  func resticInit(_ restic: ResticProgram, version: Int? = nil) throws {
    let outcome = try self.restic(restic, ["init"] + (version.map { ["--repository-version", "\($0)"] } ?? []))
    try #require(outcome.isSuccess, "\(outcome)")
  }

  func resticRestore(_ restic: ResticProgram, _ snapshot: String, to target: String) throws {
    let outcome = try self.restic(restic, ["restore", snapshot, "--target", target])
    #expect(outcome.isSuccess, "\(outcome)")
  }

  func coffreBackup(_ arguments: [String], in directory: String? = nil) throws -> CoffreReport {
    let report = try coffreJSON(["backup"] + arguments) { $0.directory = directory }
    try #require(report.status == 0, "\(report)")
    return report
  }
}

/// Fails the test unless the trees are equal.
func expectEqualTrees(
  _ first: String, _ second: String, _ tolerance: TreeComparison.Tolerance = TreeComparison.Tolerance(),
  location: SourceLocation = #_sourceLocation
) throws {
  let differences = try TreeComparison.differences(between: first, and: second, tolerating: tolerance)
  #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))", sourceLocation: location)
}

/// What restic cannot bring back of the odd tree: it counts nanoseconds in 64 bits when it sets times, which end in 2262.
let resticTolerance: TreeComparison.Tolerance = {
  var tolerance = TreeComparison.Tolerance()
  tolerance.paths = Set(["", "link-", "folder-"].map { Array("times/\($0)in-2446".utf8) })
  return tolerance
}()

/// A tree of odd files, without what this restic is known to lose.
///
/// restic 0.14 stores link targets that are not UTF-8 with replacement characters only, writes U+0008 and U+000C in link
/// targets as six characters where newer ones (and Coffre) write `\b` and `\f`, and does not store extended attributes of
/// symbolic links: such entries are left out for it. No restic can enter paths beyond 4096 bytes.
func buildOddTree(at path: String, for restic: ResticProgram) throws {
  var options = OddTree.Options()
  options.hasEndlessPaths = false
  options.hasWhatOldResticLoses = try restic.isAtLeast(16)
  try OddTree.build(at: path, options)
}
